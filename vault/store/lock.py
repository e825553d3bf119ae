"""The lock that saving takes: on a file beside the vault, held for moments, freed by any death.

The vault itself cannot be locked, because saving replaces it. The operating system frees the lock
when its holder ends, however it ends; the file stays, holding the last holder's process id.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from vault.errors import StorageError
from vault.store.problems import storage_error

if sys.platform == "win32":
    import msvcrt

    _LOCKED_BYTE = 1 << 30  # locked bytes cannot be read: far behind the process id

    def _try_lock(file: int) -> None:
        os.lseek(file, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

    def _unlock(file: int) -> None:
        os.lseek(file, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)


_FLAGS = (
    os.O_RDWR
    | os.O_CREAT
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
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
) -> Iterator[None]:
    """The lock on this file, for the length of a `with` block.

    Args:
        path: The lock file; made if missing, never removed.
        label: What it protects, fit to be shown.
        timeout: Longest wait in seconds.
        clock: Seconds, from any start.
        pause: Waits for so many seconds.

    Raises:
        StorageError: Somebody else holds it all that time, named by process id; or the file
            cannot be opened or locked.
    """
    file = _taken(path, label, clock() + timeout, clock, pause)
    try:
        _write_holder(file)
        yield
    finally:
        _release(file)


def _taken(
    path: Path,
    label: str,
    deadline: float,
    clock: Callable[[], float],
    pause: Callable[[float], None],
) -> int:
    """The lock file, open and locked, and still the one of this name.

    If it was deleted while it was waited for, whoever comes next locks a new file of that name, and
    two would hold the lock.
    """
    while True:
        file = _opened(path, label)
        try:
            _acquire(file, label, deadline, clock, pause)
            if _is_named(file, path):
                return file
        except BaseException:
            _release(file)
            raise
        _release(file)


def _opened(path: Path, label: str) -> int:
    try:
        file = os.open(path, _FLAGS, 0o600)
    except OSError as error:
        raise storage_error("lock", label, error) from None
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise StorageError(f"Could not lock {label}: its lock is not a regular file.")
    return file


def _is_named(file: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file), path.stat(follow_symlinks=False))
    except FileNotFoundError:
        return False


def _acquire(
    file: int,
    label: str,
    deadline: float,
    clock: Callable[[], float],
    pause: Callable[[float], None],
) -> None:
    wait = _FIRST_PAUSE
    while True:
        try:
            _try_lock(file)
        except OSError as error:
            if error.errno not in _BUSY:
                raise storage_error("lock", label, error) from None
        else:
            return
        if clock() >= deadline:
            raise StorageError(
                f"{label} is being changed by {_read_holder(file)}.",
                "Wait until it is done, or end it, then try again.",
            )
        pause(wait)
        wait = min(2 * wait, _LONGEST_PAUSE)


def _release(file: int) -> None:
    """Unlock and close. What a failing disk says to that matters to nobody: the save is over."""
    with contextlib.suppress(OSError):
        _unlock(file)
    with contextlib.suppress(OSError):
        os.close(file)  # which alone unlocks it too, and even when it fails the file is closed


def _write_holder(file: int) -> None:
    """Leave our process id for whoever waits; a full disk does not stop the saving."""
    with contextlib.suppress(OSError):
        os.lseek(file, 0, os.SEEK_SET)
        os.write(file, f"{os.getpid():<20}\n".encode("ascii"))


def _read_holder(file: int) -> str:
    with contextlib.suppress(OSError):
        os.lseek(file, 0, os.SEEK_SET)
        holder = os.read(file, 20).strip()
        if holder.isdigit():
            return f"process {int(holder)}"
    return "another process"
