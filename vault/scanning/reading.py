"""The keys in one file of any size, read in pieces, with the line each stands on."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass

from vault.keys.formats.recognition import Recognition
from vault.keys.secret import Secret
from vault.scanning.shapes import BEFORE, LONGEST, keys_in

PIECE = 1 << 20
"""Bytes read at a time."""

_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_BINARY", 0)
)
_TWO_BYTE_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Hit:
    """A key that lies in a file.

    Attributes:
        path: The file.
        line: The line it stands on, from 1; None in a file that is no text.
        secret: The key.
        recognition: What it is; `recognition.registry` says whose.
    """

    path: str
    line: int | None
    secret: Secret
    recognition: Recognition


def keys_of(path: str, *, piece: int = PIECE) -> Iterator[Hit]:
    """Every key in a file, in order. A symbolic link is not followed.

    Args:
        path: The file; what is no regular file holds nothing.
        piece: Bytes to read at a time; as much memory is needed a few times over.

    Raises:
        OSError: It cannot be read.
    """
    file = os.open(path, _FLAGS)
    try:
        if stat.S_ISREG(os.fstat(file).st_mode):
            yield from _keys(file, path, piece)
    finally:
        os.close(file)


def _keys(file: int, path: str, piece: int) -> Iterator[Hit]:
    data = os.read(file, piece)
    two_byte = data.startswith(_TWO_BYTE_MARKS)  # as Windows' own editors write text
    text = two_byte or b"\0" not in data
    lines, seen = 1, 0  # before the data; of the data, what was searched in the piece before
    while data:
        more = os.read(file, piece)
        if two_byte:
            data, more = data.replace(b"\0", b""), more.replace(b"\0", b"")
        settled = len(data) - LONGEST if more else len(data)
        line, counted = lines, 0
        for shaped in keys_in(data):
            if seen <= shaped.at < settled:
                line += data.count(b"\n", counted, shaped.at)
                counted = shaped.at
                yield Hit(path, line if text else None, shaped.secret, shaped.recognition)
        kept = max(settled - BEFORE, 0)
        lines += data.count(b"\n", 0, kept) if more else 0
        data, seen = (data[kept:] + more, settled - kept) if more else (b"", 0)
