"""A calendar as another program reads it."""

from __future__ import annotations

from typing import Any

import icalendar


def events_of(data: str | bytes) -> list[Any]:
    """Its events; every one of them as the standard has it."""
    found: Any = icalendar.Calendar.from_ical(data)
    assert found["VERSION"] == "2.0"
    assert not found.errors
    events = list(found.walk("VEVENT"))
    for event in events:
        assert not event.errors
        assert {"UID", "DTSTAMP", "DTSTART", "SUMMARY"} <= set(event)
    return events
