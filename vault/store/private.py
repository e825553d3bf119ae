"""Whether files and directories are their owner's alone. What is keyfob's own is made so.

On Windows a mode says nothing; there the access list of the user's profile counts.
"""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

from vault.text import safe

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def file_notes(file: int, label: str) -> list[str]:
    """What is wrong with an open file's mode and owner; the mode is set to 0600.

    Args:
        file: Its descriptor.
        label: What to call it, safe to show.

    Raises:
        OSError: The file cannot be looked at.
    """
    if sys.platform == "win32":
        return []
    else:  # noqa: RET505  spelled out for the type checker of either platform
        found = os.fstat(file)
        notes = []
        if found.st_uid != os.geteuid():
            notes.append(f"{label} belongs to another user (number {found.st_uid}).")
        if mode := _loose(found):
            with suppress(OSError):
                os.fchmod(file, 0o600)
            if _loose(os.fstat(file)):  # some file systems take every mode and keep their own
                notes.append(f"{label} is open to others (mode {mode}).")
            else:
                notes.append(f"{label} was open to others (mode {mode}); it is 600 now.")
        return notes


def directory_notes(path: Path, *, own: bool) -> list[str]:
    """What is wrong with a directory's mode and owner; the mode of one of our own is set to 0700.

    One that the user chose, such as a synced folder, is left as it is, and may be read by others:
    the files in it may not. That others can replace those files is said.

    Args:
        path: The directory.
        own: Whether keyfob alone uses it. Where the path is a symbolic link it leads to one that
            the user chose.
    """
    if sys.platform == "win32":
        return []
    else:  # noqa: RET505  spelled out for the type checker of either platform
        try:
            directory = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NONBLOCK)
        except OSError:
            return []  # what needs the directory says so
        try:
            return _directory_notes(directory, safe(str(path)), own=own and not path.is_symlink())
        finally:
            with suppress(OSError):
                os.close(directory)


if sys.platform != "win32":

    def _directory_notes(directory: int, label: str, *, own: bool) -> list[str]:
        found = os.fstat(directory)
        notes = []
        if found.st_uid not in {0, os.geteuid()}:
            notes.append(
                f"The directory {label} belongs to another user (number {found.st_uid}), "
                "who can replace what is in it."
            )
        mode = _loose(found)
        if own and mode:
            with suppress(OSError):
                os.fchmod(directory, 0o700)
            if not _loose(os.fstat(directory)):
                notes.append(
                    f"The directory {label} was open to others (mode {mode}); it is 700 now."
                )
                return notes
        if _writable_by_others(found):
            notes.append(f"Others can replace what is in the directory {label} (mode {mode}).")
        return notes

    def _writable_by_others(found: os.stat_result) -> bool:
        if found.st_mode & stat.S_ISVTX:  # as /tmp: only the owner of a file can replace it
            return False
        # A group with its user's number is that user's own, on systems that make one for each.
        group = found.st_mode & stat.S_IWGRP and found.st_gid != found.st_uid
        return bool(group or found.st_mode & stat.S_IWOTH)


def _loose(found: os.stat_result) -> str:
    """The mode in octal if it gives anything to others, else ""."""
    return f"{stat.S_IMODE(found.st_mode):o}" if found.st_mode & _OTHERS else ""
