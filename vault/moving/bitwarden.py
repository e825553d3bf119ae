"""Bitwarden's export as JSON, unless it is encrypted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from vault.moving.document import whole
from vault.moving.found import Found, Passed
from vault.moving.records import Record, keys_of
from vault.packages.reading import UnacceptableError


class _Uri(msgspec.Struct):
    uri: str | None = None


class _Login(msgspec.Struct):
    username: str | None = None
    password: str | None = None
    uris: list[_Uri] | None = None


class _Field(msgspec.Struct):
    value: str | None = None


class _Item(msgspec.Struct):
    name: str | None = None
    notes: str | None = None
    login: _Login | None = None
    fields: list[_Field] | None = None


class _Export(msgspec.Struct):
    items: list[_Item]


class _Kind(msgspec.Struct):
    encrypted: bool = False


def read(path: Path) -> Iterator[Found | Passed]:
    """The keys of an export of Bitwarden.

    Raises:
        UnacceptableError: It is no such JSON, or encrypted.
        OSError: It cannot be read.
    """
    data = whole(path)
    try:
        if msgspec.json.decode(data, type=_Kind).encrypted:
            raise UnacceptableError(
                "it is encrypted", "Export it once more, as JSON in clear text."
            )
        export = msgspec.json.decode(data, type=_Export)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise UnacceptableError("it is no export of Bitwarden") from None
    for item in export.items:
        login = item.login or _Login()
        uri = next((row.uri for row in login.uris or () if row.uri), "")
        texts = (item.notes or "", *(row.value or "" for row in item.fields or ()))
        record = Record(item.name or "", uri, login.username or "", login.password or "", texts)
        yield from keys_of(record)
