"""Reading and replacing a client's configuration file: bounded, atomic, through its links."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from vault.errors import StorageError
from vault.packages.reading import UnacceptableError, plain_file
from vault.store.disk import replace_whole, sync_directory
from vault.store.problems import storage_error
from vault.text import safe

LONGEST = 1 << 20
"""Most bytes of a configuration file."""


@dataclass(frozen=True, slots=True)
class Found:
    """A configuration file as it was found.

    Attributes:
        data: What is in it; empty if it is not there.
        mode: Its mode; None if it is not there.
    """

    data: bytes
    mode: int | None


def read_config(path: Path) -> Found:
    """A configuration file; one that is not there is empty.

    Raises:
        StorageError: It cannot be read, is not a regular file, or is longer than `LONGEST`.
    """
    label = safe(str(path))
    try:
        with plain_file(path) as stream:
            mode, data = os.fstat(stream.fileno()).st_mode, stream.read(LONGEST + 1)
    except FileNotFoundError:
        return Found(b"", None)
    except UnacceptableError:
        raise StorageError(f"{label} is not a regular file.") from None
    except OSError as error:
        raise storage_error("read", label, error) from None
    if len(data) > LONGEST:
        raise StorageError(f"{label} is longer than {LONGEST:,} bytes.")
    return Found(data, stat.S_IMODE(mode))


def replace_config(path: Path, found: Found, data: bytes, *, fresh_mode: int = 0o600) -> None:
    """Replace a configuration file whole, or make it, with its directory; its mode stays.

    A symbolic link stays one: the file it leads to is replaced.

    Args:
        path: The file.
        found: What was there when it was decided what to write.
        data: What to write.
        fresh_mode: The mode of a file that was not there.

    Raises:
        StorageError: It cannot be written, or somebody changed it meanwhile.
    """
    label = safe(str(path))
    real = Path(os.path.realpath(path))
    if found.mode is not None and not found.mode & stat.S_IWUSR:
        raise StorageError(f"{label} is read-only.", "Make it writable, then try again.")
    if read_config(path) != found:
        raise StorageError(f"{label} was changed meanwhile.", "Try again.")
    fresh = real.with_name(f".{real.name}.keyfob-tmp")

    def ready() -> None:
        _keep_owner(fresh, real)
        fresh.chmod(fresh_mode if found.mode is None else found.mode)

    try:
        replace_whole(real, fresh, data, ready=ready)
    except OSError as error:
        raise storage_error("write", label, error) from None


def _keep_owner(fresh: Path, old: Path) -> None:
    """Give a new file to whoever has the old one: root may be changing a user's.

    Raises:
        OSError: Only root may do that, or is needed for the old one's group.
    """
    if sys.platform != "win32" and old.exists():
        was, now = old.stat(), fresh.stat()
        if (was.st_uid, was.st_gid) != (now.st_uid, now.st_gid):
            os.chown(fresh, was.st_uid, was.st_gid)


def remove_config(path: Path, folders: Iterable[str] = ()) -> None:
    """Remove a configuration file that keyfob made.

    Args:
        path: The file.
        folders: Directories to remove after it, each if it is empty then.

    Raises:
        StorageError: The file cannot be removed.
    """
    real = Path(os.path.realpath(path))
    try:
        real.unlink(missing_ok=True)
        sync_directory(real.parent)
    except OSError as error:
        raise storage_error("remove", safe(str(path)), error) from None
    for folder in folders:
        with suppress(OSError):
            Path(folder).rmdir()
