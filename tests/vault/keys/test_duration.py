from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.errors import ValueRefusedError
from vault.keys.duration import MAX_DURATION, format_duration, parse_duration, say_duration

HOURS = st.integers(min_value=1, max_value=int(MAX_DURATION.total_seconds()) // 3600)


@given(HOURS)
def test_what_is_written_is_read_back(hours: int) -> None:
    length = timedelta(hours=hours)
    assert parse_duration(format_duration(length)) == length


@given(st.integers(min_value=1, max_value=59))
def test_less_than_an_hour_is_written_in_minutes(minutes: int) -> None:
    text = format_duration(timedelta(minutes=minutes))
    assert text == f"{minutes}min"
    assert parse_duration(text) == timedelta(minutes=minutes)


@given(HOURS)
def test_whole_days_are_written_as_days(hours: int) -> None:
    text = format_duration(timedelta(hours=hours))
    assert text.endswith("d") == (hours % 24 == 0)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("30d", 30),
        (" 2W ", 14),
        ("1 year", 365),
        ("6m", 180),
        ("48 hours", 2),
        ("1month", 30),
        ("1440 minutes", 1),
    ],
)
def test_durations_people_type(text: str, days: int) -> None:
    assert parse_duration(text) == timedelta(days=days)


@pytest.mark.parametrize(
    "text", ["", "d", "30", "-3d", "1.5d", "30 dogs", "0d", "0h", "36501d", "999999999y", "٣d x"]
)
def test_everything_else_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueRefusedError) as refused:
        parse_duration(text)
    assert refused.value.message.endswith(".")


def test_minutes_are_written_out_since_a_single_m_is_a_month() -> None:
    assert parse_duration("90 minutes") == parse_duration("90min") == timedelta(minutes=90)
    assert parse_duration("90m") == timedelta(days=2700)


def test_the_longest_duration_is_still_one() -> None:
    assert parse_duration("36500d") == MAX_DURATION


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(days=2, hours=23), "2 days"),
        (timedelta(days=1), "1 day"),
        (timedelta(hours=23, minutes=59), "23 hours"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(seconds=59), "moments"),
        (-timedelta(days=3), "3 days"),
    ],
)
def test_what_is_left_is_rounded_down(length: timedelta, words: str) -> None:
    assert say_duration(length) == words
