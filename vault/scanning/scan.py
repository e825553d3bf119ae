"""The keys that lie in the files of a directory."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from vault.scanning.reading import Hit, keys_of
from vault.scanning.walking import files_below


@dataclass(slots=True)
class Tally:
    """What a scan went through.

    Attributes:
        files: How many files were read.
        unread: Files and directories that could not be read.
    """

    files: int = 0
    unread: int = 0


def scan(root: Path | str, *, ignored: bool = False, tally: Tally | None = None) -> Iterator[Hit]:
    """Every key in a file, or in the files of a directory; what cannot be read is counted.

    Args:
        root: A file or a directory. Symbolic links below it are not followed.
        ignored: Whether also to read what `.gitignore` leaves out, and git's own directories.
        tally: Is told what was gone through.
    """
    count = Tally() if tally is None else tally

    def failed(_path: str) -> None:
        count.unread += 1

    for path in _files(os.fspath(root), ignored, failed):
        try:
            yield from keys_of(path)
        except OSError:
            failed(path)
        else:
            count.files += 1


def _files(root: str, ignored: bool, failed: Callable[[str], None]) -> Iterable[str]:  # noqa: FBT001 - named where it comes from
    # Text and not `Path` throughout: making paths would take a third of the time.
    if os.path.isdir(root):  # noqa: PTH112 - as above
        return files_below(root, ignored=ignored, failed=failed)
    return [os.path.realpath(root)]  # a link that the user names is meant
