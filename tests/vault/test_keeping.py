"""Places of a key through rotations: none is forgotten, and none counts too early."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from vault import Draft, FileStore, Glob, Grant, Lifetime, Secret, Vault
from vault.agent.client import reach
from vault.agent.server import lend
from vault.errors import KeyNotFoundError, LockedError, PlaceNotFoundError, ValueRefusedError
from vault.keys.key import Key
from vault.keys.place import Place, behind, places_behind
from vault.keys.turn import MAX_HISTORY, Turn
from vault.sealing.kdf import CHEAPEST
from vault.store.memory import MemoryStore

PASSWORD = "correct horse battery staple"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CI = Place("ci-secret", "GitHub contoso/core KEY", "gh secret set KEY")
ADA = Place("person", "Ada")


class Wall:
    """A clock on the wall, set by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def later(self, **length: float) -> None:
        self.now += timedelta(**length)


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def vault(store: MemoryStore, wall: Wall) -> Vault:
    return Vault.create(store, PASSWORD, cost=CHEAPEST, clock=wall)[0]


@pytest.fixture
def key(vault: Vault) -> Key:
    return add(vault)


def add(vault: Vault) -> Key:
    grants = (Grant("push", Glob("Contoso.*")),)
    life = Lifetime(NOW, NOW + timedelta(days=30))
    return vault.add(Draft("ci", "nuget.org", "contoso", grants, life), Secret("first-secret"))


def test_places_are_kept_through_a_rotation_and_are_all_behind(
    vault: Vault, key: Key, wall: Wall, store: MemoryStore
) -> None:
    vault.add_place(key.id, CI)
    vault.add_place(key.id, ADA)
    vault.confirm_place(key.id, CI.where)
    vault.waive_place(key.id, "ADA")
    assert places_behind(vault.key(key.id)) == ()
    wall.later(days=29)
    turned = vault.rotate(key.id, Secret("second"), why="due", retire=True)
    assert [place.where for place in places_behind(turned)] == [CI.where, "Ada"]
    assert turned.history == (Turn(wall.now, "due", (CI.where, "Ada")),)
    assert turned.retire == wall.now
    wall.later(hours=1)
    vault.confirm_place(key.id, CI.where)
    again = Vault.open(store, PASSWORD).key(key.id)
    assert again == vault.key(key.id)
    assert [place.where for place in places_behind(again)] == ["Ada"]
    assert vault.retire_done(key.id).retire is None


def test_in_the_same_second_a_rotation_comes_after_what_was_confirmed(
    vault: Vault, key: Key, wall: Wall, store: MemoryStore
) -> None:
    vault.add_place(key.id, CI)
    wall.later(milliseconds=100)
    vault.confirm_place(key.id, CI.where)
    wall.later(milliseconds=100)
    vault.rotate(key.id, Secret("second"))
    assert places_behind(vault.key(key.id))
    assert places_behind(Vault.open(store, PASSWORD).key(key.id))
    vault.confirm_place(key.id, CI.where)
    assert not places_behind(Vault.open(store, PASSWORD).key(key.id))


@pytest.mark.parametrize("waive", [False, True])
def test_a_clock_that_went_back_confirms_all_the_same(
    vault: Vault, key: Key, wall: Wall, *, waive: bool
) -> None:
    vault.add_place(key.id, CI)
    vault.rotate(key.id, Secret("second"))
    wall.later(days=-3)
    act = vault.waive_place if waive else vault.confirm_place
    assert not places_behind(act(key.id, CI.where))
    assert places_behind(vault.rotate(key.id, Secret("third")))


def test_a_confirmation_of_a_secret_that_was_replaced_meanwhile_is_refused(
    vault: Vault, key: Key
) -> None:
    vault.add_place(key.id, CI)
    vault.rotate(key.id, Secret("second"), retire=True)
    vault.rotate(key.id, Secret("third"))
    acts: tuple[Callable[[], Key], ...] = (
        lambda: vault.confirm_place(key.id, CI.where, revision=2),
        lambda: vault.waive_place(key.id, CI.where, revision=2),
        lambda: vault.retire_done(key.id, revision=2),
    )
    for act in acts:
        with pytest.raises(ValueRefusedError, match="another secret meanwhile"):
            act()
    assert places_behind(vault.key(key.id))
    assert vault.key(key.id).retire == NOW
    assert not places_behind(vault.confirm_place(key.id, CI.where, revision=3))


def test_a_list_of_places_that_was_read_earlier_loses_no_confirmation(
    vault: Vault, key: Key
) -> None:
    vault.set_places(key.id, [CI, ADA])
    read = vault.key(key.id).places
    vault.confirm_place(key.id, CI.where)
    moved = vault.set_places(key.id, [*reversed(read), Place("file", "x")])
    assert [place.where for place in moved.places] == ["Ada", CI.where, "x"]
    assert moved.places[1].confirmed == NOW
    assert [place.where for place in vault.remove_place(key.id, "ada").places] == [CI.where, "x"]


def test_a_place_that_is_added_again_is_not_confirmed_by_its_former_life(
    vault: Vault, key: Key
) -> None:
    vault.add_place(key.id, CI)
    old = vault.confirm_place(key.id, CI.where).places[0]
    vault.remove_place(key.id, CI.where)
    vault.rotate(key.id, Secret("second"))
    assert places_behind(vault.add_place(key.id, old))


def test_what_is_refused_changes_nothing(vault: Vault, key: Key) -> None:
    before = vault.add_place(key.id, CI)
    with pytest.raises(ValueRefusedError, match="already"):
        vault.add_place(key.id, replace(ADA, where=CI.where.lower()))
    with pytest.raises(ValueRefusedError, match="holds the secret"):
        vault.add_place(key.id, Place("other", "x", "set KEY first-secret"))
    with pytest.raises(ValueRefusedError, match="holds the secret"):
        vault.set_places(key.id, [Place("other", "x first-secret")])
    for act in (vault.confirm_place, vault.waive_place, vault.remove_place):
        with pytest.raises(PlaceNotFoundError):
            act(key.id, "GitHub")
        with pytest.raises(KeyNotFoundError):
            act("0" * 32, CI.where)
    assert vault.key(key.id) == before


def test_what_was_confirmed_before_a_lock_stays(vault: Vault, key: Key, store: MemoryStore) -> None:
    vault.set_places(key.id, [CI, ADA])
    vault.confirm_place(key.id, CI.where)
    vault.lock()
    with pytest.raises(LockedError):
        vault.confirm_place(key.id, ADA.where)
    again = Vault.open(store, PASSWORD).key(key.id)
    assert [place.where for place in places_behind(again)] == ["Ada"]


def test_a_rotation_waits_for_another_process_and_forgets_none_of_its_places(
    tmp_path: Path, wall: Wall
) -> None:
    path = tmp_path / "v"
    vault, _ = Vault.create(FileStore(path), PASSWORD, cost=CHEAPEST, clock=wall)
    key_id = add(vault).id
    other = Vault.open(FileStore(path), PASSWORD, clock=wall)
    vault.add_place(key_id, CI)
    other.add_place(key_id, ADA)
    other.confirm_place(key_id, "Ada")
    turned = Thread(target=vault.rotate, args=(key_id, Secret("second")))
    with FileStore(path).locked():
        turned.start()
    turned.join(60)
    other.refresh()
    assert [place.where for place in places_behind(other.key(key_id))] == [CI.where, "Ada"]
    assert other.key(key_id).history[-1].places == (CI.where, "Ada")
    with pytest.raises(ValueRefusedError, match="meanwhile"):
        other.confirm_place(key_id, CI.where, revision=1)


def test_an_agent_tells_of_places_too(vault: Vault, key: Key, tmp_path: Path) -> None:
    vault.add_place(key.id, CI)
    vault.rotate(key.id, Secret("second"), why="due", retire=True)
    with lend(vault, tmp_path / "a"):
        lender = reach(tmp_path / "a")
        assert lender is not None
        assert lender.keys == vault.keys
        assert places_behind(lender.find("ci")) == (CI,)


def test_a_history_does_not_grow_for_ever(vault: Vault, key: Key) -> None:
    for number in range(MAX_HISTORY + 5):
        vault.rotate(key.id, Secret(str(number)), why=str(number))
    history = vault.key(key.id).history
    assert len(history) == MAX_HISTORY
    assert history[-1].why == str(MAX_HISTORY + 4)


names = st.sampled_from(["a", "b", "c", "d"])


class Places(RuleBasedStateMachine):
    """Whatever is done in whatever order, and wherever the clock jumps.

    A place is behind exactly if nothing was said of it since it was added or the key turned.
    """

    @initialize()
    def start(self) -> None:
        self.wall = Wall()
        self.store = MemoryStore()
        self.vault = Vault.create(self.store, PASSWORD, cost=CHEAPEST, clock=self.wall)[0]
        self.id = add(self.vault).id
        self.pending: dict[str, bool] = {}

    @rule(name=names)
    def add(self, name: str) -> None:
        place = Place("other", name, confirmed=NOW + timedelta(days=900))
        if name in self.pending:
            with pytest.raises(ValueRefusedError):
                self.vault.add_place(self.id, place)
        else:
            self.vault.add_place(self.id, place)
            self.pending[name] = True

    @rule(name=names)
    def remove(self, name: str) -> None:
        if name in self.pending:
            self.vault.remove_place(self.id, name)
            del self.pending[name]
        else:
            with pytest.raises(PlaceNotFoundError):
                self.vault.remove_place(self.id, name)

    @rule(name=names, waive=st.booleans())
    def settle(self, name: str, *, waive: bool) -> None:
        act = self.vault.waive_place if waive else self.vault.confirm_place
        if name in self.pending:
            act(self.id, name)
            self.pending[name] = False
        else:
            with pytest.raises(PlaceNotFoundError):
                act(self.id, name)

    @rule(number=st.integers(0, 10**6))
    def rotate(self, number: int) -> None:
        self.vault.rotate(self.id, Secret(f"new {number}"))
        self.pending = dict.fromkeys(self.pending, True)

    @rule(seconds=st.floats(-1e7, 1e7))
    def clock(self, seconds: float) -> None:
        self.wall.later(seconds=seconds)

    @rule()
    @precondition(lambda self: self.pending)
    def set_again_from_an_old_reading(self) -> None:
        self.vault.set_places(self.id, [Place("file", name) for name in self.pending])

    @rule()
    def reopen(self) -> None:
        self.vault = Vault.open(self.store, PASSWORD, clock=self.wall)

    @invariant()
    def behind_is_what_was_not_settled(self) -> None:
        key = self.vault.key(self.id)
        assert {place.where: behind(place, key) for place in key.places} == self.pending


TestPlaces = Places.TestCase
TestPlaces.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
