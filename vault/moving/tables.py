"""A password manager's export as CSV: Bitwarden's, 1Password's, KeePass's, KeePassXC's."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from vault.moving.document import lines
from vault.moving.found import Found, Passed
from vault.moving.records import Record, keys_of
from vault.packages.reading import UnacceptableError

_TITLES = {"name", "title", "account"}
_ADDRESSES = {"login_uri", "url", "web site", "website"}
_USERS = {"login_username", "username", "login name", "user name"}
_PASSWORDS = {"login_password", "password"}


def read(path: Path) -> Iterator[Found | Passed]:
    """The keys in the rows of an export, read one by one.

    Raises:
        UnacceptableError: It is no text, or its first row names no column of passwords.
        OSError: It cannot be read.
    """
    rows = csv.reader(f"{line}\n" for _, line in lines(path, most=None))
    header = [cell.strip().lower() for cell in _next(rows) or ()]
    password = _column(header, _PASSWORDS)
    if password is None:
        raise UnacceptableError("its first row names no column of passwords")
    columns = [_column(header, names) for names in (_TITLES, _ADDRESSES, _USERS)]
    while True:
        line = rows.line_num + 1
        try:
            row = _next(rows)
        except csv.Error:
            yield Passed(line, "", "One of its fields is too long for a key.")
            continue
        if row is None:
            return
        title, address, user = (_cell(row, column) for column in columns)
        used = {password, *columns}
        texts = tuple(cell for at, cell in enumerate(row) if cell and at not in used)
        yield from keys_of(Record(title, address, user, _cell(row, password), texts, line=line))


def _next(rows: Iterator[list[str]]) -> list[str] | None:
    return next(rows, None)


def _column(header: list[str], names: set[str]) -> int | None:
    return next((at for at, cell in enumerate(header) if cell in names), None)


def _cell(row: list[str], column: int | None) -> str:
    return row[column] if column is not None and column < len(row) else ""
