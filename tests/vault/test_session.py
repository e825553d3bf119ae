"""What a session notices of the file under it: newer, older, forked, another one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from vault import Draft, FileStore, Glob, Grant, Lifetime, Secret, Vault
from vault.errors import DamagedError, NameTakenError, StorageError
from vault.sealing.header import read_header
from vault.sealing.kdf import CHEAPEST
from vault.store.memory import MemoryStore
from vault.store.state import LocalState

PASSWORD = "correct horse battery staple"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def clock() -> datetime:
    return NOW


def draft(name: str) -> Draft:
    grants = (Grant("push", Glob("Contoso.*")),)
    return Draft(name, "nuget.org", "contoso", grants, Lifetime(NOW, NOW + timedelta(days=30)))


@pytest.fixture
def state(tmp_path: Path) -> LocalState:
    return LocalState(tmp_path / "state")


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "keys.keyfob")


@pytest.fixture
def vault(store: FileStore, state: LocalState) -> Vault:
    return Vault.create(store, PASSWORD, cost=CHEAPEST, state=state, clock=clock)[0]


class ReadThenSaved(MemoryStore):
    """A store that another process saves right after its first read, as during a derivation."""

    def __init__(self, data: bytes, then: Callable[[], bytes]) -> None:
        super().__init__(data)
        self._then: Callable[[], bytes] | None = then

    def read(self) -> bytes:
        data = super().read()
        if self._then is not None:
            then, self._then = self._then, None
            self.replace(then())
        return data


def test_a_save_by_another_process_while_the_password_is_tried_is_no_older_copy(
    store: FileStore, state: LocalState, vault: Vault
) -> None:
    def saved_meanwhile() -> bytes:
        vault.add(draft("meanwhile"), Secret("1"))
        return store.read()

    racing = ReadThenSaved(store.read(), saved_meanwhile)
    opened = Vault.open(racing, PASSWORD, state=state, clock=clock)
    assert opened.warning == ""
    assert [key.name for key in opened.keys] == ["meanwhile"]


def test_an_older_copy_is_announced_each_time_until_it_is_saved(
    store: FileStore, state: LocalState, vault: Vault
) -> None:
    old = store.read()
    vault.add(draft("a"), Secret("1"))
    vault.add(draft("b"), Secret("2"))
    newest = read_header(store.read()).generation
    with store.locked():
        store.replace(old)
    for _ in range(2):
        restored = Vault.open(store, PASSWORD, state=state, clock=clock)
        assert "older copy" in restored.warning
    restored.add(draft("c"), Secret("3"))
    assert read_header(store.read()).generation > newest
    assert Vault.open(store, PASSWORD, state=state, clock=clock).warning == ""


def test_a_copy_of_the_same_age_changed_elsewhere_does_not_swallow_a_key(
    store: FileStore, vault: Vault
) -> None:
    elsewhere = MemoryStore(store.read())
    Vault.open(elsewhere, PASSWORD, clock=clock).add(draft("theirs"), Secret("1"))
    vault.add(draft("ours"), Secret("2"))
    with store.locked():
        store.replace(elsewhere.read())
    with pytest.raises(StorageError, match="changed elsewhere"):
        vault.add(draft("more"), Secret("3"))
    assert store.read() == elsewhere.read()
    assert [key.name for key in vault.keys] == ["ours"]


def test_another_vault_is_not_called_damaged(
    store: FileStore, vault: Vault, tmp_path: Path
) -> None:
    other = FileStore(tmp_path / "other")
    Vault.create(other, PASSWORD, cost=CHEAPEST, clock=clock)
    (tmp_path / "keys.keyfob").write_bytes(other.read())
    with pytest.raises(DamagedError, match="replaced by another vault"):
        vault.add(draft("b"), Secret("2"))
    assert store.read() == other.read()


def test_what_this_machine_remembers_cannot_make_a_vault_unreadable(
    store: FileStore, state: LocalState, vault: Vault, tmp_path: Path
) -> None:
    vault_id = read_header(store.read()).vault_id
    seen = tmp_path / "state" / f"{vault_id}.seen.json"
    seen.write_text(f'{{"generation":{2**53 - 1}}}')
    for name in "ab":
        vault.add(draft(name), Secret("1"))
    assert len(Vault.open(store, PASSWORD, state=state, clock=clock).keys) == 2


def test_what_is_gathered_is_saved_once_whatever_ends_it(store: FileStore, vault: Vault) -> None:
    before = read_header(store.read()).generation

    def change() -> None:
        first = vault.add(draft("a"), Secret("1"))
        vault.add(draft("b"), Secret("2"))
        vault.remove(first.id)
        with pytest.raises(NameTakenError):
            vault.add(draft("b"), Secret("3"))
        assert read_header(store.read()).generation == before
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), vault.gathered():
        change()
    assert read_header(store.read()).generation == before + 1
    assert [key.name for key in Vault.open(store, PASSWORD, clock=clock).keys] == ["b"]
    vault.add(draft("c"), Secret("4"))
    assert [key.name for key in vault.keys] == ["b", "c"]


def test_gathering_nothing_saves_nothing(store: FileStore, vault: Vault) -> None:
    before = store.read()
    with vault.gathered():
        assert vault.keys == []
    assert store.read() == before


def test_what_was_gathered_is_undone_if_it_cannot_be_saved() -> None:
    class Full(MemoryStore):
        full = False

        def replace(self, data: bytes, *, keep_backup: bool = True) -> None:
            if self.full:
                raise StorageError("The disk is full.")
            super().replace(data, keep_backup=keep_backup)

    store = Full()
    vault, _ = Vault.create(store, PASSWORD, cost=CHEAPEST, clock=clock)
    vault.add(draft("a"), Secret("1"))
    store.full = True
    with pytest.raises(StorageError), vault.gathered():
        vault.add(draft("b"), Secret("2"))
    assert [key.name for key in vault.keys] == ["a"]
    store.full = False
    vault.add(draft("b"), Secret("2"))
    assert [key.name for key in Vault.open(store, PASSWORD, clock=clock).keys] == ["a", "b"]
