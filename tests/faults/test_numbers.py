"""Row 9: numbers and sizes that a hostile file may state."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.faults.forge import changed, fields_of, with_header
from tests.faults.place import new_place
from tests.faults.row import Row, check

TITLE = "hostile key derivation costs, header sizes, slot counts and JSON"

_MEMORY = 1_500_000
"""KiB of address space a command gets: what a file asks for beyond is not to be had."""
_PATIENCE = 15.0
"""Seconds a refusal may take on a slow machine; it takes no derivation."""


@dataclass(frozen=True)
class Hostile:
    """A file, and what is wrong with it."""

    what: str
    data: bytes

    def __str__(self) -> str:
        return self.what


def inject(row: Row) -> None:
    """Open each of them on the command line, under a limit on memory."""
    data = new_place(row.room).vault.read_bytes()
    tried = row.effort.some(list(_every(data)), 8)
    row.each(tried, lambda hostile: _refused(row, hostile))
    row.count("bad inputs", len(tried))


def _refused(row: Row, hostile: Hostile) -> None:
    place = new_place(row.room)
    place.vault.write_bytes(hostile.data)
    start = time.monotonic()
    done = place.run("list", limits={"AS": _MEMORY * 1024})
    done.answered()
    assert done.status == 4, f"exit {done.status}: {done.err}"
    assert time.monotonic() - start < _PATIENCE
    assert place.vault.read_bytes() == hostile.data


def _every(data: bytes) -> Iterator[Hostile]:
    yield from _costs(data)
    yield from _slots(data)
    for what, line in _lines(data).items():
        yield Hostile(what, with_header(data, line))


def _costs(data: bytes) -> Iterator[Hostile]:
    for field, values in {
        "memory_kib": (0, 8, 19_455, 2**21 + 1, 2**32, 2**42, -1, True, 19456.0, "19456", None),
        "passes": (0, 65, 2**32 - 1, 2**53, -1),
        "lanes": (0, 17, 2**24, -1),
    }.items():
        for value in values:
            yield Hostile(f"{field} {value!r}", _with_slot(data, field, value))
    yield Hostile(
        "memory times passes over the bound",
        changed(data, lambda f: f["slots"][0].update(memory_kib=2**21, passes=64)),
    )


def _slots(data: bytes) -> Iterator[Hostile]:
    slots = fields_of(data)["slots"]
    yield Hostile("no slots", changed(data, lambda f: f.update(slots=[])))
    yield Hostile("1,000 password slots", changed(data, lambda f: f.update(slots=slots[:1] * 1000)))
    yield Hostile("9 password slots", changed(data, lambda f: f.update(slots=slots[:1] * 9)))
    for field in ("salt", "commitment", "wrapped"):
        for value in ("", "AAAA", "A" * 100_000, "not base64!", 7, None, slots[0][field] + "="):
            yield Hostile(f"{field} {str(value)[:12]!r}", _with_slot(data, field, value))


def _with_slot(data: bytes, field: str, value: object) -> bytes:
    """The file with one field of its password slot changed."""
    return changed(data, lambda fields: fields["slots"][0].update({field: value}))


def _lines(data: bytes) -> dict[str, bytes]:
    """Header lines that are no header."""
    whole = json.dumps(fields_of(data), separators=(",", ":")).encode()
    deep = b'{"x":' * 100_000 + b"1" + b"}" * 100_000
    return {
        "nothing": b"",
        "a list": b"[]",
        "100,000 brackets": b"[" * 100_000 + b"]" * 100_000,
        "100,000 objects": deep,
        "100,000 open brackets": b"[" * 100_000,
        "nested 17 deep": whole[:-1] + b',"x":' + b"[" * 17 + b"]" * 17 + b"}",
        "a number of 100,000 digits": whole[:-1] + b',"x":' + b"9" * 100_000 + b"}",
        "a fraction": whole[:-1] + b',"x":1.5}',
        "NaN": whole[:-1] + b',"x":NaN}',
        "1e400": whole[:-1] + b',"x":1e400}',
        "a field twice": whole[:-1] + b',"never":0}',
        "no UTF-8": whole[:-1] + b',"x":"\xff"}',
        "2 MiB": whole[:-1] + b',"x":"' + b"x" * (2 << 20) + b'"}',
        "expiries without end": whole.replace(
            b'"expiries":[', b'"expiries":[' + b'["2026-11-22T12:00:00Z",1,1],' * 5000
        ),
        "a negative generation": whole.replace(b'"generation":', b'"generation":-'),
    }


@pytest.mark.slow
def test_hostile_numbers_are_refused_before_they_cost_anything() -> None:
    check(inject)
