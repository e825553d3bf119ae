"""Row 2: the disk refuses: an errno once or for good, an interruption, a short write."""

from __future__ import annotations

import errno
from dataclasses import dataclass

import pytest

from tests.faults.changes import Change, changes
from tests.faults.row import ROUND, Row, check
from tests.faults.shim import NOTHING, Call, Fault

TITLE = "ENOSPC EIO EDQUOT EROFS EACCES once and for good, EINTR, short writes, at every file call"

_GROWING = ("open", "write", "fsync", "mkdir", "link", "rename")
_ANY = (*_GROWING, "unlink", "fchmod", "chmod", "ftruncate")
_REFUSED = {
    errno.ENOSPC: _GROWING,
    errno.EDQUOT: _GROWING,
    errno.EIO: (*_ANY, "read", "close", "flock"),
    errno.EROFS: _ANY,
    errno.EACCES: _ANY,
    errno.EINTR: (*_ANY, "read", "close", "flock"),
}
"""Which calls the system refuses with which error."""


@dataclass(frozen=True)
class Refusal:
    """A command, and what it is refused."""

    change: Change
    fault: Fault
    call: Call

    def __str__(self) -> str:
        what = errno.errorcode.get(self.fault.argument, self.fault.do)
        often = "for good" if self.fault.good else "once"
        name = self.call.path.rpartition("/")[2]
        where = f"call {self.call.number}, {self.call.name} {name}"
        return f"{self.change.name}, {what} {often} from {where}"


def inject(row: Row) -> None:
    """Refuse every command everything."""
    if not row.needs_shim():
        return
    for turn, change in enumerate(changes().values()):
        with row.fault(f"{change.name} without a fault"):
            calls = change.run(change.place(row.room), NOTHING).calls
            every = [[Refusal(change, fault, call) for fault in _refusals(call)] for call in calls]
            chosen = row.effort.turns(
                list(filter(None, every)), turn, each=(1, 1, 4), most=(6, 40, None)
            )
            row.each(chosen, lambda case: _refuse(row, case))
    with row.fault("restore, while the disk cannot read the vault"):
        _unreadable_vault(row)


def _refusals(call: Call) -> list[Fault]:
    found = []
    for number, names in _REFUSED.items():
        if call.name in names:
            found.append(Fault("errno", call.number, number))
            if number != errno.EINTR:  # one that never ends is no interruption
                found.append(Fault("errno", call.number, number, f",{','.join(names)},"))
    if call.name == "write":
        found += [Fault("short", call.number), Fault("short", call.number, good=",write,")]
    return found


def _refuse(row: Row, case: Refusal) -> None:
    place = case.change.place(row.room)
    done = case.change.run(place, case.fault, fresh=case.call.number % ROUND == 0)
    done.answered()
    assert done.status in {0, 6}, f"exit {done.status}: {done.err}"
    assert "output cannot be written" not in done.err, done.err
    case.change.check(place, done)


def _unreadable_vault(row: Row) -> None:
    """A copy is not put back over what may still be read elsewhere; why not is said."""
    change = changes()["restore"]
    calls = change.run(change.place(row.room), NOTHING).calls
    opened = [call for call in calls if call.name == "open" and call.path.endswith(".keyfob")]
    reads = [call for call in calls if call.name == "read" and call.number > opened[0].number]
    place = change.place(row.room)
    before = place.vault.read_bytes()
    done = change.run(place, Fault("errno", reads[0].number, errno.EIO, ",read,"))
    done.answered()
    assert done.status == 6, done.err
    assert "Could not read" in done.err, done.err
    assert str(place.vault) in done.err, done.err
    assert place.vault.read_bytes() == before
    assert place.beside() <= {".lock", ".bak"}
    change.check(place, done)


@pytest.mark.slow
def test_a_refused_save_says_so_and_loses_nothing() -> None:
    check(inject)
