"""The files of a tree: no symbolic link is followed, no other kind of file opened."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from vault.scanning.ignoring import Ignoring, outside

_GIT = ".git"


def files_below(
    root: str, *, ignored: bool = False, failed: Callable[[str], None] = lambda _: None
) -> Iterator[str]:
    """Every regular file of a tree, each directory's in order of name.

    Args:
        root: A directory.
        ignored: Whether also what `.gitignore` leaves out, and git's own directories.
        failed: Told of each directory that cannot be read.
    """
    rules = Ignoring() if ignored else outside(root)
    pending = [(root, rules)]
    while pending:
        directory, rules = pending.pop()
        try:
            with os.scandir(directory) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError:
            failed(directory)
            continue
        if not ignored:
            rules = rules.entered(directory)
        below = []
        for entry in entries:
            try:
                folder = entry.is_dir(follow_symlinks=False)
                file = entry.is_file(follow_symlinks=False)
            except OSError:  # where a directory does not tell what is in it
                failed(entry.path)
                continue
            if folder:
                if ignored or not (entry.name == _GIT or rules.ignores(entry.path, directory=True)):
                    below.append((entry.path, rules))
            elif file and not (rules.rules and rules.ignores(entry.path)):
                yield entry.path
        pending.extend(reversed(below))
