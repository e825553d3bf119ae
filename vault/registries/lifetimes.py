"""How long a registry's keys may live, and how a typed lifetime is read under its rules."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

import msgspec

from vault.errors import ValueRefusedError
from vault.keys.duration import MAX_DURATION, format_duration, parse_duration, say_duration
from vault.keys.lifetime import Lifetime
from vault.registries.duration import Duration

NEVER = "never"
"""The word for a key without an end."""

_LIKE_A_DATE = re.compile(r"\d{4}-\d|\d{8}(T|$)")


class Former(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A longer maximum that held until some date, for keys made before it.

    Attributes:
        before: First day (UTC) on which it no longer held.
        maximum: How long a key made before that day may live.
        ends: Day (UTC) at whose start the registry ends every key that outlives today's maximum,
            or None.
        note: Why such a key is taken all the same: one sentence.
    """

    before: date
    maximum: Duration
    ends: date | None = None
    note: str = ""


class Lifetimes(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A registry's rule for lifetimes.

    Attributes:
        options: What its form offers, shortest first; empty if the registry has no such choice.
        default: What to propose; None proposes no end.
        maximum: The longest it gives, or None.
        never_ok: Whether a key without an end is possible.
        fixed: Whether it gives nothing but `options`.
        by_day: Whether its keys end only where a day (UTC) begins.
        former: The rule before this one, or None.
        reminder: Set if the registry does not end keys by itself; says so in one sentence.
        longer_note: What to say to someone who asks for more than `maximum`.
    """

    options: tuple[Duration, ...] = ()
    default: Duration | None = None
    maximum: Duration | None = None
    never_ok: bool = False
    fixed: bool = False
    by_day: bool = False
    former: Former | None = None
    reminder: str = ""
    longer_note: str = ""

    def __post_init__(self) -> None:
        """Refuse rules that contradict themselves.

        Raises:
            ValueError: They do; msgspec adds where.
        """
        if self.default is None and not self.never_ok:
            raise ValueError("needs a default, since a key without an end is not possible")
        lengths = [*self.options, *([self.default] if self.default else [])]
        if self.maximum is not None and any(length > self.maximum for length in lengths):
            raise ValueError("an option or the default is longer than the maximum")
        if list(self.options) != sorted(self.options):
            raise ValueError("options must be sorted, shortest first")

    def parse(self, text: str, created: datetime, registry: str) -> tuple[Lifetime, str]:
        """The lifetime a user typed, and a sentence to tell them or an empty string.

        Args:
            text: `30d`, `12h`, `2w`; a date or time in ISO 8601; or `never`. A date ends at its
                start in UTC, so that nothing is promised for that day.
            created: When the key was made.
            registry: The registry's title, for sentences.

        Raises:
            ValueRefusedError: The text is none of these, lies in the past of `created`, or is
                longer than the registry gives to a key made then.
        """
        text = text.strip()
        if text.lower() == NEVER:
            if not self.never_ok:
                raise ValueRefusedError(
                    f"A {registry} key always has an end.", self._choices() or "Write 90d."
                )
            return Lifetime(created), self.reminder
        ends = _moment(text)
        length = self._length(text) if ends is None else ends - created
        if length > MAX_DURATION:
            raise ValueRefusedError("The lifetime is longer than a hundred years.")
        if self.by_day:  # what ends within the day ends, as far as can be relied on, before it
            length = _start((created + length).date()) - created
        if length <= timedelta(0):
            raise ValueRefusedError(
                "The key would end before it begins.", "Give a date after the day it was made."
            )
        expires, note = self._limit(length, created, registry)
        return Lifetime(created, expires), note

    def _length(self, text: str) -> timedelta:
        try:
            return parse_duration(text)
        except ValueRefusedError as error:
            if not error.hint:
                raise
            dates = "a date such as 2026-12-24"
            rest = f", {dates}, or never" if self.never_ok else f", or {dates}"
            raise ValueRefusedError(error.message, f"Write 30d, 12h, 2w{rest}.") from None

    def _limit(self, length: timedelta, created: datetime, registry: str) -> tuple[datetime, str]:
        expires = created + length
        if self.maximum is None or length <= self.maximum:
            return expires, self._remark(length, registry)
        former = self.former if self.former and created < _start(self.former.before) else None
        longest = former.maximum if former else self.maximum
        if former is None or length > longest:
            raise ValueRefusedError(
                f"{registry} {'gave' if former else 'gives'} a key {say_duration(longest)} at "
                "most, and this is longer.",
                "" if former else self.longer_note,
            )
        if former.ends is not None and expires > _start(former.ends):
            return _start(former.ends), former.note
        return expires, former.note

    def _remark(self, length: timedelta, registry: str) -> str:
        if self.reminder:
            return self.reminder
        if self.fixed and length not in self.options:
            return f"{registry} offers {self._choices()}; this was recorded as it is."
        return ""

    def _choices(self) -> str:
        return ", ".join(format_duration(option) for option in self.options)


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _moment(text: str) -> datetime | None:
    """A time in UTC from ISO 8601 text; None if it looks like neither a date nor a time.

    Raises:
        ValueRefusedError: It looks like a date and is none.
    """
    if not _LIKE_A_DATE.match(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):  # the latter beyond the calendar's ends
        raise ValueRefusedError(
            f"{text[:40]!r} is not a date.", "Write 2026-12-24, or a duration such as 30d."
        ) from None
