"""The encodings of the file format: length-prefixed lists, base64, times and strict JSON.

Everything here reads hostile text, so every reader raises `DamagedError` and nothing else.
No cryptography is imported: `keyfob check` comes through here.
"""

from __future__ import annotations

import binascii
import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NoReturn

from vault.errors import DamagedError

MAX_INTEGER = 2**53 - 1
"""Largest integer in the format: what every JSON reader of any language keeps exactly."""

MAX_DEPTH = 16
"""How deep arrays and objects of the header may nest."""

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_MAX_DIGITS = len(str(MAX_INTEGER)) + 1


def bind(*parts: bytes) -> bytes:
    """A list of byte strings as one, each after its length: no two lists encode alike.

    Returns:
        For each part its length as 4 bytes, big-endian, then the part.
    """
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def number(value: int) -> bytes:
    """A non-negative integer as a part for `bind`: 8 bytes, big-endian."""
    return value.to_bytes(8, "big")


def to_base64(data: bytes) -> str:
    """Bytes in the standard base64 alphabet, padded, without line ends."""
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def from_base64(text: object, what: str, size: int | None = None) -> bytes:
    """The bytes behind a base64 text, accepted only in the one form `to_base64` writes.

    Args:
        text: Anything; only a text is accepted.
        what: What it is, for the message.
        size: How many bytes it must hold, or None for any number.

    Raises:
        DamagedError: Not text, not canonical base64, or of another size.
    """
    if isinstance(text, str) and text.isascii():
        try:
            data = binascii.a2b_base64(text)
        except binascii.Error:
            data = b""
        if to_base64(data) == text and size in (None, len(data)):
            return data
    raise DamagedError(f"The vault file is damaged: {what} is not what it should be.")


def format_time(moment: datetime) -> str:
    """An aware datetime as the format writes it, in UTC: `2026-11-22T12:00:00Z`."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def parse_time(text: object, what: str) -> datetime:
    """The aware UTC datetime behind a text that `format_time` wrote.

    Raises:
        DamagedError: Not text, another form, or no such moment.
    """
    if isinstance(text, str) and _TIME.fullmatch(text):
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass
    raise DamagedError(f"The vault file is damaged: {what} is not a time.")


def parse_integer(value: object, what: str, lowest: int = 0, highest: int = MAX_INTEGER) -> int:
    """An integer within bounds, both included. A JSON `true` is none.

    Raises:
        DamagedError: Not an integer, or out of bounds.
    """
    if isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest:
        return value
    raise DamagedError(f"The vault file is damaged: {what} is not a number it could be.")


def dump_json(value: Any) -> bytes:
    """JSON in the one form keyfob writes: compact, ASCII only, fields in the order given."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False).encode("ascii")


def load_json_object(data: bytes, what: str) -> dict[str, Any]:
    """A JSON object out of hostile bytes.

    Refuses what readers of other languages would read differently: a field given twice, a number
    with a fraction or exponent or beyond `MAX_INTEGER`, NaN, text that is not UTF-8.

    Raises:
        DamagedError: Any of that, no JSON at all, or not an object.
    """
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_int=_bounded,
            parse_float=_refused,
            parse_constant=_refused,
        )
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise DamagedError(f"The vault file is damaged: {what} cannot be read.")
    return value


def check_depth(values: Iterable[object], what: str) -> None:
    """Refuses decoded JSON nested deeper than `MAX_DEPTH`, so that it can be written again.

    Raises:
        DamagedError: It is nested deeper.
    """
    level: list[object] = list(values)
    for _ in range(MAX_DEPTH):
        level = [child for value in level for child in _children(value)]
        if not level:
            return
    raise DamagedError(f"The vault file is damaged: {what} is nested too deep.")


def _children(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a field is given twice")
    return fields


def _bounded(digits: str) -> int:
    if len(digits) > _MAX_DIGITS or abs(int(digits)) > MAX_INTEGER:
        raise ValueError("a number is too large")
    return int(digits)


def _refused(_text: str) -> NoReturn:
    raise ValueError("only integers are numbers here")
