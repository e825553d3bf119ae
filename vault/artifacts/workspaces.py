"""The directories of a workspace: what patterns such as `crates/*` in its manifest name."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

_MOST_PATTERNS = 200
_LONGEST_PATTERN = 500  # characters
_MOST_ENTRIES = 4_000  # of one directory
_MOST_FOLDERS = 2_000  # that all patterns together may lead through


def folders_named(root: Path, patterns: Sequence[object]) -> Iterator[Path]:
    """The directories that patterns name, as far as they are found within bounds.

    Args:
        root: Where the patterns begin.
        patterns: As a manifest gives them; `**` stands for any number of directories.
    """
    passed = 0
    for pattern in patterns[:_MOST_PATTERNS]:
        folders = [root]
        for part in filter(None, str(pattern)[:_LONGEST_PATTERN].replace("\\", "/").split("/")):
            if not any(mark in part for mark in "*?["):
                folders = [each / part for each in folders]
                continue
            folders = _below(folders) if part == "**" else _matching(folders, part)
            passed += 1 + len(folders)
            if passed > _MOST_FOLDERS:
                return
        yield from folders


def _below(folders: list[Path]) -> list[Path]:
    """These directories and all inside them."""
    found = list(folders)
    for folder in found:  # and what is found meanwhile
        found += islice(_inside(folder, "*"), _MOST_FOLDERS - len(found))
    return list(dict.fromkeys(found))


def _matching(folders: list[Path], pattern: str) -> list[Path]:
    inside = (found for folder in folders for found in _inside(folder, pattern))
    return list(islice(inside, _MOST_FOLDERS))


def _inside(folder: Path, pattern: str) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in islice(entries, _MOST_ENTRIES) if entry.is_dir()]
    except (OSError, ValueError):
        return []  # not a directory, or not to be read: the client finds nothing there either
    return sorted(folder / name for name in names if fnmatch.fnmatchcase(name, pattern))
