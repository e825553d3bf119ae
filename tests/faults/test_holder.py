"""Row 16: the process that holds the lock is killed, or stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from tests.faults.changes import changes
from tests.faults.place import KEYFOB, Place, new_place
from tests.faults.row import Row, check
from tests.faults.shim import NOTHING, Fault

TITLE = "the lock's holder killed: taken over at once; stopped: busy, and named"

_HOLD = """
import sys, time
from pathlib import Path
from vault.store.file import FileStore
with FileStore(Path(sys.argv[1])).locked():
    print("held", flush=True)
    sys.stdin.read()
"""
_AT_ONCE = 3.0
"""Seconds that a command may take on a slow machine when nothing holds it up."""
_BUSY = (4.5, 20.0)
"""Seconds after which a command gives up waiting, on a slow machine."""


def inject(row: Row) -> None:
    """Kill and stop the holder."""
    with row.fault("the holder is killed"):
        _killed(new_place(row.room))
    if not row.needs_shim():
        with row.fault("the holder is stopped"):
            _stopped(new_place(row.room))
        return
    points = ("open", "write", "fsync", "link", "rename")
    stops = ["", *row.effort.pick(points[2:3], points[1::3], points)]
    row.each([_Stop(name) for name in stops], lambda stop: _stop(row, stop))


@dataclass(frozen=True)
class _Stop:
    """What is stopped while it holds the lock: a command at this call; with none, a program."""

    at: str

    def __str__(self) -> str:
        return f"a command is stopped at its {self.at}" if self.at else "the holder is stopped"


def _stop(row: Row, stop: _Stop) -> None:
    if stop.at:
        _stopped_command(row, stop.at)
    else:
        _stopped(new_place(row.room))


@contextmanager
def _holder(place: Place) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the lock."""
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(place.vault)],
        env=place.environ(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


def _killed(place: Place) -> None:
    change = changes()["new"]
    idle = time.monotonic()
    place.run("list")
    usual = time.monotonic() - idle
    with _holder(place) as process:
        process.kill()
        process.wait()
        start = time.monotonic()
        done = place.run(*change.argv, stdin=change.stdin)
        assert time.monotonic() - start < _AT_ONCE + 2 * usual, "it waited for a dead process"
    assert done.status == 0, done.err
    change.check(place, done)


def _stopped(place: Place) -> None:
    change = changes()["new"]
    with _holder(place) as process:
        os.kill(process.pid, signal.SIGSTOP)
        _is_busy(place, process.pid)
        reading = place.run("list")
        assert reading.status == 0, f"reading waits for no lock: {reading.err}"
    done = place.run(*change.argv, stdin=change.stdin)
    assert done.status == 0, done.err
    change.check(place, done)


def _is_busy(place: Place, pid: int) -> None:
    change, before = changes()["edit"], place.vault.read_bytes()
    start = time.monotonic()
    done = place.run(*change.argv)
    took = time.monotonic() - start
    assert done.status == 6, f"exit {done.status}: {done.err}"
    assert f"process {pid}" in done.err, done.err
    assert _BUSY[0] < took < _BUSY[1], f"{took:.1f} s"
    assert place.vault.read_bytes() == before


def _stopped_command(row: Row, name: str) -> None:
    """A real save is stopped while it holds the lock; another is told; then it goes on."""
    change = changes()["new"]
    calls = change.run(change.place(row.room), NOTHING).calls
    named = next(call.number for call in calls if call.path.endswith(".lock") and call.data)
    at = next(call.number for call in calls if call.number > named and call.name == name)
    place = change.place(row.room)
    fault = Fault("signal", at, signal.SIGSTOP)
    environ = place.environ() | dict(fault.environ(place.files, place.home / "log"))
    with subprocess.Popen(
        [*KEYFOB, *change.argv],
        env=environ,
        cwd=place.home,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            assert process.stdin is not None
            process.stdin.write(change.stdin.encode())
            process.stdin.close()
            os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
            _is_busy(place, process.pid)
            os.kill(process.pid, signal.SIGCONT)
            assert process.wait(60) == 0
        finally:
            process.kill()
    assert place.content() == change.after


@pytest.mark.slow
def test_a_dead_holder_is_passed_over_and_a_stopped_one_named() -> None:
    check(inject)
