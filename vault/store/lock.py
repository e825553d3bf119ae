"""The lock that saving takes: on a file beside the vault, held for moments, freed by any death.

The vault itself cannot be locked, because saving replaces it. The operating system frees the lock
when its holder ends, however it ends; the file stays. It names whoever holds the lock: a process id
that its holder writes, and blanks out before it unlocks, so that it never names one that is done.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from vault.errors import StorageError
from vault.store.locking import Locking, system_locking
from vault.store.problems import storage_error

_FLAGS = (
    os.O_RDWR
    | os.O_CREAT
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
)
_BUSY = {errno.EAGAIN, errno.EACCES, errno.EDEADLK}
_FIRST_PAUSE = 0.005
_LONGEST_PAUSE = 0.1


@contextlib.contextmanager
def held(
    path: Path,
    label: str,
    *,
    timeout: float,
    clock: Callable[[], float] = time.monotonic,
    pause: Callable[[float], None] = time.sleep,
    locking: Locking | None = None,
) -> Iterator[None]:
    """The lock on this file, for the length of a `with` block.

    Args:
        path: The lock file; made if missing, never removed.
        label: What it protects, fit to be shown.
        timeout: Longest wait in seconds.
        clock: Seconds, from any start.
        pause: Waits for so many seconds.
        locking: How to lock; this platform's way when None.

    Raises:
        StorageError: Somebody else holds it all that time, named by process id; or the file
            cannot be opened or locked.
    """
    wait = _Wait(label, clock() + timeout, clock, pause)
    lock = locking or system_locking()
    file = _taken(path, wait, lock)
    try:
        _write_holder(file, os.getpid())
        yield
    finally:
        _write_holder(file, None)
        _release(file, lock)


@dataclass(frozen=True, slots=True)
class _Wait:
    """Until when to wait, how, and what for."""

    label: str
    deadline: float
    clock: Callable[[], float]
    pause: Callable[[float], None]


def _taken(path: Path, wait: _Wait, lock: Locking) -> int:
    """The lock file, open and locked, and still the one of this name.

    If it was deleted while it was waited for, whoever comes next locks a new file of that name, and
    two would hold the lock.
    """
    while True:
        file = _opened(path, wait.label)
        try:
            _acquire(file, wait, lock)
            if lock.is_named(file, path):
                return file
        except BaseException:
            _release(file, lock)
            raise
        _release(file, lock)


def _opened(path: Path, label: str) -> int:
    try:
        file = os.open(path, _FLAGS, 0o600)
    except OSError as error:
        raise storage_error("lock", label, error) from None
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise StorageError(f"Could not lock {label}: its lock is not a regular file.")
    return file


def _acquire(file: int, wait: _Wait, lock: Locking) -> None:
    seconds = _FIRST_PAUSE
    while True:
        try:
            lock.take(file)
        except OSError as error:
            if error.errno not in _BUSY:
                raise storage_error("lock", wait.label, error) from None
        else:
            return
        if wait.clock() >= wait.deadline:
            raise StorageError(
                f"{wait.label} is being changed by {_read_holder(file)}.",
                "Wait until it is done, or end it, then try again.",
            )
        wait.pause(seconds)
        seconds = min(2 * seconds, _LONGEST_PAUSE)


def _release(file: int, lock: Locking) -> None:
    """Unlock and close. What a failing disk says to that matters to nobody: the save is over."""
    with contextlib.suppress(OSError):
        lock.free(file)
    with contextlib.suppress(OSError):
        os.close(file)  # which alone unlocks it too, and even when it fails the file is closed


def _write_holder(file: int, process_id: int | None) -> None:
    """Leave a process id, or none, for whoever waits; a full disk does not stop the saving."""
    with contextlib.suppress(OSError):
        os.lseek(file, 0, os.SEEK_SET)
        os.write(file, f"{process_id or '':<20}\n".encode("ascii"))


def _read_holder(file: int) -> str:
    with contextlib.suppress(OSError):
        os.lseek(file, 0, os.SEEK_SET)
        holder = os.read(file, 20).strip()
        if holder.isdigit():
            return f"process {int(holder)}"
    return "another process"
