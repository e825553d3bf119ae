"""How the platforms lock an open file, behind one interface."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Protocol


class Locking(Protocol):
    """How one platform locks an open file, for as long as this process lives at most."""

    def take(self, file: int) -> None:
        """Lock it, or fail at once with an `OSError`."""

    def free(self, file: int) -> None:
        """Unlock it."""

    def is_named(self, file: int, path: Path) -> bool:
        """Whether the open file is still the one of this name."""


class FcntlCalls(Protocol):
    """The part of the module `fcntl` that locks."""

    LOCK_EX: int
    LOCK_NB: int
    LOCK_UN: int

    def flock(self, fd: int, operation: int, /) -> None:
        """As the module has it."""


class MsvcrtCalls(Protocol):
    """The part of the module `msvcrt` that locks."""

    LK_NBLCK: int
    LK_UNLCK: int

    def locking(self, fd: int, mode: int, nbytes: int, /) -> None:
        """As the module has it."""


class WholeFile:
    """Locks a file as `flock` does, on everything but Windows."""

    def __init__(self, fcntl: FcntlCalls) -> None:
        self._fcntl = fcntl

    def take(self, file: int) -> None:
        """Lock it, or fail at once."""
        self._fcntl.flock(file, self._fcntl.LOCK_EX | self._fcntl.LOCK_NB)

    def free(self, file: int) -> None:
        """Unlock it."""
        self._fcntl.flock(file, self._fcntl.LOCK_UN)

    def is_named(self, file: int, path: Path) -> bool:
        """Whether it is still the file of this name: it may have been deleted, though locked."""
        try:
            return os.path.samestat(os.fstat(file), path.stat(follow_symlinks=False))
        except FileNotFoundError:
            return False


class OneByte:
    """Locks one byte of a file, on Windows, where nobody can read or write what is locked.

    So that byte lies far behind the process id, and behind the end of the file. When a process
    ends without unlocking, Windows unlocks for it, if not always at once.
    """

    BYTE = 1 << 30

    def __init__(self, msvcrt: MsvcrtCalls) -> None:
        self._msvcrt = msvcrt

    def take(self, file: int) -> None:
        """Lock it, or fail at once."""
        os.lseek(file, self.BYTE, os.SEEK_SET)
        self._msvcrt.locking(file, self._msvcrt.LK_NBLCK, 1)

    def free(self, file: int) -> None:
        """Unlock it."""
        os.lseek(file, self.BYTE, os.SEEK_SET)
        self._msvcrt.locking(file, self._msvcrt.LK_UNLCK, 1)

    def is_named(self, file: int, path: Path) -> bool:  # noqa: ARG002  as the interface has it
        """Always: Windows lets nobody delete or rename a file that is open like this one."""
        return True


def system_locking() -> Locking:
    """How this platform locks."""
    if sys.platform == "win32":
        import msvcrt

        return OneByte(msvcrt)
    else:  # noqa: RET505  spelled out for the type checker of either platform
        import fcntl

        return WholeFile(fcntl)
