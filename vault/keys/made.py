"""When a key was made, as somebody types it who has it already."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from vault.errors import ValueRefusedError
from vault.keys.duration import MAX_DURATION


def parse_made(text: str, now: datetime) -> datetime:
    """A date or time in ISO 8601, in UTC.

    Raises:
        ValueRefusedError: The text is no date, or lies in the future or over a century ago.
    """
    try:
        made = datetime.fromisoformat(text.strip())
        made = made.replace(tzinfo=UTC) if made.tzinfo is None else made.astimezone(UTC)
    except (ValueError, OverflowError):  # the latter beyond the calendar's ends
        raise ValueRefusedError(
            f"{text[:40]!r} is not a date.", "Write it like 2026-07-01."
        ) from None
    if not timedelta(0) <= now - made <= MAX_DURATION:
        raise ValueRefusedError(
            "The key cannot have been created then.", "Give a day in the past century."
        )
    return made.replace(microsecond=0)
