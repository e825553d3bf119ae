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
from pathlib import Path

if sys.platform != "win32":
    import fcntl

NEW_FILE = (
    os.O_WRONLY
    | os.O_CREAT
    | os.O_EXCL
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_DIRECTORY = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_RENAME_RETRIES = 40
_RENAME_PAUSE = 0.05
_NO_SUCH_FLUSH = {errno.EINVAL, errno.EBADF, errno.ENOTSUP}


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
    path.unlink(missing_ok=True)
    file = os.open(path, NEW_FILE, 0o600)
    try:
        try:
            _write_all(file, data)
            if flush:
                _flush(file)
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


def _flush(file: int) -> None:
    """Flush a file to the disk itself; on macOS fsync alone stops at the drive's cache."""
    if sys.platform == "darwin":
        try:
            fcntl.fcntl(file, fcntl.F_FULLFSYNC)
        except OSError as error:
            if error.errno not in {errno.EINVAL, errno.ENOTSUP, errno.ENOTTY}:
                raise
        else:
            return
    os.fsync(file)


def rename(source: Path, target: Path) -> None:
    """Give a file its final name, in place of what had it.

    On Windows this fails while another process has the target open, which a scanner does for a
    moment after every save; there it is tried again for two seconds.

    Raises:
        OSError: It was refused.
    """
    for _ in range(_RENAME_RETRIES if sys.platform == "win32" else 0):
        try:
            source.replace(target)
        except PermissionError:
            time.sleep(_RENAME_PAUSE)
        else:
            return
    source.replace(target)


def sync_directory(path: Path) -> None:
    """Flush a directory, so that a rename in it survives a power cut.

    Windows does not let a directory be opened, a mode may not either, and some network file
    systems know no such flush; the rename stands nevertheless.

    Raises:
        OSError: The disk failed.
    """
    try:
        directory = os.open(path, _DIRECTORY)
    except PermissionError:
        return
    try:
        os.fsync(directory)
    except OSError as error:
        if error.errno not in _NO_SUCH_FLUSH:
            raise
    finally:
        os.close(directory)


def remove(path: Path) -> None:
    """Remove a file of ours if it is there and can be removed."""
    with contextlib.suppress(OSError):
        path.unlink()
