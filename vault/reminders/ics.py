"""When keys end, as a calendar: iCalendar (RFC 5545), an event and an alarm for each key.

Importing a later calendar changes the events of an earlier one: their UIDs stay (section 3.8.4.7),
and `SEQUENCE` grows with every save of the vault (3.8.7.4).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from vault import __version__
from vault.due import Due
from vault.keys.key import Key
from vault.keys.lifetime import Lifetime, threshold
from vault.sealing.encoding import format_time
from vault.text import safe

LONGEST_LINE = 75
"""Octets of a line, without its end; a longer one is folded (RFC 5545, section 3.1)."""

_DAY, _HOUR = 86_400, 3_600


@dataclass(frozen=True, slots=True)
class Event:
    """The end of one key.

    Attributes:
        uid: What makes it the same event in the next calendar.
        summary: Its line in the calendar.
        description: What to do.
        end: When the key stops working.
        notice: How long before that the alarm comes.
    """

    uid: str
    summary: str
    description: str
    end: datetime
    notice: timedelta


def named_events(keys: Iterable[Key], within: timedelta | None = None) -> list[Event]:
    """The ends of these keys by name; those without one and the revoked ones have none.

    Args:
        keys: The keys.
        within: When the alarm comes; None: when the key falls due.
    """
    return [
        Event(
            uid=_uid("key", key.id),
            summary=f"{key.name} expires ({key.registry})",
            description="Give it a new secret with keyfob rotate.",
            end=key.lifetime.expires,
            notice=_notice(key.lifetime, within),
        )
        for key in keys
        if key.lifetime.expires is not None and key.lifetime.revoked is None
    ]


def nameless_events(
    vault_id: str, rows: Sequence[Due], within: timedelta | None = None
) -> list[Event]:
    """The ends of these keys without their names.

    Nothing tells which key is which, so the first event is always about the first key to end: after
    a rotation the next calendar moves them all.

    Args:
        vault_id: The vault they are of.
        rows: Every key with an end, the soonest first.
        within: When the alarm comes; None: when the key falls due.
    """
    each = [row for row in rows for _ in range(row.keys)]
    return [
        Event(
            uid=_uid("place", f"{vault_id} {place}"),
            summary=f"A key of {row.registry} expires" if row.registry else "A key expires",
            description="See which with keyfob list, and give it a new secret with keyfob rotate.",
            end=row.lifetime.expires,
            notice=_notice(row.lifetime, within),
        )
        for place, row in enumerate(each)
        if row.lifetime.expires is not None
    ]


def calendar(events: Iterable[Event], *, sequence: int, now: datetime) -> bytes:
    """A calendar of these events.

    Args:
        events: In any order.
        sequence: Grows with each calendar that may tell something else.
        now: The current time, aware.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//keyfob//keyfob {__version__}//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:keyfob",
    ]
    for event in events:
        lines += _event(event, sequence, _time(now))
    lines.append("END:VCALENDAR")
    return b"".join(fold(line) for line in lines)


def _event(event: Event, sequence: int, stamp: str) -> Iterator[str]:
    summary = _text(event.summary)
    yield from (
        "BEGIN:VEVENT",
        f"UID:{event.uid}",
        f"DTSTAMP:{stamp}",
        f"LAST-MODIFIED:{stamp}",
        f"SEQUENCE:{sequence}",
        f"DTSTART:{_time(event.end)}",
        f"SUMMARY:{summary}",
        f"DESCRIPTION:{_text(event.description)}",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{summary}",
        f"TRIGGER:-{_duration(event.notice)}",
        "END:VALARM",
        "END:VEVENT",
    )


def fold(line: str) -> bytes:
    """A content line in UTF-8 with its line end, folded so that no character is cut in two."""
    parts: list[bytes] = []
    part = b""
    for char in line:
        octets = char.encode("utf-8", "replace")
        # A continuation begins with a blank, which counts.
        if len(part) + len(octets) > LONGEST_LINE - bool(parts):
            parts.append(part)
            part = b""
        part += octets
    return b"\r\n ".join([*parts, part]) + b"\r\n"


def _text(text: str) -> str:
    """Foreign text as a TEXT value: one line, with what has a meaning there escaped."""
    escaped = safe(text).replace("\\", "\\\\")
    return escaped.replace(";", "\\;").replace(",", "\\,")


def _time(moment: datetime) -> str:
    return format_time(moment).replace("-", "").replace(":", "")


def _duration(length: timedelta) -> str:
    """A length of time in days, or in hours, rounded up so that no alarm is late."""
    seconds = max(int(length.total_seconds()), 1)
    if seconds % _DAY == 0:
        return f"P{seconds // _DAY}D"
    return f"PT{-(-seconds // _HOUR)}H"


def _notice(life: Lifetime, within: timedelta | None) -> timedelta:
    return within or threshold(life.duration or timedelta(0))


def _uid(kind: str, what: str) -> str:
    """An id that says nothing of the vault: neither its id nor a key's can be read out of it."""
    return hashlib.sha256(f"keyfob {kind} {what}".encode()).hexdigest()[:32] + "@keyfob"
