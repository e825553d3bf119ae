"""Writing so that an interruption leaves the old file or the new one, whole.

The rules, each learnt from somebody's lost data: a new file is complete and flushed to the disk
before it takes the old one's name; the rename is flushed too; a flush that fails is a failure,
because a second one may succeed without having written anything.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

NEW_FILE = (
    os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
)
_DIRECTORY = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)
_NO_SUCH_FLUSH = {errno.EINVAL, errno.EBADF, errno.ENOTSUP, errno.ENOTTY}

TRIES = 41 if sys.platform == "win32" else 1
"""How often `patiently` tries: there, for two seconds in all."""
PAUSE = 0.05
"""Seconds between two tries."""

if sys.platform == "darwin":
    import fcntl

    def _full_flush(file: int) -> object:
        return fcntl.fcntl(file, fcntl.F_FULLFSYNC)

    FULL_FLUSH: Callable[[int], object] | None = _full_flush
else:
    FULL_FLUSH: Callable[[int], object] | None = None
"""Flushes a file through the drive's own cache, where `fsync` stops before that."""


def make_directory(path: Path) -> None:
    """A directory that exists afterwards; whatever had to be made is 0700 and flushed.

    Raises:
        OSError: It could not be made.
    """
    if path.is_dir():
        return
    make_directory(path.parent)
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
    sync_directory(path.parent)


def write_new(path: Path, data: bytes, *, flush: bool = True) -> None:
    """A file of this name that did not exist before, mode 0600, written whole.

    What an earlier interruption left under the name is removed first, and nothing is left under
    it when writing fails.

    Args:
        path: Its name.
        data: What it holds.
        flush: Whether to flush it to the disk; without, a power cut may leave it damaged.

    Raises:
        OSError: It could not be written or flushed.
    """
    patiently(lambda: path.unlink(missing_ok=True))
    file = os.open(path, NEW_FILE, 0o600)
    try:
        try:
            _write_all(file, data)
            if flush:
                flush_to_disk(file)
        finally:
            os.close(file)
    except BaseException:
        remove(path)
        raise


def _write_all(file: int, data: bytes) -> None:
    if sys.platform != "win32":
        os.fchmod(file, 0o600)  # whatever the umask took away
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(file, rest) :]


def flush_to_disk(file: int, *, full: Callable[[int], object] | None = FULL_FLUSH) -> None:
    """Flush what was written to a file, to the disk itself.

    Args:
        file: Its descriptor.
        full: Flushes the drive's cache too, where `fsync` does not (macOS). A file system that
            knows no such flush is one for `fsync`.

    Raises:
        OSError: The disk failed.
    """
    if full is not None:
        try:
            full(file)
        except OSError as error:
            if error.errno not in _NO_SUCH_FLUSH:
                raise
        else:
            return
    os.fsync(file)


def patiently(
    act: Callable[[], T], *, tries: int = TRIES, pause: Callable[[float], None] = time.sleep
) -> T:
    """What an act on a file answers, which on Windows may be refused for a moment.

    There a file that somebody has open can be neither replaced nor removed, and a scanner or an
    indexer opens each new file for a moment. Elsewhere it is tried once.

    Args:
        act: Raises `PermissionError` when refused.
        tries: How often to try.
        pause: Waits for so many seconds.

    Raises:
        OSError: What the last try raised; or at once, if it is no `PermissionError`.
    """
    for _ in range(tries - 1):
        try:
            return act()
        except PermissionError:
            pause(PAUSE)
    return act()


def rename(source: Path, target: Path) -> None:
    """Give a file its final name, in place of what had it.

    Raises:
        OSError: It was refused.
    """
    patiently(lambda: source.replace(target))


def sync_directory(path: Path) -> None:
    """Flush a directory, so that a rename in it survives a power cut.

    Windows refuses to open a directory: there the file system's journal has to do. A mode may
    refuse it too, and some network file systems know no such flush; the rename stands nevertheless.

    Raises:
        OSError: The disk failed.
    """
    try:
        directory = os.open(path, _DIRECTORY)
    except PermissionError:
        return
    try:
        flush_to_disk(directory)
    except OSError as error:
        if error.errno not in _NO_SUCH_FLUSH:
            raise
    finally:
        os.close(directory)


def replace_whole(
    target: Path, fresh: Path, data: bytes, *, ready: Callable[[], object] = lambda: None
) -> None:
    """Put a new file in the place of one, wholly or not at all; its directory is made.

    Args:
        target: Its final name; a link is replaced, not followed.
        fresh: Its name until it is whole, in the same directory.
        data: What it holds.
        ready: Called when it is whole, before it gets its name; may give it another mode or owner.

    Raises:
        OSError: It could not be put there; what was there before still is, except where only the
            directory could not be flushed.
    """
    make_directory(target.parent)
    write_new(fresh, data)
    try:
        ready()
        rename(fresh, target)
    except OSError:
        remove(fresh)
        raise
    sync_directory(target.parent)


def remove(path: Path) -> None:
    """Remove a file of ours if it is there and can be removed."""
    with contextlib.suppress(OSError):
        path.unlink()
