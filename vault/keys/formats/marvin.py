"""Marvin32, the keyed checksum inside Microsoft's identifiable secrets (nuget v5, Azure DevOps)."""

from __future__ import annotations

import base64
import struct

from vault.keys.formats import base62

DEFAULT_SEED = int.from_bytes(b"Default0", "big")
"""Seed of version two of the scheme (`IdentifiableSecrets.VersionTwoChecksumSeed`)."""

_MASK = 0xFFFFFFFF
_CHECKED = 80


def tail_fits(text: str) -> bool:
    """Whether a common annotated key ends in its own checksum, in either of its encodings.

    Args:
        text: The key: 80 characters of base 64, which are checked, and four more.

    Raises:
        ValueError: The 80 are no base 64.
    """
    data = base64.b64decode(text[:_CHECKED], validate=True)
    tail = marvin32(data).to_bytes(4, "little")
    zeros = len(tail) - len(tail.lstrip(b"\0"))
    number = "0" * zeros + base62.encode(int.from_bytes(tail, "big"), 0)
    return text[_CHECKED:] in {number.ljust(6, "0")[:4], base64.b64encode(tail[:3]).decode()}


def marvin32(data: bytes, seed: int = DEFAULT_SEED) -> int:
    """The 32-bit checksum of data under a 64-bit seed.

    Reproduces `Marvin.ComputeHash32`: both halves of the state folded into one word.
    """
    low, high = seed & _MASK, seed >> 32
    whole = len(data) // 4 * 4
    for (word,) in struct.iter_unpack("<I", data[:whole]):
        low, high = _mix((low + word) & _MASK, high)
    rest = data[whole:] + b"\x80"
    low, high = _mix((low + int.from_bytes(rest, "little")) & _MASK, high)
    low, high = _mix(low, high)
    return low ^ high


def _mix(low: int, high: int) -> tuple[int, int]:
    high ^= low
    low = (_rotate(low, 20) + high) & _MASK
    high = _rotate(high, 9) ^ low
    low = (_rotate(low, 27) + high) & _MASK
    return low, _rotate(high, 19)


def _rotate(word: int, by: int) -> int:
    return ((word << by) | (word >> (32 - by))) & _MASK
