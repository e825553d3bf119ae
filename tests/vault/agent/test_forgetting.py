from __future__ import annotations

import contextlib
from dataclasses import replace

import pytest

from tests.vault.agent.conftest import PASSWORD, filled
from vault import Vault
from vault.agent.forgetting import MOVED, SLEPT, Reading, Watch, read_clocks
from vault.errors import LockedError
from vault.sealing.header import read_header
from vault.sealing.kdf import CHEAPEST
from vault.store.memory import MemoryStore

LENGTH = 900.0


class World:
    """Clocks that are set by hand, and a vault that others change."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.vault = filled(self.store)
        self.now = Reading(1000.0, 5000.0, 1_800_000_000.0)
        self.present = True
        self.saves = 0
        self.watch = Watch(
            LENGTH,
            self.store,
            read_header(self.store.read()).slots,
            present=lambda: self.present,
            mark=self.store.read,
            catch_up=self.vault.refresh,
            clocks=lambda: self.now,
        )

    def pass_time(self, awake: float, *, asleep: float = 0.0, moved: float = 0.0) -> None:
        whole = awake + asleep
        self.now = Reading(
            self.now.awake + awake, self.now.whole + whole, self.now.wall + whole + moved
        )

    def other(self) -> Vault:
        """The same vault in another process."""
        return Vault.open(self.store, PASSWORD)

    @property
    def reason(self) -> str:
        with contextlib.suppress(LockedError):
            self.watch.check()
        return self.watch.reason


@pytest.fixture
def world() -> World:
    return World()


def test_it_holds_until_its_time_is_over_and_no_longer(world: World) -> None:
    world.pass_time(LENGTH - 1)
    assert world.reason == ""
    world.pass_time(1)
    assert "time is over" in world.reason


def test_asking_does_not_make_it_longer(world: World) -> None:
    told = []
    for _ in range(10):
        world.pass_time(LENGTH / 10)
        told.append(bool(world.reason))
    assert told == [False] * 9 + [True]


def test_it_forgets_when_the_machine_slept(world: World) -> None:
    world.pass_time(10, asleep=SLEPT + 0.1)
    assert "slept" in world.reason


def test_many_naps_are_one_sleep(world: World) -> None:
    for _ in range(4):
        world.pass_time(10, asleep=SLEPT / 3)
        last = world.reason
    assert "slept" in last


@pytest.mark.parametrize("moved", [MOVED + 1, -MOVED - 1])
def test_it_forgets_when_the_time_of_day_jumps(world: World, moved: float) -> None:
    world.pass_time(10, moved=moved)
    assert "slept" in world.reason


def test_a_clock_that_is_set_a_little_is_no_sleep(world: World) -> None:
    world.pass_time(10, moved=MOVED / 2)
    assert world.reason == ""


def test_setting_the_time_back_wins_no_time(world: World) -> None:
    world.pass_time(LENGTH, moved=-MOVED / 2)
    assert world.reason != ""


def test_it_forgets_when_nobody_can_reach_it(world: World) -> None:
    world.present = False
    assert "socket is gone" in world.reason


def test_a_change_by_another_process_is_read(world: World) -> None:
    key = world.other().find("alpha")
    world.other().remove(key.id)
    assert world.reason == ""
    assert [key.name for key in world.vault.keys] == ["beta"]


@pytest.mark.parametrize(
    "change",
    [
        lambda vault: vault.change_password("another made-up one", cost=CHEAPEST),
        lambda vault: vault.new_recovery_code(),
        lambda vault: vault.renew_key("another made-up one", cost=CHEAPEST),
    ],
    ids=["password", "code", "vault key"],
)
def test_it_forgets_when_what_opens_the_vault_changes(world: World, change: object) -> None:
    assert callable(change)
    change(world.other())
    assert world.reason != ""


def test_it_forgets_when_another_vault_takes_the_place(world: World) -> None:
    other = MemoryStore()
    filled(other)
    world.store.replace(other.read())
    assert "another vault" in world.reason


def test_it_forgets_when_the_file_is_damaged(world: World) -> None:
    world.store.replace(world.store.read()[:100])
    assert "damaged" in world.reason


def test_it_says_what_to_do(world: World) -> None:
    world.present = False
    with pytest.raises(LockedError) as raised:
        world.watch.check()
    assert "keyfob unlock" in raised.value.hint


def test_what_is_forgotten_stays_so(world: World) -> None:
    world.present = False
    first = world.reason
    world.present = True
    world.watch.end("something else")
    assert world.reason == first


def test_the_real_clocks_agree_while_the_machine_is_awake() -> None:
    one, two = read_clocks(), read_clocks()
    assert two.awake >= one.awake
    assert replace(two, wall=one.wall).whole - one.whole - (two.awake - one.awake) < SLEPT
