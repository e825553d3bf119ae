from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.keys.lifetime import Lifetime, State, threshold, urgent_threshold

BORN = datetime(2026, 9, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
EXPIRY = json.loads(
    (Path(__file__).parents[2] / "vectors" / "nuget_expiry.json").read_text(encoding="utf-8")
)


def state(life: timedelta, left: timedelta) -> State:
    return Lifetime(BORN, BORN + life).state(BORN + life - left)


@pytest.mark.parametrize(
    ("days", "soon", "urgent"),
    [
        (1, timedelta(hours=8), timedelta(hours=2, minutes=24)),
        (8, timedelta(days=2, hours=16), timedelta(hours=19, minutes=12)),
        (30, timedelta(days=10), timedelta(days=3)),
        (90, timedelta(days=10), timedelta(days=3)),
        (365, timedelta(days=10), timedelta(days=3)),
    ],
)
def test_each_state_begins_exactly_at_its_threshold(
    days: int, soon: timedelta, urgent: timedelta
) -> None:
    life = timedelta(days=days)
    assert (threshold(life), urgent_threshold(life)) == (soon, urgent)
    assert state(life, life) is State.FINE
    assert state(life, soon + SECOND) is State.FINE
    assert state(life, soon) is State.SOON
    assert state(life, urgent + SECOND) is State.SOON
    assert state(life, urgent) is State.URGENT
    assert state(life, SECOND) is State.URGENT
    assert state(life, timedelta(0)) is State.EXPIRED
    assert state(life, -SECOND) is State.EXPIRED


@given(st.integers(1, 400 * 86_400), st.lists(st.integers(0, 800 * 86_400), min_size=2))
def test_time_only_ever_makes_a_key_more_urgent(life: int, moments: list[int]) -> None:
    key = Lifetime(BORN, BORN + timedelta(seconds=life))
    order = [State.FINE, State.SOON, State.URGENT, State.EXPIRED]
    seen = [order.index(key.state(BORN + timedelta(seconds=at))) for at in sorted(moments)]
    assert seen == sorted(seen)


@given(st.integers(1, 400 * 86_400))
def test_every_key_is_announced_before_it_ends_and_not_when_it_is_new(seconds: int) -> None:
    life = timedelta(seconds=seconds)
    assert state(life, life) is State.FINE
    assert state(life, life / 20) is State.URGENT or life > timedelta(days=60)


@pytest.mark.parametrize(
    "row",
    [
        row
        for row in EXPIRY["warning_header"]["vectors"]
        if row["key"] == "v4" and row["hours_left"] is not None
    ],
)
def test_a_30_day_key_is_due_whenever_the_registry_warns(row: dict[str, object]) -> None:
    left = timedelta(hours=float(str(row["hours_left"])))
    now_state = state(timedelta(days=30), left)
    assert (now_state.due or now_state is State.EXPIRED) == row["header"]


def test_a_key_without_an_end_never_expires() -> None:
    key = Lifetime(BORN)
    assert key.state(datetime(2500, 1, 1, tzinfo=UTC)) is State.NEVER
    assert (key.duration, key.left(BORN), key.fraction_left(BORN)) == (None, None, None)
    assert key.say(BORN) == "never expires"


def test_a_revoked_key_is_revoked_whatever_its_dates_say() -> None:
    for key in (Lifetime(BORN), Lifetime(BORN, BORN + timedelta(days=30))):
        cut = key.cut(BORN + timedelta(days=1))
        assert cut.state(BORN + timedelta(days=90)) is State.REVOKED
        assert cut.say(BORN) == "revoked"
        assert cut.expires == key.expires


def test_renewing_restarts_the_same_duration_and_lifts_a_revocation() -> None:
    later = BORN + timedelta(days=100)
    renewed = Lifetime(BORN, BORN + timedelta(days=30)).cut(BORN).renewed(later)
    assert renewed == Lifetime(later, later + timedelta(days=30))
    assert Lifetime(BORN).renewed(later) == Lifetime(later)


@given(st.integers(-1000, 1000), st.integers(0, 1000))
def test_the_share_left_stays_between_nothing_and_all(at: int, days: int) -> None:
    key = Lifetime(BORN, BORN + timedelta(days=days))
    share = key.fraction_left(BORN + timedelta(days=at))
    assert share is not None
    assert 0.0 <= share <= 1.0


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=2, hours=5), "in 2 days"),
        (timedelta(hours=1), "in 1 hour"),
        (timedelta(0), "just now"),
        (-timedelta(days=3), "3 days ago"),
    ],
)
def test_the_end_in_words(left: timedelta, words: str) -> None:
    assert Lifetime(BORN, BORN + timedelta(days=30)).say(BORN + timedelta(days=30) - left) == words


def test_only_a_living_key_that_ends_soon_is_due() -> None:
    assert [state for state in State if state.due] == [State.URGENT, State.SOON]


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=30) - timedelta(seconds=9), "in 30 days"),
        (timedelta(days=29, hours=22), "in 29 days"),
        (timedelta(days=2), "in 2 days"),
        (timedelta(hours=23, minutes=59), "in 1 day"),
        (timedelta(hours=22, minutes=59), "in 22 hours"),
        (timedelta(minutes=1), "in 1 minute"),
        (timedelta(0), "just now"),
        (timedelta(days=-3), "3 days ago"),
    ],
)
def test_what_is_left_is_said_with_an_hours_grace(left: timedelta, words: str) -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    assert Lifetime(now - timedelta(days=30), now + left).say(now) == words
