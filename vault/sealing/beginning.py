"""How a vault file begins: its magic, where its header ends, and which vault it is.

With an index of this very save, `keyfob check` needs no more of a vault than this.
"""

from __future__ import annotations

import re

from vault.errors import DamagedError, NewerFormatError

FORMAT = 1
"""The format version this keyfob writes, and the only one it reads."""

MAGIC = b"KEYFOB1\n"
"""The first bytes of every vault file of this format version."""

MAX_HEADER = 1 << 20
"""Longest header line in bytes, its line end included."""

BEGINNING = re.compile(rb'KEYFOB1\n\{"format":1,"check":"([0-9a-f]{8})","vault":"([0-9a-f]{32})",')
"""How a file begins that this keyfob wrote: the header's check, and the vault's id."""

_ANY_MAGIC = re.compile(rb"KEYFOB([1-9][0-9]{0,3})\r?\n")


def header_end(data: bytes) -> int:
    """Where the header line ends: the index just past its line end. Checks the magic first.

    Raises:
        DamagedError: Not a keyfob vault, cut short, or a header line over `MAX_HEADER` bytes.
        NewerFormatError: Another format version.
    """
    if not data.startswith(MAGIC):
        _refuse_magic(data)
    end = data.find(b"\n", len(MAGIC), len(MAGIC) + MAX_HEADER)
    if end < 0:
        if len(data) <= len(MAGIC) + MAX_HEADER:
            raise DamagedError("The vault file is damaged: it is cut short within its header.")
        raise DamagedError("The vault file is damaged: its header has no end.")
    return end + 1


def _refuse_magic(data: bytes) -> None:
    if not data:
        raise DamagedError("The vault file is empty.")
    match = _ANY_MAGIC.match(data)
    if match and int(match[1]) > FORMAT:
        raise NewerFormatError(
            f"The vault was written by a newer keyfob (format {int(match[1])}).",
            "Update keyfob, then try again.",
        )
    if match:
        raise DamagedError(
            "The vault file is damaged: its line ends were changed by a copy as text.",
            "Copy it again from the original, as a binary file.",
        )
    if MAGIC.startswith(data):
        raise DamagedError("The vault file is damaged: it is cut short after a few bytes.")
    raise DamagedError("The file is not a keyfob vault.")


def written_id(data: bytes) -> str | None:
    """The id of a vault whose file begins as this keyfob writes it; None of any other file."""
    match = BEGINNING.match(data)
    return match[2].decode() if match else None
