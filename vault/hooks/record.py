"""What `hook install` changed, so that `hook remove` can undo it: kept in the state directory."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Literal

import msgspec

from vault.hooks.recipes import FormName
from vault.store.disk import remove, replace_whole
from vault.store.problems import storage_error
from vault.text import safe


class SettingRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One setting, before and after."""

    name: tuple[str, ...]
    before: str | list[str] | None
    after: str | list[str] | None


class Cut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to get the file that was from the file that was written, to the byte.

    Only what differs is kept: the rest of such a file may hold secrets.

    Attributes:
        written: SHA-256 of the file that was written, in hex.
        at: Where the two begin to differ.
        length: How many bytes were written there.
        former: What was there instead.
    """

    written: str
    at: int
    length: int
    former: bytes

    def undone(self, data: bytes) -> bytes | None:
        """The file that was, or None if this is not the file that was written."""
        if hashlib.sha256(data).hexdigest() != self.written:
            return None
        return data[: self.at] + self.former + data[self.at + self.length :]


class FileRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file.

    Attributes:
        path: Where it is.
        form: What kind of file it is.
        made: Whether it was not there before.
        settings: What was changed in it.
        cut: How to undo that to the byte, if it was written once.
        folders: Directories that were made for it, the innermost first.
    """

    path: str
    form: FormName
    made: bool
    settings: tuple[SettingRow, ...]
    cut: Cut | None = None
    folders: tuple[str, ...] = ()


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything changed for one client."""

    files: tuple[FileRow, ...] = ()
    format: Literal[1] = 1

    def file(self, path: Path) -> FileRow | None:
        """What was changed in this file."""
        return next((row for row in self.files if row.path == str(path)), None)


def cut_between(before: bytes, after: bytes) -> Cut:
    """What undoes a change of a file."""
    shorter = min(len(before), len(after))
    at = next((i for i in range(shorter) if before[i] != after[i]), shorter)
    rest = shorter - at
    tail = next((i for i in range(rest) if before[-1 - i] != after[-1 - i]), rest)
    digest = hashlib.sha256(after).hexdigest()
    return Cut(digest, at, len(after) - tail - at, before[at : len(before) - tail])


def read_record(directory: Path, client: str) -> Record:
    """What was changed for a client; nothing if that is not known (any more)."""
    try:
        return msgspec.json.decode(_file(directory, client).read_bytes(), type=Record)
    except (OSError, msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return Record()


def write_record(directory: Path, client: str, record: Record) -> None:
    """Remember what is going to be changed for a client; nothing is forgotten.

    Raises:
        StorageError: It cannot be written.
    """
    path = _file(directory, client)
    if not record.files:
        remove(path)
        return
    data = msgspec.json.format(msgspec.json.encode(record))
    try:
        replace_whole(path, path.with_suffix(".tmp"), data)
    except OSError as error:
        raise storage_error("write", safe(str(path)), error) from None


def _file(directory: Path, client: str) -> Path:
    return directory / "hooks" / f"{client}.json"
