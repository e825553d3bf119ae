"""Base-62 numbers and the CRC-32 tail that npm, GitHub and keyfob put on their tokens.

The scheme: PREFIX, a random payload of letters and digits, then the CRC-32 of the payload as a
big-endian base-62 number of six digits (`0-9A-Za-z`), padded on the left with `0`. It is described
for GitHub's and npm's tokens; both examples in the vectors check out.
"""

from __future__ import annotations

import string
import zlib

DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
"""The number alphabet, `0-9A-Za-z`: the digit's place is its value."""

CRC_DIGITS = 6
"""Base-62 digits that hold any 32-bit checksum."""

_VALUES = {digit: value for value, digit in enumerate(DIGITS)}


def encode(number: int, width: int = 1) -> str:
    """A non-negative number in base 62, padded on the left with `0` to at least `width` digits."""
    digits = ""
    while number:
        number, rest = divmod(number, 62)
        digits = DIGITS[rest] + digits
    return digits.rjust(width, "0")


def decode(digits: str) -> int:
    """The number that base-62 digits stand for.

    Raises:
        ValueError: A character is no base-62 digit.
    """
    number = 0
    for digit in digits:
        if digit not in _VALUES:
            raise ValueError("not a base-62 digit")
        number = number * 62 + _VALUES[digit]
    return number


def is_base62(text: str) -> bool:
    """Whether every character is an ASCII letter or digit."""
    return text.isascii() and text.isalnum()


def checksum(payload: str) -> str:
    """The six digits that follow a payload."""
    return encode(zlib.crc32(payload.encode()), CRC_DIGITS)


def checks_out(text: str) -> bool:
    """Whether the last six characters are the checksum of those before them."""
    return text[-CRC_DIGITS:] == checksum(text[:-CRC_DIGITS])
