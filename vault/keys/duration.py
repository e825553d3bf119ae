"""Durations as people type them, `30d`, `12h`, `2w`, and as keyfob says them back."""

from __future__ import annotations

import re
from datetime import timedelta

from vault.errors import ValueRefusedError

MAX_DURATION = timedelta(days=36_500)
"""A hundred years: far beyond any registry, near enough that every date stays representable."""

_PATTERN = re.compile(r"(\d{1,9})\s*([hdwmy]|hours?|days?|weeks?|months?|years?)", re.IGNORECASE)
_UNITS = {
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "m": timedelta(days=30),
    "y": timedelta(days=365),
}


def parse_duration(text: str) -> timedelta:
    """A duration from text such as `12h`, `30d`, `2w`, `6m` (30 days each) or `1y` (365 days).

    Raises:
        ValueRefusedError: The text is no duration, is zero, or exceeds `MAX_DURATION`.
    """
    match = _PATTERN.fullmatch(text.strip())
    if match is None:
        raise ValueRefusedError(
            f"{text.strip()[:40]!r} is not a duration.", "Write 30d, 12h or 2w."
        )
    count = min(int(match[1]), 1_000_000)  # already too long, and still a timedelta in every unit
    length = count * _UNITS[match[2][0].lower()]
    if not length:
        raise ValueRefusedError("A lifetime of zero is no lifetime.", "Write 30d, 12h or 2w.")
    if length > MAX_DURATION:
        raise ValueRefusedError("The lifetime is longer than a hundred years.")
    return length


def format_duration(length: timedelta) -> str:
    """A duration in the shortest form `parse_duration` reads back, to the hour: `30d`, `36h`."""
    hours = round(length.total_seconds() / 3600)
    return f"{hours // 24}d" if hours % 24 == 0 else f"{hours}h"


def say_duration(length: timedelta) -> str:
    """A length of time in words, its largest whole unit only: `2 days`, `1 hour`, `5 minutes`.

    Rounds down, so that what is left is never said to be more than it is.
    """
    seconds = int(abs(length).total_seconds())
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
    return "moments"
