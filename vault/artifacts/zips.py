"""One member of a zip archive; nothing else of it is read but the list of its files."""

from __future__ import annotations

import stat
import zipfile
from typing import BinaryIO

from vault.artifacts.wanted import LARGEST, Member, Wanted
from vault.packages.reading import UnacceptableError
from vault.packages.zips import open_zip, unzipped

_MOST_FILES = 65_534
_LARGEST_DIRECTORY = 8 * 1024 * 1024


def from_zip(stream: BinaryIO, wanted: Wanted) -> Member:
    """The member wanted.

    Raises:
        UnacceptableError: There is not exactly one, it is not a file, or a path leads out.
        Exception: Whatever a damaged archive breaks.
    """
    found: list[Member] = []
    with open_zip(stream, files=_MOST_FILES, directory=_LARGEST_DIRECTORY) as archive:
        for entry in archive.infolist():
            # `filename` ends at a NUL and knows the system's separator; this is what is written.
            path = wanted.at(entry.orig_filename)
            if path is not None and len(found) < 2:  # noqa: PLR2004 - two are one too many
                found.append(Member(path, _data(archive, entry, wanted)))
    return wanted.one(found)


def _data(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, wanted: Wanted) -> bytes:
    mode = entry.external_attr >> 16
    if entry.is_dir() or (stat.S_IFMT(mode) not in {0, stat.S_IFREG}):
        raise UnacceptableError(f"its {wanted.called} is not a file")
    return unzipped(archive, entry, LARGEST)
