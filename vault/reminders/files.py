"""The few files that reminders write: whole, private, and never over somebody else's."""

from __future__ import annotations

import os
from pathlib import Path

from vault.errors import StorageError
from vault.packages.reading import UnacceptableError, plain_file
from vault.store.disk import replace_whole
from vault.store.problems import storage_error
from vault.text import safe

LONGEST = 64 << 20
"""Most bytes that are read back."""


def read_file(path: Path) -> bytes | None:
    """What is in a file, or None if it is not there.

    Raises:
        StorageError: It cannot be read, is not a regular file, or is longer than `LONGEST`.
    """
    label = safe(str(path))
    try:
        with plain_file(path) as stream:
            data = stream.read(LONGEST + 1)
    except FileNotFoundError:
        return None
    except UnacceptableError:
        raise StorageError(f"{label} is not a regular file.") from None
    except OSError as error:
        raise storage_error("read", label, error) from None
    if len(data) > LONGEST:
        raise StorageError(f"{label} is longer than {LONGEST:,} bytes.")
    return data


def replace_file(path: Path, data: bytes) -> None:
    """Write a file whole, mode 0600; its directory is made. A symbolic link stays one.

    Raises:
        StorageError: It cannot be written.
    """
    real = Path(os.path.realpath(path))
    fresh = real.with_name(f".{real.name}.keyfob-tmp")
    try:
        replace_whole(real, fresh, data)
    except OSError as error:
        raise storage_error("write", safe(str(path)), error) from None


def remove_file(path: Path) -> None:
    """Remove a file, if it is there.

    Raises:
        StorageError: It cannot be removed.
    """
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise storage_error("remove", safe(str(path)), error) from None
