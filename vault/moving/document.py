"""Reading a source within bounds: by line whatever its size, or whole up to a limit."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from vault.packages.reading import UnacceptableError, plain_file

LARGEST = 32 << 20
"""Most bytes of a source that must be read whole: JSON, XML, TOML."""

LARGEST_SETTINGS = 8 << 20
"""Most bytes of a client's own configuration file."""

LONGEST_LINE = 1 << 20
"""Most bytes of one line."""

_TWO_BYTE = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def whole(path: Path) -> bytes:
    """All bytes of a file.

    Raises:
        UnacceptableError: It is larger than `LARGEST`, or no regular file.
        OSError: It cannot be read.
    """
    with plain_file(path) as stream:
        data = stream.read(LARGEST + 1) if os.fstat(stream.fileno()).st_size <= LARGEST else b""
        if len(data) > LARGEST or os.fstat(stream.fileno()).st_size > LARGEST:
            raise UnacceptableError(f"it is larger than {LARGEST >> 20} MiB")
        return data


def whole_text(path: Path) -> str:
    """A whole file as text: UTF-8, or UTF-16 with its mark as Windows' own editors write it.

    Raises:
        UnacceptableError: It is too large, or no text.
        OSError: It cannot be read.
    """
    data = whole(path)
    return _decoded(data, _TWO_BYTE.get(data[:2], "utf-8-sig"))


def lines(path: Path, *, most: int | None = LARGEST_SETTINGS) -> Iterator[tuple[int, str]]:
    """The lines of a text file, read one by one, with their numbers from 1, without their ends.

    Args:
        path: The file.
        most: Most bytes it may have; None takes any number.

    Raises:
        UnacceptableError: It is too large, no text, or a line is longer than `LONGEST_LINE`.
        OSError: It cannot be read.
    """
    with plain_file(path) as stream:
        if stream.read(2) in _TWO_BYTE:
            yield from enumerate(whole_text(path).splitlines(), 1)
            return
        stream.seek(0)
        number = size = 0
        while line := stream.readline(LONGEST_LINE + 1):
            number += 1
            size += len(line)
            if most is not None and size > most:
                raise UnacceptableError(f"it is larger than {most >> 20} MiB")
            if len(line) > LONGEST_LINE:
                raise UnacceptableError(f"line {number:,} is longer than {LONGEST_LINE:,} bytes")
            yield number, _decoded(line, "utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")


def _decoded(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise UnacceptableError("it is no text in UTF-8") from None
    if "\0" in text:
        raise UnacceptableError("it is no text")
    return text
