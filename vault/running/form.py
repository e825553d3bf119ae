"""The form in which a command goes to the agent and comes back ready to run: tagged fields.

Each is a letter and a value, ended by a zero byte, which neither a word of a command nor a variable
can hold. So nothing is escaped, and the process that stands in front of a client reads it without
loading anything.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False  # `typing` takes longer to load than all of this
if TYPE_CHECKING:
    from collections.abc import Iterable

VERSION = b"1"
"""Version of the form; the first field of all."""

OPENING = b'{"v":1,"ask":"run","length":%d}\n'
"""The question `run` of the agent's protocol, in front of so many bytes of fields."""

ANSWER = (b'{"length":', b"}\n")
"""What stands before and after the number of bytes of fields in the answer to it."""

WORD = b"w"
"""A word of the command, in order: after `keyfob run` on the way there, the program's on the way
back."""

VARIABLE = b"e"
"""A variable, NAME=VALUE: one there is on the way there, one to set on the way back."""

UNSET = b"u"
"""Name of a variable to take away."""

DIRECTORY = b"d"
"""Where the command runs."""

INODE = b"i"
"""Device and number of that directory: the same only if both sides see the same files."""

COLUMNS = b"c"
"""Columns of the terminal that stderr is; 0 if it is none."""

SAY = b"s"
"""Lines to say before the command runs."""

REFUSED = b"r"
"""Lines to say if the registry refuses the key; there if the output is to be looked at."""

KEY = b"k"
"""The key, as a record in JSON: all but its secret."""

NO_TERMINAL = b"n"
"""There, and empty, if the command may not talk to the terminal."""


def pack(fields: Iterable[tuple[bytes, bytes]]) -> bytearray:
    """Fields as bytes, to be overwritten after use.

    Raises:
        ValueError: A value holds a zero byte.
    """
    packed = bytearray(VERSION + b"\0")
    for tag, value in fields:
        if b"\0" in value:
            raise ValueError("a field cannot hold a zero byte")
        packed += b"%b%b\0" % (tag, value)
    return packed


def unpack(data: bytes | bytearray, tags: bytes) -> dict[bytes, list[bytes]]:
    """The values of each tag, in order.

    Args:
        data: What `pack` made.
        tags: Every tag there may be.

    Raises:
        ValueError: It is of another version, cut short, or holds another tag.
    """
    version, *fields, rest = bytes(data).split(b"\0")
    if version != VERSION or rest:
        raise ValueError("that is not the form of a command")
    values: dict[bytes, list[bytes]] = {tags[at : at + 1]: [] for at in range(len(tags))}
    for field in fields:
        if field[:1] not in values:
            raise ValueError("that field is unknown")
        values[field[:1]].append(field[1:])
    return values


def inode_of(directory: bytes) -> bytes:
    """Device and number of a directory; nothing if it is none."""
    try:
        found = os.stat(directory)  # noqa: PTH116 - pathlib is one of those
    except OSError:
        return b""
    return b"%d:%d" % (found.st_dev, found.st_ino)
