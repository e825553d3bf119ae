"""The agent's life, in a thread of this process and under clocks that are set by hand."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.vault.agent.conftest import PASSWORD, SECRETS, filled
from vault import Vault
from vault.agent import process
from vault.agent.client import AgentVault, forget, reach
from vault.agent.forgetting import Reading
from vault.agent.order import Order
from vault.agent.process import hold
from vault.agent.protocol import Status
from vault.errors import DamagedError, LockedError, StorageError
from vault.sealing.kdf import CHEAPEST
from vault.sealing.vaultfile import unlock
from vault.sealing.vaultkey import VaultKey
from vault.store.file import FileStore

LENGTH = 900.0


class Held:
    """A vault in a file that an agent in another thread holds open."""

    def __init__(self, home: Path, short: Path) -> None:
        self.store = FileStore(home / "keys.keyfob")
        filled(self.store).lock()
        self.key = unlock(self.store.read(), PASSWORD)
        self.address = short / "run" / "a.sock"
        self.order = Order(str(self.store.path), str(self.address), str(home / "state"), LENGTH)
        self.now = Reading(0.0, 0.0, 1_800_000_000.0)
        self.ready: Future[Status] = Future()
        self.stopped = threading.Event()
        self.pool = ThreadPoolExecutor(1)
        self.ended = self.pool.submit(
            hold,
            self.order,
            self.key,
            ready=self.ready.set_result,
            stopped=self.stopped,
            clocks=lambda: self.now,
            tick=0.01,
        )
        self.ended.add_done_callback(self._pass_on)

    def _pass_on(self, ended: Future[str]) -> None:
        if not self.ready.done():
            self.ready.set_exception(ended.exception() or RuntimeError("it ended"))

    def lender(self) -> AgentVault:
        self.ready.result(20)
        found = reach(self.address)
        assert found is not None
        return found

    def pass_time(self, awake: float, asleep: float = 0.0) -> None:
        whole = awake + asleep
        self.now = Reading(self.now.awake + awake, self.now.whole + whole, self.now.wall + whole)

    def end(self) -> str:
        """Why it ended; by then it has forgotten everything."""
        why = self.ended.result(20)
        assert reach(self.address) is None
        assert not self.address.exists()
        with pytest.raises(ValueError, match="wiped"):
            self.key.reveal_bytes()
        return why


@pytest.fixture
def held(tmp_path: Path, short: Path) -> Held:
    return Held(tmp_path, short)


def test_it_lends_and_says_until_when(held: Held) -> None:
    lender = held.lender()
    with lender.secret(lender.find("alpha").id) as secret:
        assert secret.reveal() == SECRETS["alpha"]
    until = lender.status.until
    assert until is not None
    left = until - datetime.now(UTC)
    assert timedelta(0) < left <= timedelta(seconds=LENGTH)
    assert lender.status.label == held.store.label
    held.stopped.set()
    assert "told to end" in held.end()


def test_it_ends_by_itself_when_its_time_is_over(held: Held) -> None:
    held.lender()
    held.pass_time(LENGTH)
    assert "time is over" in held.end()


def test_it_ends_by_itself_after_a_sleep(held: Held) -> None:
    held.lender()
    held.pass_time(1, asleep=60)
    assert "slept" in held.end()


def test_it_ends_when_it_is_asked_to(held: Held) -> None:
    held.lender()
    assert forget(held.address)
    assert "vault was locked" in held.end()


def test_it_ends_when_the_session_s_directory_goes(held: Held) -> None:
    held.lender()
    held.address.unlink()
    assert "socket is gone" in held.end()


def test_it_ends_when_the_vault_is_removed(held: Held) -> None:
    held.lender()
    held.store.path.unlink()
    assert "no vault" in held.end()


def test_it_ends_when_the_password_changes(held: Held) -> None:
    lender = held.lender()
    vault = Vault.open(held.store, PASSWORD)
    vault.change_password("another made-up one", cost=CHEAPEST)
    with pytest.raises(LockedError):
        lender.secret(vault.find("alpha").id)
    assert "What opens the vault was changed" in held.end()


def test_a_rotation_elsewhere_is_lent_at_once(held: Held) -> None:
    from vault import Secret

    lender = held.lender()
    vault = Vault.open(held.store, PASSWORD)
    with Secret("oy2-made-up-newer") as newer:
        vault.rotate(vault.find("alpha").id, newer)
    with lender.secret(lender.find("alpha").id) as secret:
        assert secret.reveal() == "oy2-made-up-newer"
    lender.mark_used(lender.find("beta").id)
    vault.refresh()
    assert vault.find("beta").used is not None
    held.stopped.set()
    held.end()


def held_in_vain(order: Order, key: VaultKey, told: Callable[[Status], object]) -> None:
    hold(order, key, ready=told, stopped=threading.Event())


def test_a_key_of_another_vault_is_refused(tmp_path: Path, short: Path) -> None:
    store = FileStore(tmp_path / "keys.keyfob")
    filled(store).lock()
    order = Order(str(store.path), str(short / "a.sock"), str(tmp_path / "state"), LENGTH)
    told: list[Status] = []
    with pytest.raises(DamagedError):
        held_in_vain(order, VaultKey(bytes(32)), told.append)
    assert told == []
    assert list(short.iterdir()) == []


def test_where_nobody_may_listen_the_key_is_wiped(tmp_path: Path, short: Path) -> None:
    store = FileStore(tmp_path / "keys.keyfob")
    filled(store).lock()
    key = unlock(store.read(), PASSWORD)
    short.chmod(0o777)
    order = Order(str(store.path), str(short / "a.sock"), str(tmp_path / "state"), LENGTH)
    with pytest.raises(StorageError):
        held_in_vain(order, key, lambda _: None)
    with pytest.raises(ValueError, match="wiped"):
        key.reveal_bytes()


def test_it_closes_itself_to_others_before_it_takes_the_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    order: list[str] = []

    class Pipe:
        def readline(self) -> bytes:
            order.append("read")
            raise SystemExit

    monkeypatch.setattr(process, "harden", lambda: order.append("harden"))
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=Pipe()))
    with pytest.raises(SystemExit):
        process.main()
    assert order == ["harden", "read"]
