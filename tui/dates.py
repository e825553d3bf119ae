"""Dates and lengths of time in the words the app uses for them, in the user's own time zone."""

from __future__ import annotations

from datetime import datetime, timedelta

from vault.keys.duration import say_duration
from vault.keys.lifetime import Lifetime


def say_date(time: datetime) -> str:
    """A day as people write it: `Tue 22 Dec 2026`, local time."""
    local = time.astimezone()
    return f"{local:%a} {local.day} {local:%b %Y}"


def say_moment(time: datetime) -> str:
    """A day and the time on it: `Tue 22 Dec 2026 13:45`, local time."""
    return f"{say_date(time)} {time.astimezone():%H:%M}"


def say_length(length: timedelta) -> str:
    """A length of time in full: `30 days`, `36 hours`."""
    hours = round(length.total_seconds() / 3600)
    if hours % 24 and hours > 24:  # noqa: PLR2004 - hours of a day
        return f"{hours:,} hours"
    return say_duration(timedelta(hours=hours))


def say_end(life: Lifetime) -> str:
    """When a key ends: `until Tue 22 Dec 2026`, or `never expires`."""
    return "never expires" if life.expires is None else f"until {say_date(life.expires)}"


def sentence(text: str) -> str:
    """A phrase as a sentence: its first letter a capital, a full stop behind it."""
    return f"{text[:1].upper()}{text[1:]}."
