"""1Password's export as `.1pux`: a zip archive with `export.data`, which is JSON."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from vault.moving.document import LARGEST
from vault.moving.found import Found, Passed
from vault.moving.records import Record, keys_of
from vault.packages.reading import UnacceptableError, plain_file
from vault.packages.zips import open_zip, unzipped

_DATA = "export.data"
_MOST_FILES = 10_000
_DIRECTORY = 4 << 20


class _Url(msgspec.Struct):
    url: str | None = None


class _Overview(msgspec.Struct):
    title: str | None = None
    url: str | None = None
    urls: list[_Url] | None = None


class _LoginField(msgspec.Struct):
    value: str | None = None
    designation: str | None = None


class _Value(msgspec.Struct):
    concealed: str | None = None
    string: str | None = None


class _Field(msgspec.Struct):
    value: _Value = msgspec.field(default_factory=_Value)


class _Section(msgspec.Struct):
    fields: list[_Field] | None = None


class _Details(msgspec.Struct):
    loginFields: list[_LoginField] | None = None  # noqa: N815 - the export's own word
    notesPlain: str | None = None  # noqa: N815 - as above
    password: str | None = None
    sections: list[_Section] | None = None


class _Item(msgspec.Struct):
    overview: _Overview = msgspec.field(default_factory=_Overview)
    details: _Details = msgspec.field(default_factory=_Details)


class _Vault(msgspec.Struct):
    items: list[_Item] = []


class _Account(msgspec.Struct):
    vaults: list[_Vault] = []


class _Export(msgspec.Struct):
    accounts: list[_Account]


def read(path: Path) -> Iterator[Found | Passed]:
    """The keys of an export of 1Password.

    Raises:
        UnacceptableError: It is no such archive.
        OSError: It cannot be read.
    """
    with plain_file(path) as stream:
        try:
            with open_zip(stream, files=_MOST_FILES, directory=_DIRECTORY) as archive:
                data = unzipped(archive, archive.getinfo(_DATA), LARGEST)
            export = msgspec.json.decode(data, type=_Export)
        except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
            raise UnacceptableError("it is no export of 1Password") from None
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            raise UnacceptableError("it is no export of 1Password") from None
    for account in export.accounts:
        for vault in account.vaults:
            for item in vault.items:
                yield from keys_of(_record(item))


def _record(item: _Item) -> Record:
    logins = {row.designation: row.value or "" for row in item.details.loginFields or ()}
    urls = (item.overview.url, *(row.url for row in item.overview.urls or ()))
    fields = [row.value for section in item.details.sections or () for row in section.fields or ()]
    return Record(
        item.overview.title or "",
        next(filter(None, urls), ""),
        logins.get("username", ""),
        item.details.password or logins.get("password", ""),
        (
            item.details.notesPlain or "",
            *(text for row in fields for text in (row.concealed, row.string) if text),
        ),
    )
