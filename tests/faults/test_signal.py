"""Row 14: a signal at any file call of a save, and readers that are gone."""

from __future__ import annotations

import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.changes import FRESH, Change, changes
from tests.faults.place import KEYFOB, Outcome
from tests.faults.row import ROUND, Row, check
from tests.faults.shim import NOTHING, Call, Fault
from vault.cli import INTERRUPTED, PIPE_CLOSED

TITLE = "SIGINT, SIGTERM and SIGHUP at any file call; stdout or stderr gone or full"

_ENDINGS = {
    signal.SIGINT: {INTERRUPTED, 0},
    signal.SIGTERM: {-signal.SIGTERM, 128 + signal.SIGTERM, 0},
    signal.SIGHUP: {-signal.SIGHUP, 128 + signal.SIGHUP, 0},
}


@dataclass(frozen=True)
class Interruption:
    """A command, and the signal it gets."""

    change: Change
    fault: Fault
    call: Call

    def __str__(self) -> str:
        name = signal.Signals(self.fault.argument).name
        return f"{self.change.name}, {name} at call {self.call.number}, {self.call.name}"


def inject(row: Row) -> None:
    """Interrupt commands, and take their readers away."""
    _gone_readers(row)
    if not row.needs_shim():
        return
    for turn, change in enumerate(changes().values()):
        with row.fault(f"{change.name} without a fault"):
            calls = change.run(change.place(row.room), NOTHING).calls
            every = [
                [
                    Interruption(change, Fault("signal", call.number, number), call)
                    for number in _ENDINGS
                ]
                for call in calls
            ]
            chosen = row.effort.turns(every, turn, each=(1, 1, 2), most=(3, 12, None))
            row.each(chosen, lambda case: _interrupt(row, case))


def _interrupt(row: Row, case: Interruption) -> None:
    place = case.change.place(row.room)
    done = case.change.run(place, case.fault, fresh=case.call.number % ROUND == 0)
    allowed = _ENDINGS[signal.Signals(case.fault.argument)]
    assert done.status in allowed, f"exit {done.status}: {done.err}"
    assert "Traceback" not in done.err, done.err
    case.change.check(place, done)


def _gone_readers(row: Row) -> None:
    """Both streams closed at the reader's end, closed at the start, or full."""
    change = changes()["new"]
    for which in ("stdout", "stderr"):
        for way in ("reader gone", "closed", "full"):
            with row.fault(f"new, {which} {way}"):
                place = change.place(row.room)
                done = _run_without(which, way, change, place.environ(), place.home)
                assert done.status in {0, 6, PIPE_CLOSED}, f"exit {done.status}: {done.err}"
                assert "Traceback" not in done.err + done.out, done.err + done.out
                change.check(place, done)


def _run_without(
    which: str, way: str, change: Change, environ: dict[str, str], home: Path
) -> Outcome:
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    command = [*KEYFOB, *change.argv]
    opened = []
    if way == "closed":
        number = 1 if which == "stdout" else 2
        command = ["sh", "-c", f'exec "$@" {number}>&-', "sh", *command]
    elif way == "full":
        opened.append(os.open("/dev/full", os.O_WRONLY))
        streams[which] = opened[0]
    else:
        reader, writer = os.pipe()
        os.close(reader)
        opened.append(writer)
        streams[which] = writer
    try:
        done = subprocess.run(
            command,
            input=FRESH.encode(),
            env=environ,
            cwd=home,
            timeout=60,
            check=False,
            stdout=streams["stdout"],
            stderr=streams["stderr"],
        )
    finally:
        for file in opened:
            os.close(file)
    return Outcome(done.returncode, (done.stdout or b"").decode(), (done.stderr or b"").decode())


@pytest.mark.slow
def test_an_interrupted_save_leaves_the_old_vault_or_the_new() -> None:
    check(inject)
