"""Row 13: a clock that is years off, or jumps while a vault is in use."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from tests.faults.changes import SMALL_COMPUTER, Change, changes
from tests.faults.place import PASSWORD
from tests.faults.row import Row, check
from tests.faults.shim import Fault
from vault.sealing.header import read_header

TITLE = "the clock years back and forward, and at a change of summer time"

_DAY = 86_400
_ZONES = ("UTC", "Europe/Berlin", "Pacific/Apia", "America/St_Johns")


@dataclass(frozen=True)
class Shift:
    """A command, at a time that is wrong."""

    change: Change
    what: str
    seconds: int
    zone: str

    def __str__(self) -> str:
        return f"{self.change.name}, {self.what}, {self.zone}"


def inject(row: Row) -> None:
    """Save at wrong times; then read at the right one."""
    if not row.needs_shim():
        return
    now = int(time.time())
    moments = {
        "ten years back": -3653 * _DAY,
        "in 1970": -now + 10,
        "a day back": -_DAY,
        "400 days on": 400 * _DAY,
        "in 2039": int(datetime(2039, 1, 1, tzinfo=UTC).timestamp()) - now,
        "in 2262": int(datetime(2262, 4, 1, tzinfo=UTC).timestamp()) - now,
        "as summer time ends": int(datetime(2026, 10, 25, 0, 59, 59, tzinfo=UTC).timestamp()) - now,
        "as summer time begins": int(datetime(2027, 3, 28, 1, tzinfo=UTC).timestamp()) - now,
    }
    every = [
        Shift(change, what, seconds, _ZONES[number % len(_ZONES)])
        for number, (what, seconds) in enumerate(moments.items())
        for change in changes().values()
        if not change.creates and not change.restores
    ]
    row.each(row.effort.some(every, 5, 24), lambda shift: _save(row, shift))


def _save(row: Row, shift: Shift) -> None:
    place = shift.change.place(row.room)
    before = read_header(place.vault.read_bytes())
    change, environ = shift.change, {"TZ": shift.zone}
    fault = Fault(clock=shift.seconds, memory=SMALL_COMPUTER)
    done = place.run(*change.argv, stdin=change.stdin, fault=fault, environ=environ)
    done.answered()
    assert done.status == 0, done.err
    after = read_header(place.vault.read_bytes())
    assert after.generation == before.generation + 1
    moved = (after.saved - datetime.now(UTC)).total_seconds()
    assert abs(moved - shift.seconds) < 120, f"the clock did not move: saved {after.saved}"
    if change.password != PASSWORD:
        environ["KEYFOB_PASSWORD_FILE"] = "new-password"
    for argv in (("list",), ("check",)):
        for at in (Fault(clock=shift.seconds), Fault()):
            read = place.run(*argv, fault=at, environ=environ)
            read.answered()
            assert read.status in {0, 1}, read.err
            assert "older copy" not in read.err
    change.check(place, done)


@pytest.mark.slow
def test_a_wrong_clock_changes_dates_only() -> None:
    check(inject)
