"""A file of the user's own choosing: written whole, mode 0600, never by accident over another."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from vault.errors import StorageError, ValueRefusedError
from vault.store.disk import NEW_FILE, flush_to_disk, remove, rename, sync_directory
from vault.store.problems import storage_error
from vault.text import safe

_OWN = ("", ".lock", ".tmp", ".bak", ".bak.tmp")
"""Endings of the files that a vault keeps; FORMAT.md, section 8."""


def check_target(path: Path, vault: Path, *, replace: bool = False) -> None:
    """Refuse to write where something would be lost.

    Args:
        path: What is to be written.
        vault: The vault's real path; another file beside it is welcome.
        replace: Whether the user agreed to lose a file of that name.

    Raises:
        ValueRefusedError: It is the vault, or a file that the vault keeps.
        StorageError: Something is there, and the user did not agree or it is no regular file.
    """
    own = [vault.with_name(vault.name + ending) for ending in _OWN]
    if Path(os.path.realpath(path)) in own or any(_same(path, one) for one in own):
        raise ValueRefusedError(f"{safe(str(path))} is the vault, or a file that the vault keeps.")
    refuse_present(path, replace=replace)


def refuse_present(path: Path, *, replace: bool) -> None:
    """Refuse to write over what is there.

    Raises:
        StorageError: Something is there, and it may not be replaced or is no regular file.
    """
    label = safe(str(path))
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    except OSError as error:
        raise storage_error("write", label, error) from None
    if not stat.S_ISREG(found.st_mode):
        raise StorageError(f"{label} is there already, and is not a regular file.")
    if not replace:
        raise StorageError(
            f"{label} is there already.", "Choose another name, or replace it with --force."
        )


@contextmanager
def new_file(path: Path, *, replace: bool = False) -> Iterator[Callable[[bytes], object]]:
    """A function that writes to a file, which gets its name once everything is in it.

    Until then it is called FILE.part, mode 0600 as always. Whatever goes wrong, neither is left
    behind; a file that was there before stays as it was.

    Args:
        path: Its name.
        replace: Whether to replace a file that is there.

    Raises:
        StorageError: It cannot be written, or something is there.
    """
    label = safe(str(path))
    part = path.with_name(path.name + ".part")
    try:
        file = os.open(part, NEW_FILE, 0o600)
    except FileExistsError:
        raise StorageError(
            f"{safe(str(part))} is in the way.",
            "If it is what an interrupted command left, remove it.",
        ) from None
    except OSError as error:
        raise storage_error("write", label, error) from None
    try:
        with open(file, "wb") as stream:  # noqa: PTH123  a descriptor, not a path
            if sys.platform != "win32":
                os.fchmod(file, 0o600)  # whatever the umask took away
            yield stream.write
            stream.flush()
            flush_to_disk(file)
        _name(part, path, replace=replace)
    except OSError as error:
        remove(part)
        raise storage_error("write", label, error) from None
    except BaseException:
        remove(part)
        raise
    try:
        sync_directory(path.parent)
    except OSError as error:
        raise storage_error("flush the directory of", label, error) from None


def _name(part: Path, path: Path, *, replace: bool) -> None:
    """Give the file its name; without `replace` not even if one came there meanwhile."""
    if not replace:
        try:
            os.link(part, path)
        except OSError:  # one is there, or names cannot be added on this file system
            refuse_present(path, replace=False)
        else:
            part.unlink()
            return
    rename(part, path)


def _same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:
        return False
