"""What falls due, told without the password, from header and index."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vault import Draft, FileStore, Glob, Grant, Lifetime, Secret, State, Vault
from vault.due import Report, report
from vault.errors import DamagedError, VaultMissingError
from vault.records import IndexMode
from vault.sealing.kdf import CHEAPEST
from vault.store.memory import MemoryStore
from vault.store.state import LocalState

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
LIVES = {
    "expired": (31, 30),
    "urgent": (28, 30),
    "soon": (22, 30),
    "fine": (1, 30),
    "never": (5, 0),
}


def filled(store: FileStore | MemoryStore, state: LocalState | None, index: IndexMode) -> Vault:
    vault, _ = Vault.create(store, "pw", cost=CHEAPEST, index=index, state=state, clock=lambda: NOW)
    for name, (age, life) in LIVES.items():
        created = NOW - timedelta(days=age)
        expires = created + timedelta(days=life) if life else None
        grants = (Grant("push", Glob("A.*")),)
        vault.add(Draft(name, "nuget.org", "ada", grants, Lifetime(created, expires)), Secret(name))
    return vault


def names(found: Report) -> list[str]:
    return [row.name for row in found.rows]


@pytest.fixture
def state(tmp_path: Path) -> LocalState:
    return LocalState(tmp_path / "state")


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "v")


def test_names_come_from_the_index(store: FileStore, state: LocalState) -> None:
    filled(store, state, "names")
    found = report(store, state, NOW)
    assert names(found) == ["expired", "urgent", "soon"]
    assert [row.state for row in found.rows] == [State.EXPIRED, State.URGENT, State.SOON]
    assert (found.total, found.expired, found.due, found.named) == (5, 1, 2, True)


@pytest.mark.parametrize("mode", ["names", "dates"])
def test_without_an_index_the_header_counts_the_same(
    store: FileStore, state: LocalState, mode: IndexMode
) -> None:
    filled(store, state if mode == "dates" else None, mode)
    found = report(store, state, NOW)
    assert names(found) == ["", "", ""]
    assert (found.total, found.expired, found.due, found.named) == (5, 1, 2, False)


def test_off_tells_nothing(store: FileStore, state: LocalState) -> None:
    filled(store, state, "off")
    found = report(store, state, NOW)
    assert found.rows == ()
    assert found.total == 0


def test_an_index_of_another_save_is_not_believed(store: FileStore, state: LocalState) -> None:
    vault = filled(store, state, "names")
    elsewhere = Vault.open(store, "pw", clock=lambda: NOW)
    elsewhere.remove(vault.find("expired").id)
    found = report(store, state, NOW)
    assert not found.named
    assert found.note
    assert (found.expired, found.due) == (0, 2)


def test_a_damaged_index_is_not_believed_and_not_fatal(
    store: FileStore, state: LocalState, tmp_path: Path
) -> None:
    filled(store, state, "names")
    for path in (tmp_path / "state").iterdir():
        path.write_bytes(b'{"nonsense": [1')
    found = report(store, state, NOW)
    assert (found.expired, found.due, found.named) == (1, 2, False)


def test_within_asks_for_a_time_instead_of_the_rule(store: FileStore, state: LocalState) -> None:
    filled(store, state, "names")
    assert names(report(store, state, NOW, within=timedelta(days=1))) == ["expired"]
    wide = report(store, state, NOW, within=timedelta(days=300))
    assert names(wide) == ["expired", "urgent", "soon", "fine"]


def test_revoked_keys_are_not_due(store: FileStore, state: LocalState) -> None:
    vault = filled(store, state, "names")
    vault.revoke(vault.find("urgent").id)
    for source in (state, None):
        found = report(store, source, NOW)
        assert found.due == 1
        assert found.counts[State.REVOKED] == 1


def test_a_missing_and_a_damaged_vault_say_so(store: FileStore, tmp_path: Path) -> None:
    with pytest.raises(VaultMissingError):
        report(store, None, NOW)
    (tmp_path / "v").write_bytes(b"something else entirely")
    with pytest.raises(DamagedError):
        report(store, None, NOW)


@settings(max_examples=30, deadline=None)
@given(
    age=st.integers(0, 60 * 24 * 40),
    life=st.integers(60, 60 * 24 * 400),
)
def test_the_header_never_warns_later_than_the_exact_dates(age: int, life: int) -> None:
    created = NOW - timedelta(minutes=age)
    exact = Lifetime(created, created + timedelta(minutes=life))
    store = MemoryStore()
    vault, _ = Vault.create(store, "pw", cost=CHEAPEST, clock=lambda: NOW)
    vault.add(Draft("k", "nuget.org", "ada", (Grant("push", Glob("A")),), exact), Secret("x"))
    found = report(store, None, NOW)
    order = list(State)
    told = next((row.state for row in found.rows), State.FINE)
    assert order.index(told) <= order.index(exact.state(NOW))
