"""Files for a child process: in a private directory, readable by nobody else from the start."""

from __future__ import annotations

import os
from pathlib import Path

from vault.errors import StorageError


def write_private(path: Path, text: str) -> Path:
    """A new file with mode 0600; answers its path.

    Raises:
        StorageError: It cannot be written, or something of that name exists.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    try:
        with os.fdopen(os.open(path, flags, 0o600), "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except OSError as error:
        raise StorageError(f"{path} could not be written: {error.strerror}.") from None
    return path
