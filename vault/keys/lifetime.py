"""The life of a key: when it was created, when it expires, and how urgent that is.

The rule of urgency, here and nowhere else. With L the whole life of a key and R what is left:

    expired  R <= 0                       (a registry tests now >= expires)
    urgent   R <= min(3 days,  L / 10)
    soon     R <= min(10 days, L / 3)
    fine     otherwise
    never    there is no end
    revoked  whatever the dates say

So a 30-day key is soon at 10 days and urgent at 3, as nuget.org's own notice has it, while an
8-day key is soon at 2 days 16 hours and a 1-day key at 8 hours. nuget.org warns at a flat ten
days, which says nothing about a key whose whole life is shorter than that.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from vault.keys.duration import say_duration, say_left


class State(StrEnum):
    """How urgent a key is, the most urgent first."""

    EXPIRED = "expired"
    URGENT = "urgent"
    SOON = "soon"
    FINE = "fine"
    NEVER = "never"
    REVOKED = "revoked"

    @property
    def due(self) -> bool:
        """Whether the key still works and needs attention."""
        return self in {State.URGENT, State.SOON}

    @property
    def dead(self) -> bool:
        """Whether the key works no more."""
        return self in {State.EXPIRED, State.REVOKED}


LONGEST_NOTICE = timedelta(days=10)
"""With more than this left no key is `soon`, whatever its life."""

_NOTHING = timedelta(0)


def threshold(life: timedelta) -> timedelta:
    """What is left of a life of this length when its key becomes `soon`."""
    return min(LONGEST_NOTICE, life / 3)


def urgent_threshold(life: timedelta) -> timedelta:
    """What is left of a life of this length when its key becomes `urgent`."""
    return min(timedelta(days=3), life / 10)


def state_at(
    now: datetime, created: datetime, expires: datetime | None, revoked: datetime | None
) -> State:
    """How urgent a key of these dates is at this moment, by the rule at the head of this file."""
    if revoked is not None:
        return State.REVOKED
    if expires is None:
        return State.NEVER
    left = expires - now
    if left > LONGEST_NOTICE:
        return State.FINE
    if left <= _NOTHING:
        return State.EXPIRED
    life = expires - created
    if left <= urgent_threshold(life):
        return State.URGENT
    return State.SOON if left <= threshold(life) else State.FINE


class Lifetime(NamedTuple):
    """When a key was created and when it ends. Times are aware UTC datetimes.

    Attributes:
        created: When the present secret was made.
        expires: When it stops working, or None for never.
        revoked: When it was revoked, or None.
    """

    created: datetime
    expires: datetime | None = None
    revoked: datetime | None = None

    @property
    def duration(self) -> timedelta | None:
        """The whole life, or None if it has no end."""
        return None if self.expires is None else self.expires - self.created

    def left(self, now: datetime) -> timedelta | None:
        """What is left of it, negative once expired; None if it has no end."""
        return None if self.expires is None else self.expires - now

    def fraction_left(self, now: datetime) -> float | None:
        """What is left as a share of the whole life, from 0.0 to 1.0; None if it has no end."""
        if self.expires is None:
            return None
        whole = (self.expires - self.created).total_seconds()
        if whole <= 0:
            return 0.0
        return min(1.0, max(0.0, (self.expires - now).total_seconds() / whole))

    def state(self, now: datetime) -> State:
        """How urgent the key is at this moment, by the rule at the head of this file."""
        return state_at(now, self.created, self.expires, self.revoked)

    def renewed(self, now: datetime) -> Lifetime:
        """The same duration, its clock restarted now and no longer revoked."""
        duration = self.duration
        return Lifetime(now, None if duration is None else now + duration)

    def cut(self, now: datetime) -> Lifetime:
        """The same life, revoked now."""
        return self._replace(revoked=now)

    def say_over(self, now: datetime) -> str:
        """Why it is over, to complete "The key ...": `is revoked`, `expired 3 days ago`; or ""."""
        if self.revoked is not None:
            return "is revoked"
        return f"expired {self.say(now)}" if self.state(now).dead else ""

    def say(self, now: datetime) -> str:
        """The end in words: `in 2 days`, `3 days ago`, `never expires`, `revoked`."""
        if self.revoked is not None:
            return "revoked"
        left = self.left(now)
        if left is None:
            return "never expires"
        if left > timedelta(0):
            return f"in {say_left(left)}"
        words = say_duration(left)
        return "just now" if words == "moments" else f"{words} ago"
