"""A new vault key: what is kept, what the old one still opens, and who notices."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vault import Change, Draft, FileStore, Glob, Grant, Lifetime, Secret, Vault
from vault.errors import (
    DamagedError,
    LockedError,
    NewVaultKeyError,
    StorageError,
    ValueRefusedError,
    WrongPasswordError,
)
from vault.keys.key import Key
from vault.records import make_entry
from vault.sealing import renewal, vaultfile
from vault.sealing.header import read_header
from vault.sealing.kdf import CHEAPEST
from vault.store.memory import MemoryStore
from vault.store.state import LocalState

OLD, NEW = "correct horse battery staple", "brass lantern over the harbour"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def clock() -> datetime:
    return NOW


def draft(name: str, note: str = "") -> Draft:
    life = Lifetime(NOW, NOW + timedelta(days=30))
    return Draft(name, "nuget.org", "contoso", (Grant("push", Glob("Contoso.*")),), life, note=note)


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "keys.keyfob")


@pytest.fixture
def made(store: FileStore) -> tuple[Vault, str]:
    """A vault with two keys, and its recovery code."""
    vault, code = Vault.create(store, OLD, cost=CHEAPEST, clock=clock)
    vault.add(draft("bot"), Secret("s3cret"))
    vault.add(draft("other"), Secret("another s3cret"))
    return vault, code


def content(vault: Vault) -> list[tuple[Key, str]]:
    """Every key but for its fingerprint, and its secret."""
    found = []
    for key in vault.keys:
        with vault.secret(key.id) as secret:
            found.append((replace(key, fingerprint=""), secret.reveal()))
    return found


def copies(store: FileStore) -> list[bytes]:
    """The vault and its backup."""
    return [store.read(), *(path.read_bytes() for path in store.backups())]


TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT, st.booleans(), st.booleans()), max_size=6))
def test_every_key_and_every_secret_is_the_same_afterwards(
    keys: list[tuple[str, str, bool, bool]],
) -> None:
    store = MemoryStore()
    vault, _ = Vault.create(store, OLD, cost=CHEAPEST, index="off", clock=clock)
    for number, (secret, note, revoked, newer) in enumerate(keys):
        key = vault.add(draft(f"key {number}", note), Secret(secret), recognised="made up")
        if revoked:
            vault.revoke(vault.rotate(key.id, Secret(secret)).id)
        if newer:  # a field that only a newer keyfob knows
            entry = vault._session._entries[key.id]
            other = replace(entry.key, other={"colour": ["green", 1]})
            vault._session._entries[key.id] = make_entry(other, entry.sealed)
    vault.set_index("dates")
    before = content(vault)
    vault.renew_key(NEW, cost=CHEAPEST)
    for same in (vault, Vault.open(store, NEW, clock=clock)):
        assert content(same) == before
        assert same.index == "dates"
        for _, secret in before:
            assert same.holder(Secret(secret)) is not None


def test_what_opened_the_vault_before_opens_neither_file(
    store: FileStore, made: tuple[Vault, str]
) -> None:
    vault, code = made
    generation = read_header(store.read()).generation
    new_code = vault.renew_key(NEW, cost=CHEAPEST)
    assert read_header(store.read()).generation == generation + 1
    data, backup = copies(store)
    assert data == backup
    for text in (OLD, code):
        with pytest.raises(WrongPasswordError):
            vaultfile.unlock(data, text)
    assert Vault.open(store, NEW).opened_with == "password"
    assert Vault.open(store, new_code).opened_with == "recovery"


def test_the_key_of_a_stolen_copy_reads_no_later_save(
    store: FileStore, made: tuple[Vault, str]
) -> None:
    vault, _ = made
    stolen = vaultfile.unlock(store.read(), OLD)
    vault.change_password(NEW, cost=CHEAPEST)
    vaultfile.open_body(store.read(), stolen)  # a new password alone does not lock them out
    vault.renew_key(NEW, cost=CHEAPEST)
    vault.add(draft("later"), Secret("made later"))
    for data in copies(store):
        with pytest.raises(DamagedError):
            vaultfile.open_body(data, stolen)
    for entry in vault.entries:
        record = entry.record
        with pytest.raises(DamagedError):
            vaultfile.open_secret(
                stolen, vault._session.vault_id, record.id, record.revision, entry.sealed
            )
        with vault.secret(record.id) as secret:
            assert vaultfile.fingerprint(stolen, secret) != record.fingerprint


def test_slots_that_nobody_here_can_make_anew_are_dropped(
    store: FileStore, made: tuple[Vault, str]
) -> None:
    session = made[0]._session
    unknown = {"type": "recipient", "anything": 1}
    session._header = replace(session._header, slots=(unknown, *session._header.slots))
    made[0].renew_key(NEW, cost=CHEAPEST)
    assert [slot["type"] for slot in read_header(store.read()).slots] == ["password", "recovery"]


def test_never_are_two_secrets_open_at_once(
    made: tuple[Vault, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Secret] = []
    real = vaultfile.open_secret

    def open_secret(*arguments: object) -> Secret:
        assert not any(opened), "one is still open"
        opened.append(real(*arguments))  # type: ignore[arg-type]  # handed on as they came
        return opened[-1]

    monkeypatch.setattr(renewal, "open_secret", open_secret)
    made[0].renew_key(NEW, cost=CHEAPEST)
    assert [len(secret) for secret in opened] == [0, 0]


def test_the_old_vault_key_is_wiped_and_the_new_one_is_by_locking(made: tuple[Vault, str]) -> None:
    vault, _ = made
    old = vault._session.key
    vault.renew_key(NEW, cost=CHEAPEST)
    new = vault._session.key
    vault.lock()
    for key in (old, new):
        with pytest.raises(ValueError, match="wiped"):
            key.reveal_bytes()


def test_a_secret_that_does_not_open_is_named_and_nothing_changes(
    store: FileStore, made: tuple[Vault, str]
) -> None:
    vault, _ = made
    bot, other = vault.entries
    swapped = make_entry(bot.key, other.sealed)
    vault._session._entries[bot.key.id] = swapped
    vault.set_index("dates")
    before = store.read()
    with pytest.raises(DamagedError) as caught:
        vault.renew_key(NEW, cost=CHEAPEST)
    assert "'bot'" in caught.value.hint
    assert store.read() == before
    vault.remove(bot.key.id)
    vault.renew_key(NEW, cost=CHEAPEST)
    assert [secret for _, secret in content(Vault.open(store, NEW))] == ["another s3cret"]


def test_when_saving_fails_everything_is_as_it_was(tmp_path: Path) -> None:
    class Full(FileStore):
        full = False

        def replace(self, data: bytes, *, keep_backup: bool = True) -> None:
            if self.full:
                raise StorageError("The disk is full.")
            super().replace(data, keep_backup=keep_backup)

    store = Full(tmp_path / "keys.keyfob")
    vault, code = Vault.create(store, OLD, cost=CHEAPEST, clock=clock)
    vault.add(draft("bot"), Secret("s3cret"))
    before = content(vault)
    store.full = True
    with pytest.raises(StorageError):
        vault.renew_key(NEW, cost=CHEAPEST)
    store.full = False
    assert content(vault) == before
    vault.edit(vault.keys[0].id, Change(note="goes on"))
    assert vault.check_password(OLD) == "password"
    assert vault.check_password(code) == "recovery"


def test_a_password_that_cannot_be_used_changes_nothing(
    store: FileStore, made: tuple[Vault, str]
) -> None:
    vault, code = made
    before = store.read()
    for text in ("", "x" * 4097, code):
        with pytest.raises(ValueRefusedError):
            vault.renew_key(text, cost=CHEAPEST)
    vault.lock()
    with pytest.raises(LockedError):
        vault.renew_key(NEW, cost=CHEAPEST)
    assert store.read() == before


def test_what_another_process_saved_meanwhile_is_sealed_anew_too(
    store: FileStore, made: tuple[Vault, str]
) -> None:
    other = Vault.open(store, OLD, clock=clock)
    other.add(draft("meanwhile"), Secret("third"))
    made[0].renew_key(NEW, cost=CHEAPEST)
    assert [secret for _, secret in content(Vault.open(store, NEW))][-1] == "third"


def test_a_vault_open_elsewhere_says_so_and_overwrites_nothing(
    store: FileStore, made: tuple[Vault, str]
) -> None:
    elsewhere = Vault.open(store, OLD, clock=clock)
    made[0].renew_key(NEW, cost=CHEAPEST)
    made[0].add(draft("later"), Secret("made later"))
    before = copies(store)
    key_id = elsewhere.keys[0].id
    for use in (
        elsewhere.refresh,
        lambda: elsewhere.add(draft("mine"), Secret("x")),
        lambda: elsewhere.edit(key_id, Change(note="mine")),
        lambda: elsewhere.remove(key_id),
        lambda: elsewhere.check_password(OLD),
        lambda: elsewhere.check_password(NEW),
        lambda: elsewhere.change_password(OLD, cost=CHEAPEST),
        lambda: elsewhere.renew_key(OLD, cost=CHEAPEST),
    ):
        with pytest.raises(NewVaultKeyError, match="given a new vault key"):
            use()
    assert copies(store) == before
    assert [key.name for key in elsewhere.keys] == ["bot", "other"]
    elsewhere.lock()
    assert [key.name for key in Vault.open(store, NEW).keys] == ["bot", "other", "later"]


def test_a_password_that_is_tried_while_the_vault_key_changes_is_told_so(
    store: FileStore, tmp_path: Path
) -> None:
    state = LocalState(tmp_path / "state")
    vault, _ = Vault.create(store, OLD, cost=CHEAPEST, state=state, clock=clock)

    class Racing(MemoryStore):
        def read(self) -> bytes:
            data = super().read()
            if data == before:
                vault.renew_key(NEW, cost=CHEAPEST)
                self.replace(store.read())
            return data

    before = store.read()
    with pytest.raises(NewVaultKeyError):
        Vault.open(Racing(before), OLD, state=state, clock=clock)


def test_damage_is_not_taken_for_a_new_vault_key(store: FileStore, made: tuple[Vault, str]) -> None:
    vault, _ = made
    elsewhere = Vault.open(store, OLD, clock=clock)
    vault.edit(vault.keys[0].id, Change(note="saved"))
    saved = store.read()
    vault.renew_key(NEW, cost=CHEAPEST)
    renewed = store.read()
    digit = renewed.index(b'"generation":') + len(b'"generation":')
    for broken in (
        _flipped(saved, vaultfile.body_offset(saved) - 1),  # in its MAC
        _flipped(saved, -1),
        renewed[:digit] + b"9" + renewed[digit + 1 :],  # its check no longer fits
        renewed[: vaultfile.body_offset(renewed)],
    ):
        with store.locked():
            store.replace(broken)
        with pytest.raises(DamagedError):
            elsewhere.refresh()


def _flipped(data: bytes, at: int) -> bytes:
    changed = bytearray(data)
    changed[at] ^= 1
    return bytes(changed)
