"""A private directory for what a child process is given as files.

Whoever makes one holds a lock on it for as long as it is in use, which ends with the process,
however that ends. So one that was left behind is known by its lock, and removed when the next one
is made beside it. Windows has no such locks on directories, and no such sweeping.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from vault.closed import is_closed

PREFIX = "keyfob-run-"

_ENDING = ("SIGTERM", "SIGHUP")
_NEVER = -1


@contextmanager
def private_room(environ: Mapping[str, str]) -> Iterator[Path]:
    """A new directory that nobody else can read; it is gone afterwards.

    It lies in memory where the login session has such a place.

    Args:
        environ: Tells where that is.
    """
    beside = place_for_rooms(environ)
    sweep(beside)
    room, lock = _locked_room(beside)
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)
        if lock != _NEVER:
            os.close(lock)


@contextmanager
def ended_in_order() -> Iterator[None]:
    """Lets signals that end this process clean up on their way."""

    def end(number: int, _: FrameType | None) -> None:
        raise SystemExit(128 + number)

    numbers = [getattr(signal, name) for name in _ENDING if hasattr(signal, name)]
    former = {
        number: signal.signal(number, end)
        for number in numbers
        if signal.getsignal(number) is signal.SIG_DFL
    }
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


if sys.platform == "win32":

    def _locked_room(beside: Path) -> tuple[Path, int]:
        return Path(tempfile.mkdtemp(prefix=PREFIX, dir=beside)), _NEVER

    def sweep(directory: Path) -> None:
        """Nothing: what a process left that was killed, the system clears away some day."""
else:
    import fcntl

    _OPEN = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC

    def _locked_room(beside: Path) -> tuple[Path, int]:
        """A new room and its lock, or `_NEVER` where there are no such locks."""
        while True:
            room = Path(tempfile.mkdtemp(prefix=PREFIX, dir=beside))
            with suppress(FileNotFoundError):  # who sweeps came between, and took it for left
                lock = os.open(room, _OPEN)
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX)
                except OSError:  # this file system has no locks, so nobody can sweep there either
                    os.close(lock)
                    return room, _NEVER
                if _is_at(lock, room):
                    return room, lock
                os.close(lock)

    def sweep(directory: Path) -> None:
        """Remove the rooms in a directory that a process left which was killed.

        Only this user's own, and only those that nobody holds.

        Args:
            directory: Where rooms are made.
        """
        with suppress(OSError), os.scandir(directory) as entries:
            for entry in entries:
                if entry.name.startswith(PREFIX):
                    _remove_left(Path(entry.path))

    def _remove_left(room: Path) -> None:
        with suppress(OSError):
            lock = os.open(room, _OPEN)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.fstat(lock).st_uid == os.geteuid() and _is_at(lock, room):
                    shutil.rmtree(room, ignore_errors=True)
            finally:
                os.close(lock)

    def _is_at(descriptor: int, path: Path) -> bool:
        try:
            return os.path.samestat(os.fstat(descriptor), path.lstat())
        except OSError:
            return False


def place_for_rooms(environ: Mapping[str, str]) -> Path:
    """The directory in which rooms are made: in memory, where the login session has such a place.

    Args:
        environ: Tells where that is.
    """
    return _session(environ) or Path(tempfile.gettempdir())


def _session(environ: Mapping[str, str]) -> Path | None:
    """The login session's directory, if it is this user's alone; `su` hands on another user's.

    Who may write to it could put another directory in the place of the room.
    """
    runtime = Path(environ.get("XDG_RUNTIME_DIR", ""))
    try:
        closed = runtime.is_absolute() and is_closed(runtime.stat())
    except OSError:
        return None
    return runtime if closed and os.access(runtime, os.W_OK) else None
