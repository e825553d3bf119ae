"""Row 1: the process is killed before, after or within any file call of a save."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.faults.changes import Change, changes
from tests.faults.row import ROUND, Row, check
from tests.faults.shim import NOTHING, Call, Fault

TITLE = "killed before, within or after any file call of a save"


@dataclass(frozen=True)
class Kill:
    """A command, and where it dies."""

    change: Change
    fault: Fault
    call: Call

    def __str__(self) -> str:
        name = self.call.path.rpartition("/")[2]
        return (
            f"{self.change.name}, {self.fault.do} call {self.call.number}, {self.call.name} {name}"
        )


def inject(row: Row) -> None:
    """Kill every command everywhere."""
    if not row.needs_shim():
        return
    for turn, change in enumerate(changes().values()):
        with row.fault(f"{change.name} without a fault"):
            calls = _calls(row, change)
            every = [[Kill(change, fault, call) for fault in _kills(call)] for call in calls]
            chosen = row.effort.turns(every, turn, each=(1, 1, 3), most=(6, None, None))
            row.each(chosen, lambda kill: _kill(row, kill))


def _calls(row: Row, change: Change) -> tuple[Call, ...]:
    """The file calls of a command: those of a process of its own, and of a fork the same."""
    made = []
    for fresh in (True, False):
        place = change.place(row.room)
        done = change.run(place, NOTHING, fresh=fresh)
        assert done.status == 0, done.err
        change.check(place, done)
        made.append(done.calls)
    own, forked = ([(call.name, call.result < 0) for call in calls] for calls in made)
    assert own == forked, "a fork makes other file calls than a process of its own"
    return made[1]


def _kills(call: Call) -> list[Fault]:
    ways = ["before"]
    if call.changes or call.name in {"flock", "close"}:
        ways.append("after")
    if call.name == "write":
        ways.append("torn")
    return [Fault(way, call.number) for way in ways]


def _kill(row: Row, kill: Kill) -> None:
    place = kill.change.place(row.room)
    done = kill.change.run(place, kill.fault, fresh=kill.call.number % ROUND == 0)
    assert done.status == -9, f"it was not killed: exit {done.status}, {done.err}"
    kill.change.check(place, done)


@pytest.mark.slow
def test_a_killed_save_leaves_the_old_vault_or_the_new() -> None:
    check(inject)
