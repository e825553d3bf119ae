"""A ciphertext that two keys open: what ChaCha20-Poly1305 alone does not rule out.

Poly1305 is a polynomial of the ciphertext's blocks over a prime field, and the holder of two keys
knows both polynomials. Two blocks that nothing else determines make two linear equations in two
unknowns (Len, Grubbs, Ristenpart: Partitioning Oracle Attacks, USENIX Security 2021).
"""

from __future__ import annotations

import hashlib
from itertools import count, product

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import ChaCha20

_P = 2**130 - 5
_WORD = 2**128
_CLAMP = 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
_BLOCK = 16


def two_key_ciphertext(one: bytes, other: bytes, bound: bytes) -> bytes:
    """32 bytes of ciphertext and a tag that open under either key, with the zero nonce.

    Args:
        one: A key of 32 bytes.
        other: Another one.
        bound: The additional data.
    """
    (r, s), (r2, s2) = _mac_keys(one), _mac_keys(other)
    before = _blocks(bound)
    after = [
        int.from_bytes(len(bound).to_bytes(8, "little") + (32).to_bytes(8, "little"), "little")
        + _WORD
    ]
    for attempt in count():
        tag = int.from_bytes(hashlib.sha256(attempt.to_bytes(8, "big")).digest()[:16], "little")
        for k, k2 in product(range(4), repeat=2):
            # The polynomial is h = ... + x r^3 + y r^2 + lengths r, and h + s is the tag mod 2^128.
            h, h2 = (tag - s) % _WORD + k * _WORD, (tag - s2) % _WORD + k2 * _WORD
            if h >= _P or h2 >= _P:
                continue
            want, want2 = h - _known(before, after, r), h2 - _known(before, after, r2)
            x, y = _solve(r, r2, want, want2)
            if _WORD <= x < 2 * _WORD and _WORD <= y < 2 * _WORD:  # each block's top bit is set
                return b"".join((n % _WORD).to_bytes(_BLOCK, "little") for n in (x, y, tag))
    raise AssertionError("unreachable")


def _solve(r: int, r2: int, want: int, want2: int) -> tuple[int, int]:
    """The x and y with x r^3 + y r^2 = want and x r2^3 + y r2^2 = want2."""
    a, b, c, d = pow(r, 3, _P), pow(r, 2, _P), pow(r2, 3, _P), pow(r2, 2, _P)
    over = pow(a * d - b * c, -1, _P)
    return (want * d - b * want2) * over % _P, (a * want2 - want * c) * over % _P


def _known(before: list[int], after: list[int], r: int) -> int:
    """The polynomial with nothing in the two free blocks."""
    value = 0
    for block in [*before, 0, 0, *after]:
        value = (value + block) * r % _P
    return value


def _blocks(data: bytes) -> list[int]:
    padded = data + bytes(-len(data) % _BLOCK)
    return [
        int.from_bytes(padded[at : at + _BLOCK], "little") + _WORD
        for at in range(0, len(padded), _BLOCK)
    ]


def _mac_keys(key: bytes) -> tuple[int, int]:
    """The two halves of the Poly1305 key that RFC 8439, section 2.6, derives."""
    stream = Cipher(ChaCha20(key, bytes(16)), mode=None).encryptor().update(bytes(32))
    return (
        int.from_bytes(stream[:16], "little") & _CLAMP,
        int.from_bytes(stream[16:], "little"),
    )
