"""States and times in words, light enough for `keyfob check`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from vault.keys.lifetime import Lifetime, State
from vault.text import safe

if TYPE_CHECKING:
    from vault.cli.desk import Desk

_GLYPHS = {
    State.EXPIRED: "✗",
    State.URGENT: "!",
    State.SOON: "!",
    State.FINE: "●",
    State.NEVER: "∞",
    State.REVOKED: "⊘",
}
_COLOURS = {
    State.EXPIRED: "31",
    State.URGENT: "31",
    State.SOON: "33",
    State.FINE: "32",
    State.NEVER: "2",
    State.REVOKED: "2",
}


def say_state(state: State) -> str:
    """A state as glyph and word; the glyph is never the only sign of it."""
    return f"{_GLYPHS[state]} {state}"


def paint(text: str, state: State, desk: Desk) -> str:
    """Text in the colour of a state, where stdout shows colours."""
    return f"\x1b[{_COLOURS[state]}m{text}\x1b[0m" if desk.colour else text


def say_day(time: datetime, desk: Desk) -> str:
    """A day in the local zone, as `2026-12-24`."""
    return f"{desk.local(time):%Y-%m-%d}"


def say_time(time: datetime, desk: Desk) -> str:
    """A time in the local zone, with the zone named: `2026-12-24 13:00 CET`."""
    return safe(f"{desk.local(time):%Y-%m-%d %H:%M %Z}")


def say_end(life: Lifetime, desk: Desk) -> str:
    """When a life ends, both ways: `2026-12-24, in 2 days`."""
    if life.revoked is not None:
        return f"revoked {say_day(life.revoked, desk)}"
    if life.expires is None:
        return "never"
    return f"{say_day(life.expires, desk)}, {life.say(desk.clock())}"


def say_until(life: Lifetime, desk: Desk) -> str:
    """When a new life ends, without how far off that is: `expires 2026-12-24`."""
    return "never expires" if life.expires is None else f"expires {say_day(life.expires, desk)}"


def days_left(life: Lifetime, now: datetime) -> int | None:
    """Whole days until the end, negative once it is past; None if revoked or without an end."""
    left = life.left(now)
    if left is None or life.revoked is not None:
        return None
    return int(left / timedelta(days=1))
