"""The index of names: whatever the keys, it finds what reading every key would find."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.errors import DamagedError
from vault.index import glance, index_rows, read_names
from vault.keys.glob import Glob
from vault.keys.grant import Grant
from vault.keys.key import Key
from vault.keys.lifetime import Lifetime, State
from vault.records import Record, make_entry

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
MINUTES = 60 * 24 * 400


def record(name: str, life: Lifetime) -> Record:
    grants = (Grant("push", Glob("A.*")),)
    return make_entry(Key("0" * 32, name, "nuget.org", "ada", grants, life), "sealed").record


lifetimes = st.builds(
    lambda age, life, revoked: Lifetime(
        NOW - timedelta(minutes=age),
        None if life is None else NOW + timedelta(minutes=life - age),
        NOW if revoked else None,
    ),
    st.integers(0, MINUTES),
    st.none() | st.integers(0, MINUTES),
    st.booleans(),
)


@given(st.lists(st.tuples(st.text(st.characters(codec="utf-8")), lifetimes), max_size=20))
def test_what_is_due_is_found_and_the_rest_is_counted(keys: list[tuple[str, Lifetime]]) -> None:
    rows = index_rows([record(name, life) for name, life in keys])
    seen = glance(rows, NOW)
    named = [(key.name, key.registry, key.lifetime) for key in seen.due]
    ending = [(name, life) for name, life in keys if life.expires and not life.revoked]
    for name, life in ending:
        if life.state(NOW) is not State.FINE:
            assert (name, "nuget.org", life) in named
    assert len(named) + seen.fine == len(ending)
    states = [life.state(NOW) for _, life in keys]
    assert (seen.never, seen.revoked) == (states.count(State.NEVER), states.count(State.REVOKED))
    assert sorted(read_names(rows)) == sorted(name for name, _ in keys)


@given(st.lists(lifetimes, max_size=20), st.integers(0, 1000))
def test_a_time_of_ones_own_finds_all_that_end_within_it(lives: list[Lifetime], days: int) -> None:
    rows = index_rows([record(str(at), life) for at, life in enumerate(lives)])
    names = {key.name for key in glance(rows, NOW, timedelta(days=days)).due}
    for at, life in enumerate(lives):
        left = life.left(NOW)
        if not life.revoked and left is not None and left <= timedelta(days=days):
            assert str(at) in names


@pytest.mark.parametrize(
    "row",
    [b"7", b'["2026', b'["2026-01-01T00:00:00Z","a"]', b'["2026-01-01T00:00:00Z",1,2,3,4]'],
)
def test_damaged_rows_are_refused(row: bytes) -> None:
    with pytest.raises(DamagedError):
        glance([row], NOW)
