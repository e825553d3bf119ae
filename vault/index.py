"""The index of names on the owner's machine: one row per key, in the order in which they fall due.

`keyfob check` runs at every prompt. In this order it reads the few rows that are due and passes
over the thousands that are not. The index tells nothing that the owner's own files do not; it is
kept by `vault.store.state`, and believed only if it was made of the very save that is looked at.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from vault.errors import DamagedError
from vault.keys.lifetime import Lifetime, threshold
from vault.sealing.beginning import header_end
from vault.sealing.encoding import format_time, parse_time

if TYPE_CHECKING:  # what decodes a vault's body takes longer to load than `check` takes to run
    from vault.records import Record

_NEVER, _REVOKED = "~", "~r"
"""Stand for the moment a key falls due if it never does: they sort behind every time."""

_NOTHING = timedelta(0)

_MARK_BYTES = 64
"""The header's MAC and the body's salt, which follow the header line."""


class Glance(NamedTuple):
    """What the index tells at one moment.

    Attributes:
        due: The keys that may be due or expired, for a closer look.
        fine: How many others have an end.
        never: How many have none.
        revoked: How many are revoked.
    """

    due: list[Named]
    fine: int
    never: int
    revoked: int


class Named(NamedTuple):
    """A key with an end, as the index names it.

    Attributes:
        name: The key's name.
        registry: Id of its registry.
        lifetime: Created and expires.
    """

    name: str
    registry: str
    lifetime: Lifetime


def save_mark(data: bytes) -> str:
    """What tells one save of a vault from every other, forks of the same generation included.

    Args:
        data: The vault file.

    Raises:
        DamagedError: Not a keyfob vault, or cut short within its header.
    """
    end = header_end(data)
    return data[end : end + _MARK_BYTES].hex()


def index_rows(records: Iterable[Record]) -> list[bytes]:
    """A vault's keys as the rows of its index, each a line of JSON, the first to fall due first."""
    from msgspec.json import Encoder

    encode = Encoder().encode
    return sorted([encode(_row(record)) for record in records])


def _row(record: Record) -> tuple[object, ...]:
    expires = record.expires
    if record.revoked is not None:
        return _REVOKED, record.name
    if expires is None:
        return _NEVER, record.name
    life = expires - record.created
    due = expires - threshold(life) if life > _NOTHING else expires
    if due.microsecond:
        due = due.replace(microsecond=0)
    return due, record.name, record.registry, record.created, expires


def glance(rows: Sequence[bytes], now: datetime, within: timedelta | None = None) -> Glance:
    """What an index tells at this moment.

    Args:
        rows: As `index_rows` made them.
        now: The current time, aware.
        within: Every key that ends within this time is looked at closely, too.

    Raises:
        DamagedError: They are not rows of an index.
    """
    due = bisect_right(rows, f'["{format_time(now)}~'.encode())
    ending = bisect_left(rows, f'["{_NEVER}'.encode())
    living = bisect_left(rows, f'["{_REVOKED}'.encode())
    found = _decode(rows[:due])
    if within is not None:
        latest = format_time(now + within)
        found += [row for row in _decode(rows[due:ending]) if str(row[-1]) <= latest]
    try:
        named = [
            Named(str(name), str(registry), Lifetime(_time(created), _time(expires)))
            for _, name, registry, created, expires in found
        ]
    except ValueError:
        raise _damaged() from None
    return Glance(named, ending - len(named), living - ending, len(rows) - living)


def read_names(rows: Sequence[bytes]) -> list[str]:
    """The names of all keys.

    Raises:
        DamagedError: The rows are not those of an index.
    """
    return [str(row[1]) for row in _decode(rows)]


def _decode(rows: Sequence[bytes]) -> list[list[object]]:
    try:
        found = json.loads(b"[%b]" % b",".join(rows))
    except (ValueError, RecursionError):
        raise _damaged() from None
    if not all(isinstance(row, list) and len(row) > 1 for row in found):
        raise _damaged()
    return list(found)


def _time(text: object) -> datetime:
    return parse_time(text, "a date of the index")


def _damaged() -> DamagedError:
    return DamagedError("The index of names is damaged.", "Open the vault once to renew it.")
