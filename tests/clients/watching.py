"""What every process of this machine was started with, while somebody looks."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_PAUSE = 0.002
_PROC = Path("/proc")


@dataclass(slots=True)
class Seen:
    """Arguments of processes: each one text with a zero byte after each, as the system shows it.

    Attributes:
        everyone: Those of all processes of the machine.
        family: Those of what one process started, and what that started.
    """

    everyone: set[bytes] = field(default_factory=set)
    family: set[bytes] = field(default_factory=set)


@contextmanager
def watched(pid: int) -> Iterator[Seen]:
    """What is seen until the block ends.

    Args:
        pid: The process whose family is told apart.
    """
    seen = Seen()
    over = threading.Event()

    def look() -> None:
        while True:
            _collect(seen, pid)
            if over.wait(_PAUSE):
                break

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def _collect(seen: Seen, root: int) -> None:
    parents: dict[int, int] = {}
    arguments: dict[int, bytes] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            pid = int(entry.name)
            try:
                arguments[pid] = (entry / "cmdline").read_bytes()
                # The name in brackets may hold anything, so what follows is counted from its end.
                parents[pid] = int((entry / "stat").read_bytes().rpartition(b")")[2].split()[1])
            except OSError:  # it has ended
                continue
    seen.everyone |= set(arguments.values())
    seen.family |= {given for pid, given in arguments.items() if _descends(pid, root, parents)}


def _descends(pid: int, root: int, parents: Mapping[int, int]) -> bool:
    while (parent := parents.get(pid)) is not None:
        if parent == root:
            return True
        pid = parent
    return False
