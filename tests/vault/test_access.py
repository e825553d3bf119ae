"""The life of a password: what opens the vault after each change, and what no longer does."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from vault import Draft, FileStore, Glob, Grant, Lifetime, Secret, Vault
from vault.errors import (
    DamagedError,
    LockedError,
    StorageError,
    ValueRefusedError,
    WrongPasswordError,
)
from vault.home import Home
from vault.sealing.header import read_header
from vault.sealing.kdf import CHEAPEST, STANDARD, KdfCost
from vault.sealing.vaultfile import unlock
from vault.store.memory import MemoryStore

OLD, NEW = "correct horse battery staple", "brass lantern over the harbour"
DEARER = KdfCost(20 * 1024, 1, 1)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def clock() -> datetime:
    return NOW


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "keys.keyfob")


@pytest.fixture
def made(store: FileStore) -> tuple[Vault, str]:
    """A vault with one key, saved twice, and its recovery code."""
    vault, code = Vault.create(store, OLD, cost=CHEAPEST, clock=clock)
    life = Lifetime(NOW, NOW + timedelta(days=30))
    grants = (Grant("push", Glob("Contoso.*")),)
    vault.add(Draft("bot", "nuget.org", "contoso", grants, life), Secret("s3cret"))
    return vault, code


def opens(data: bytes, text: str) -> bool:
    try:
        unlock(data, text).wipe()
    except WrongPasswordError:
        return False
    return True


def files(store: FileStore) -> list[bytes]:
    """The vault and everything beside it that holds a vault."""
    [backup] = store.backups()
    return [
        path.read_bytes() for path in backup.parent.iterdir() if path.read_bytes()[:6] == b"KEYFOB"
    ]


def test_the_new_password_opens_vault_and_backup_and_the_old_one_neither(
    store: FileStore, made: tuple[Vault, str]
) -> None:
    vault, code = made
    vault.change_password(NEW, cost=DEARER)
    assert len(files(store)) == 2
    for data in files(store):
        assert opens(data, NEW)
        assert opens(data, code)
        assert not opens(data, OLD)
    again = Vault.open(store, NEW)
    with again.secret(again.find("bot").id) as secret:
        assert secret.reveal() == "s3cret"


def test_what_an_interrupted_save_left_is_gone_too(
    store: FileStore, made: tuple[Vault, str], tmp_path: Path
) -> None:
    for name in ("keys.keyfob.tmp", "keys.keyfob.bak.tmp"):
        (tmp_path / name).write_bytes(store.read())
    made[0].change_password(NEW, cost=CHEAPEST)
    assert not any(opens(data, OLD) for data in files(store))


def test_the_cost_is_the_one_asked_for_and_not_the_files(
    store: FileStore, made: tuple[Vault, str]
) -> None:
    vault, _ = made
    vault.change_password(NEW, cost=DEARER)
    [by_password, _] = read_header(store.read()).slots
    assert by_password["memory_kib"] == DEARER.memory_kib
    assert not vault.kdf_is_weak(DEARER)
    assert vault.kdf_is_weak()


def test_slots_of_a_newer_keyfob_stay(store: FileStore, made: tuple[Vault, str]) -> None:
    vault, code = made
    unknown = {"type": "recipient", "anything": [1, {"a": "b"}]}
    session = vault._session
    session._header = replace(session._header, slots=(unknown, *session._header.slots))
    vault.change_password(NEW, cost=CHEAPEST)
    new_code = vault.new_recovery_code()
    slots = read_header(store.read()).slots
    assert slots[0] == unknown
    assert [slot["type"] for slot in slots] == ["recipient", "password", "recovery"]
    assert opens(store.read(), new_code)
    assert not opens(store.read(), code)


def test_a_new_code_replaces_the_old_one_in_the_backup_too(
    store: FileStore, made: tuple[Vault, str]
) -> None:
    vault, code = made
    new_code = vault.new_recovery_code()
    for data in files(store):
        assert opens(data, OLD)
        assert opens(data, new_code)
        assert not opens(data, code)


def test_recovering_replaces_both_in_one_save(store: FileStore, made: tuple[Vault, str]) -> None:
    _, code = made
    vault = Vault.open(store, code)
    assert vault.opened_with == "recovery"
    before = read_header(store.read()).generation
    new_code = vault.recover(NEW, cost=CHEAPEST)
    assert read_header(store.read()).generation == before + 1
    for data in files(store):
        assert [opens(data, text) for text in (NEW, new_code, OLD, code)] == [
            True,
            True,
            False,
            False,
        ]
    assert Vault.open(store, NEW).opened_with == "password"


def test_keys_that_another_process_added_meanwhile_are_kept(
    store: FileStore, made: tuple[Vault, str]
) -> None:
    vault, _ = made
    other = Vault.open(store, OLD)
    other.remove(other.find("bot").id)
    vault.change_password(NEW, cost=CHEAPEST)
    assert Vault.open(store, NEW).keys == []


def test_a_vault_open_elsewhere_goes_on_and_keeps_the_new_password(
    store: FileStore, made: tuple[Vault, str]
) -> None:
    vault, _ = made
    elsewhere = Vault.open(store, OLD)
    vault.change_password(NEW, cost=CHEAPEST)
    elsewhere.remove(elsewhere.find("bot").id)
    assert opens(store.read(), NEW)
    assert not opens(store.read(), OLD)


@pytest.mark.parametrize("text", ["", "x" * 4097, "\u00e9" * 2049, "half \ud800"])
def test_a_password_that_cannot_be_used_changes_nothing(
    store: FileStore, made: tuple[Vault, str], text: str
) -> None:
    before = store.read()
    with pytest.raises(ValueRefusedError):
        made[0].change_password(text, cost=CHEAPEST)
    assert store.read() == before


def test_a_recovery_code_is_not_taken_as_the_password(
    store: FileStore, made: tuple[Vault, str]
) -> None:
    vault, code = made
    with pytest.raises(ValueRefusedError, match="cannot be the password"):
        vault.recover(code.lower(), cost=CHEAPEST)
    assert opens(store.read(), OLD)
    assert opens(store.read(), code)


@pytest.mark.parametrize(
    "text",
    [
        "Zo\u00eb's caf\u00e9",
        "\N{ANGSTROM SIGN}ngstr\u00f6m",
        "\N{KEY}\N{VARIATION SELECTOR-16}\N{FAMILY} \U0001f469\u200d\U0001f469\u200d\U0001f467",
        "nul \0 inside",
        " spaces at both ends ",
        "a line\nend\n",
        "x" * 4096,
        "\u1f82" * 1365,
    ],
)
def test_any_text_is_a_password_however_it_is_composed(made: tuple[Vault, str], text: str) -> None:
    vault, _ = made
    vault.change_password(unicodedata.normalize("NFD", text), cost=CHEAPEST)
    assert vault.check_password(unicodedata.normalize("NFC", text)) == "password"
    for other in (text + " ", text[:-1], text + "\n"):
        with pytest.raises(WrongPasswordError):
            vault.check_password(other)


def test_a_password_is_checked_against_the_file_as_it_is_now(
    store: FileStore, made: tuple[Vault, str]
) -> None:
    vault, code = made
    assert vault.check_password(OLD) == "password"
    assert vault.check_password(code) == "recovery"
    Vault.open(store, OLD).change_password(NEW, cost=CHEAPEST)
    assert vault.check_password(NEW) == "password"
    with pytest.raises(WrongPasswordError):
        vault.check_password(OLD)


def test_another_vaults_password_is_not_taken_here(
    store: FileStore, made: tuple[Vault, str]
) -> None:
    other = MemoryStore()
    Vault.create(other, NEW, cost=CHEAPEST)
    with store.locked():
        store.replace(other.read())
    with pytest.raises(DamagedError, match="replaced by another vault"):
        made[0].check_password(NEW)


def test_strengthening_takes_the_password_and_nothing_else(
    store: FileStore, made: tuple[Vault, str]
) -> None:
    vault, code = made
    for wrong, error in (("wrong", WrongPasswordError), (code, ValueRefusedError)):
        with pytest.raises(error):
            vault.strengthen(wrong, cost=DEARER)
    assert vault.kdf_is_weak(DEARER)
    vault.strengthen(OLD, cost=DEARER)
    assert not vault.kdf_is_weak(DEARER)
    assert opens(store.read(), OLD)
    assert opens(store.read(), code)


@pytest.mark.parametrize(
    "change",
    [
        lambda vault: vault.change_password(NEW, cost=CHEAPEST),
        lambda vault: vault.new_recovery_code(),
        lambda vault: vault.recover(NEW, cost=CHEAPEST),
    ],
)
def test_when_saving_fails_what_opened_it_before_still_does(
    tmp_path: Path, change: Callable[[Vault], object]
) -> None:
    class Full(FileStore):
        full = False

        def replace(self, data: bytes, *, keep_backup: bool = True) -> None:
            if self.full:
                raise StorageError("The disk is full.")
            super().replace(data, keep_backup=keep_backup)

    store = Full(tmp_path / "keys.keyfob")
    vault, code = Vault.create(store, OLD, cost=CHEAPEST)
    store.full = True
    with pytest.raises(StorageError):
        change(vault)
    assert vault.check_password(OLD) == "password"
    assert vault.check_password(code) == "recovery"
    store.full = False
    change(vault)
    assert len(Vault.open(store, vault.new_recovery_code()).keys) == 0


def test_nothing_is_changed_once_it_is_locked(store: FileStore, made: tuple[Vault, str]) -> None:
    vault, _ = made
    before = store.read()
    vault.lock()
    for change in (
        lambda: vault.change_password(NEW, cost=CHEAPEST),
        vault.new_recovery_code,
        lambda: vault.check_password(OLD),
    ):
        with pytest.raises(LockedError):
            change()
    assert store.read() == before


def test_a_lock_meanwhile_waits_for_the_change(store: FileStore, made: tuple[Vault, str]) -> None:
    vault, _ = made
    asked = threading.Event()

    def entropy(size: int) -> bytes:
        asked.set()
        return bytes(size)

    vault._entropy = entropy
    change = threading.Thread(target=vault.change_password, args=(NEW,), kwargs={"cost": STANDARD})
    change.start()
    assert asked.wait(20)
    vault.lock()
    change.join(20)
    assert opens(store.read(), NEW)


def test_a_lock_waits_for_what_holds_the_vault_open(
    store: FileStore, made: tuple[Vault, str]
) -> None:
    vault, _ = made
    [key] = vault.keys
    begun = threading.Event()

    def lock() -> None:
        begun.set()
        vault.lock()

    locking = threading.Thread(target=lock)
    with vault.staying_open():
        locking.start()
        assert begun.wait(10)
        assert vault.rotate(key.id, Secret("n3xt")).revision == 2
    locking.join(10)
    assert vault.locked
    assert Vault.open(store, OLD).keys[0].revision == 2


def test_a_home_calls_weak_what_is_below_its_policy() -> None:
    home = Home(MemoryStore(), clock=clock, cost=DEARER)
    vault, _ = home.create(OLD)
    assert not home.is_weak(vault)
    vault.change_password(OLD, cost=CHEAPEST)
    assert home.is_weak(vault)
    vault.change_password(OLD, cost=home.measure())
    assert not home.is_weak(vault)


def test_without_a_cost_of_its_own_a_home_asks_for_the_standard() -> None:
    store = MemoryStore()
    vault, _ = Vault.create(store, OLD, cost=CHEAPEST)
    assert Home(store).is_weak(vault)
    vault.change_password(OLD, cost=STANDARD)
    assert not Home(store).is_weak(vault)
