"""The recovery code: 160 random bits, written so that a person can copy them from paper.

Nine groups of four Crockford base32 characters; the last group is a checksum, so that a typo is
told from a wrong code. It needs no slow derivation: nobody guesses 160 bits.
"""

from __future__ import annotations

import hashlib

CODE_SIZE = 20
"""Bytes behind a code."""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {char: value for value, char in enumerate(_ALPHABET)}
_SKIPPED = str.maketrans("", "", " \t\r\n_-\u2010\u2011\u2012\u2013\u2014")
_READ = str.maketrans("OIL", "011")
_CODE_CHARS = 32
_CHECK_CHARS = 4
_GROUP = 4
_NEARLY = 3


def format_code(code: bytes) -> str:
    """A 20-byte code as nine groups of four characters, joined by dashes."""
    text = _base32(int.from_bytes(code, "big"), _CODE_CHARS) + _checksum(code)
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))


def parse_code(text: str) -> bytes | None:
    """The 20 bytes behind a code, or None if it is no code or has a typo.

    Case, dashes and spaces do not matter; O is read as 0, I and L as 1.
    """
    clean = _clean(text)
    if len(clean) != _CODE_CHARS + _CHECK_CHARS or not _VALUES.keys() >= set(clean):
        return None
    value = 0
    for char in clean[:_CODE_CHARS]:
        value = value << 5 | _VALUES[char]
    code = value.to_bytes(CODE_SIZE, "big")
    return code if clean[_CODE_CHARS:] == _checksum(code) else None


def looks_like_code(text: str) -> bool:
    """Whether a text is about as long as a code and uses its characters: likely a typo in one."""
    clean = _clean(text)
    return (
        abs(len(clean) - _CODE_CHARS - _CHECK_CHARS) <= _NEARLY
        and clean.isascii()
        and clean.isalnum()
    )


def _clean(text: str) -> str:
    text = text.translate(_SKIPPED)
    return text.upper().translate(_READ) if text.isascii() else text


def _checksum(code: bytes) -> str:
    """The first 20 bits of SHA-256 over a label and the code, as four characters."""
    digest = hashlib.sha256(b"keyfob/1/recovery" + code).digest()
    return _base32(int.from_bytes(digest[:3], "big") >> 4, _CHECK_CHARS)


def _base32(value: int, chars: int) -> str:
    return "".join(_ALPHABET[value >> 5 * at & 31] for at in reversed(range(chars)))
