"""The calendar, read back by a program that is not ours."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vault.reminders.reading import events_of
from vault.due import Due
from vault.keys.glob import Glob
from vault.keys.grant import Grant
from vault.keys.key import Key
from vault.keys.lifetime import Lifetime, State
from vault.reminders.ics import Event, calendar, fold, named_events, nameless_events

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
VAULT = "ab" * 16
OTHER_VAULT = "cd" * 16


def key(name: str, days: float | None = 30, *, id: str = "0" * 32, revoked: bool = False) -> Key:  # noqa: A002 - the field's name
    life = Lifetime(NOW, None if days is None else NOW + timedelta(days=days))
    if revoked:
        life = life.cut(NOW)
    return Key(id, name, "nuget.org", "ada", (Grant("push", Glob("A.*")),), life)


def due(days: float, registry: str = "nuget.org", count: int = 1) -> Due:
    return Due("", registry, Lifetime(NOW, NOW + timedelta(days=days)), State.FINE, count)


def read(data: bytes) -> list[Any]:
    """The events, as another program finds them; every line as the standard has it."""
    assert data.endswith(b"\r\n")
    lines = data.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    return events_of(data)


def test_each_key_with_an_end_has_an_event_and_an_alarm() -> None:
    keys = [key("ci"), key("docs", 90, id="1" * 32), key("never", None), key("old", revoked=True)]
    first, second = read(calendar(named_events(keys), sequence=7, now=NOW))
    assert first["SUMMARY"] == "ci expires (nuget.org)"
    assert first.decoded("DTSTART") == NOW + timedelta(days=30)
    assert first.decoded("DTSTAMP") == NOW
    assert first["SEQUENCE"] == 7
    [alarm] = first.walk("VALARM")
    assert alarm["ACTION"] == "DISPLAY"
    assert alarm.decoded("TRIGGER") == -timedelta(days=10)
    assert second.decoded("DTSTART") == NOW + timedelta(days=90)


@pytest.mark.parametrize(
    ("days", "within", "notice"),
    [
        (30, None, timedelta(days=10)),
        (8, None, timedelta(hours=64)),
        (1, None, timedelta(hours=8)),
        (0, None, timedelta(hours=1)),
        (30, timedelta(days=3), timedelta(days=3)),
        (30, timedelta(minutes=90), timedelta(hours=2)),
    ],
)
def test_the_alarm_comes_when_the_key_falls_due_or_when_asked_and_never_late(
    days: float, within: timedelta | None, notice: timedelta
) -> None:
    [event] = read(calendar(named_events([key("ci", days)], within), sequence=1, now=NOW))
    [alarm] = event.walk("VALARM")
    assert alarm.decoded("TRIGGER") == -notice


def test_a_key_keeps_its_event_when_it_is_rotated_and_renamed() -> None:
    [before] = read(calendar(named_events([key("ci", 3)]), sequence=7, now=NOW))
    [after] = read(calendar(named_events([key("build", 33)]), sequence=8, now=NOW))
    assert before["UID"] == after["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    [other] = named_events([key("ci", 3, id="1" * 32)])
    assert other.uid != before["UID"]
    assert "0" * 32 not in before["UID"]


def test_without_names_only_the_registry_is_told() -> None:
    rows = [due(2), due(5, registry="", count=2)]
    told = calendar(nameless_events(VAULT, rows), sequence=1, now=NOW)
    first, second, third = read(told)
    assert first["SUMMARY"] == "A key of nuget.org expires"
    assert second["SUMMARY"] == third["SUMMARY"] == "A key expires"
    assert len({event["UID"] for event in (first, second, third)}) == 3
    assert VAULT.encode() not in told


def test_without_names_the_next_calendar_moves_the_same_events() -> None:
    before = nameless_events(VAULT, [due(2), due(9)])
    after = nameless_events(VAULT, [due(9), due(32)])
    assert [event.uid for event in before] == [event.uid for event in after]
    assert [event.end for event in after] == [NOW + timedelta(days=d) for d in (9, 32)]
    elsewhere = nameless_events(OTHER_VAULT, [due(2), due(9)])
    assert not {event.uid for event in before} & {event.uid for event in elsewhere}


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=200).filter(str.isprintable))
def test_any_name_comes_back_as_it_is_and_changes_nothing_else(name: str) -> None:
    event = Event("x@keyfob", name, "Rotate it.", NOW, timedelta(days=1))
    [found] = read(calendar([event], sequence=1, now=NOW))
    assert str(found["SUMMARY"]).strip() == unicodedata.normalize("NFC", name).strip()
    assert found["UID"] == "x@keyfob"
    assert len(found.walk("VALARM")) == 1


def test_a_name_cannot_add_a_line() -> None:
    event = Event("x@keyfob", "a\r\nATTACH:file:///x\nb", "Rotate it.", NOW, timedelta(days=1))
    [found] = read(calendar([event], sequence=1, now=NOW))
    assert "ATTACH" not in found


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=300))
def test_folding_cuts_no_character_and_is_undone_by_unfolding(line: str) -> None:
    folded = fold(line)
    assert all(len(part) <= 75 and part.decode() is not None for part in folded.split(b"\r\n"))
    assert folded.replace(b"\r\n ", b"").decode() == line + "\r\n"


@pytest.mark.parametrize("char", ["x", "ü", "🔑"])
def test_a_long_line_is_folded_at_75_octets(char: str) -> None:
    parts = fold(char * 200).split(b"\r\n")
    assert parts.pop() == b""
    assert len(parts) > 2
    assert all(75 - len(char.encode()) < len(part) <= 75 for part in parts[:-1])


def test_what_has_a_meaning_in_a_text_is_escaped() -> None:
    event = Event("x@keyfob", "a\\b;c,d", "Rotate it.", NOW, timedelta(days=1))
    assert b"\r\nSUMMARY:a\\\\b\\;c\\,d\r\n" in calendar([event], sequence=1, now=NOW)
