"""Marvin32, the keyed checksum inside Microsoft's identifiable secrets (nuget v5, Azure DevOps)."""

from __future__ import annotations

import struct

DEFAULT_SEED = int.from_bytes(b"Default0", "big")
"""Seed of version two of the scheme (`IdentifiableSecrets.VersionTwoChecksumSeed`)."""

_MASK = 0xFFFFFFFF


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
