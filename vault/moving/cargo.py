"""cargo's `credentials.toml`: `[registry] token` for crates.io, `[registries.NAME] token`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from vault.moving.found import Found, Passed, masked, taken
from vault.packages.manifests import toml_in
from vault.packages.reading import UnacceptableError, content

_PAIR = "It is a key pair that signs by itself, and no token."


def read(path: Path) -> Iterator[Found | Passed]:
    """The tokens of cargo's credentials.

    Raises:
        UnacceptableError: It is too large, or not TOML.
        OSError: It cannot be read.
    """
    data = content(path)
    try:
        document = toml_in(data)
    except (ValueError, RecursionError):
        raise UnacceptableError("it is not TOML") from None
    rows = data.decode("utf-8-sig").splitlines()
    tables = document.get("registries")
    yield from _table(document.get("registry"), "crates.io", rows, registry="crates.io")
    for name, table in tables.items() if isinstance(tables, dict) else ():
        yield from _table(table, name, rows)


def _table(
    table: Any, title: str, rows: list[str], *, registry: str = ""
) -> Iterator[Found | Passed]:
    if not isinstance(table, Mapping):
        return
    if "secret-key" in table:
        yield Passed(None, title, _PAIR)
    value = table.get("token")
    if not isinstance(value, str) or not value:
        return
    number, line = next(((at, row) for at, row in enumerate(rows, 1) if value in row), (None, ""))
    secret = taken(value.removeprefix("Bearer "))
    if secret is None:
        yield Passed(number, title, "What stands there can be no key.")
    else:
        yield Found(secret, number, masked(line, value), title, registry=registry)
