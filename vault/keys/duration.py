"""Durations as people type them, `30d`, `12h`, `2w`, and as keyfob says them back."""

from __future__ import annotations

import re
from datetime import timedelta

from vault.errors import ValueRefusedError

MAX_DURATION = timedelta(days=36_500)
"""A hundred years: far beyond any registry, near enough that every date stays representable."""

_PATTERN = re.compile(
    r"(\d{1,9})\s*([hdwmy]|min|minutes?|hours?|days?|weeks?|months?|years?)", re.IGNORECASE
)
_UNITS = {
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "m": timedelta(days=30),
    "y": timedelta(days=365),
}


def parse_duration(text: str) -> timedelta:
    """A duration from text such as `12h`, `30d`, `2w`, `6m` (30 days each) or `1y` (365 days).

    Minutes are written out, `15min`: a single `m` is a month.

    Raises:
        ValueRefusedError: The text is no duration, is zero, or exceeds `MAX_DURATION`.
    """
    match = _PATTERN.fullmatch(text.strip())
    if match is None:
        raise ValueRefusedError(
            f"{text.strip()[:40]!r} is not a duration.", "Write 30d, 12h or 2w."
        )
    name = match[2].lower()
    unit = _UNITS["min" if name.startswith("min") else name[0]]
    count = int(match[1])
    if not count:
        raise ValueRefusedError("A lifetime of zero is no lifetime.", "Write 30d, 12h or 2w.")
    if count > MAX_DURATION // unit:
        raise ValueRefusedError("The lifetime is longer than a hundred years.")
    return count * unit


def format_duration(length: timedelta) -> str:
    """A duration in the shortest form `parse_duration` reads back: `30d`, `36h`, `15min`.

    Rounded to the hour, or below one hour to the minute.
    """
    minutes = max(round(length.total_seconds() / 60), 1)
    if minutes < 60:  # noqa: PLR2004 - minutes in an hour
        return f"{minutes}min"
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


def whole_days(left: timedelta) -> int:
    """How many days are left, with an hour's grace: a key made a moment ago has all of its 30."""
    return (left + timedelta(hours=1)).days


def say_left(left: timedelta) -> str:
    """What is left in words: in days as `whole_days` counts them, below one as `say_duration`."""
    days = whole_days(left)
    return say_duration(timedelta(days=days) if days >= 1 else left)
