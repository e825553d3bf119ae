"""The vault as its front ends use it: nothing lost between processes, nothing left by a lock."""

from __future__ import annotations

import gc
import multiprocessing
import os
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vault import Change, Draft, FileStore, Glob, Grant, Lifetime, Secret, Vault
from vault.errors import (
    AmbiguousNameError,
    DamagedError,
    KeyNotFoundError,
    LockedError,
    NameTakenError,
    StorageError,
    VaultMissingError,
    WrongPasswordError,
)
from vault.keys.lifetime import State
from vault.records import decode_body, encode_body
from vault.sealing.header import read_header
from vault.sealing.kdf import CHEAPEST
from vault.store.memory import MemoryStore
from vault.store.state import LocalState

PASSWORD = "correct horse battery staple"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def clock() -> datetime:
    return NOW


def draft(name: str, days: float | None = 30, **fields: object) -> Draft:
    expires = None if days is None else NOW + timedelta(days=days)
    made = Draft(
        name=name,
        registry="nuget.org",
        owner="contoso",
        grants=(Grant("push", Glob("Contoso.*")),),
        lifetime=Lifetime(NOW, expires),
    )
    return replace(made, **fields)  # type: ignore[arg-type]


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "keys.keyfob")


@pytest.fixture
def vault(store: FileStore) -> Vault:
    return Vault.create(store, PASSWORD, cost=CHEAPEST, clock=clock)[0]


def reopened(store: FileStore, state: LocalState | None = None) -> Vault:
    return Vault.open(store, PASSWORD, clock=clock, state=state)


def test_what_was_added_is_found_again_with_its_secret(store: FileStore, vault: Vault) -> None:
    added = vault.add(draft("release-bot", note="for CI"), Secret("s3cret"), recognised="nuget v4")
    found = reopened(store).find("RELEASE-bot")
    assert found == added
    assert found.note == "for CI"
    assert found.format == "nuget v4"
    with reopened(store).secret(found.id) as secret:
        assert secret.reveal() == "s3cret"


def test_the_recovery_code_opens_and_a_wrong_password_does_not(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "v")
    _, code = Vault.create(store, PASSWORD, cost=CHEAPEST)
    assert Vault.open(store, code).keys == []
    with pytest.raises(WrongPasswordError):
        Vault.open(store, PASSWORD + " ")


def test_a_vault_is_never_created_over_another(store: FileStore, vault: Vault) -> None:
    vault.add(draft("a"), Secret("x"))
    with pytest.raises(StorageError, match="already"):
        Vault.create(store, "another", cost=CHEAPEST)
    assert reopened(store).find("a").name == "a"


def test_names_are_unique_whatever_their_case(vault: Vault) -> None:
    vault.add(draft("Bot"), Secret("x"))
    other = vault.add(draft("other"), Secret("y"))
    with pytest.raises(NameTakenError):
        vault.add(draft("bOT"), Secret("z"))
    with pytest.raises(NameTakenError):
        vault.edit(other.id, Change(name="BOT"))
    assert vault.edit(other.id, Change(name="OTHER")).name == "OTHER"


def test_a_name_is_found_by_its_beginning_only_where_that_is_asked(vault: Vault) -> None:
    vault.add(draft("release-bot"), Secret("x"))
    vault.add(draft("release-web"), Secret("y"))
    assert vault.find("release-b", prefix=True).name == "release-bot"
    with pytest.raises(AmbiguousNameError, match="release-web"):
        vault.find("rel", prefix=True)
    with pytest.raises(KeyNotFoundError) as caught:
        vault.find("release-bto")
    assert "release-bot" in caught.value.hint


def test_a_use_is_remembered_beside_a_copy(store: FileStore, vault: Vault) -> None:
    key = vault.add(draft("bot"), Secret("x"))
    vault.mark_copied(key.id, at=NOW - timedelta(days=2))
    vault.mark_used(key.id)
    again = reopened(store).key(key.id)
    assert again.used == NOW
    assert again.copied == NOW - timedelta(days=2)


def test_rotate_restarts_the_clock_and_forgets_the_old_secret(
    store: FileStore, vault: Vault
) -> None:
    key = vault.add(draft("bot"), Secret("old"))
    vault.mark_copied(key.id)
    vault.mark_used(key.id)
    vault.revoke(key.id)
    rotated = vault.rotate(key.id, Secret("new"), recognised="x")
    assert rotated.revision == 2
    assert rotated.lifetime == Lifetime(NOW, NOW + timedelta(days=30))
    assert rotated.copied is None
    assert rotated.used is None
    assert rotated.fingerprint != key.fingerprint
    assert (rotated.name, rotated.grants) == (key.name, key.grants)
    with reopened(store).secret(key.id) as secret:
        assert secret.reveal() == "new"


def test_revoke_keeps_everything_but_the_life(vault: Vault) -> None:
    key = vault.add(draft("bot"), Secret("x"))
    revoked = vault.revoke(key.id)
    assert revoked.lifetime.state(NOW) is State.REVOKED
    assert replace(revoked, lifetime=key.lifetime) == key


def test_edit_changes_only_what_is_named(vault: Vault) -> None:
    key = vault.add(draft("bot"), Secret("x"))
    changed = vault.edit(key.id, Change(owner="ada"))
    assert changed == replace(key, owner="ada")
    with vault.secret(key.id) as secret:
        assert secret.reveal() == "x"


def test_a_removed_key_is_gone(store: FileStore, vault: Vault) -> None:
    key = vault.add(draft("bot"), Secret("x"))
    vault.remove(key.id)
    for act in (
        vault.key,
        vault.secret,
        vault.revoke,
        vault.remove,
        vault.mark_copied,
        vault.mark_used,
    ):
        with pytest.raises(KeyNotFoundError):
            act(key.id)
    assert reopened(store).keys == []


def test_a_secret_pasted_twice_is_noticed(vault: Vault) -> None:
    key = vault.add(draft("bot"), Secret("the same"))
    held = vault.holder(Secret("the same"))
    assert held is not None
    assert held.id == key.id
    assert vault.holder(Secret("another")) is None


def test_a_change_is_made_to_what_another_process_saved(store: FileStore, vault: Vault) -> None:
    other = reopened(store)
    first = vault.add(draft("first"), Secret("1"))
    second = other.add(draft("second"), Secret("2"))
    assert {key.name for key in other.keys} == {"first", "second"}
    assert vault.refresh()
    assert not vault.refresh()
    vault.remove(first.id)
    other.revoke(second.id)
    assert [key.name for key in reopened(store).keys] == ["second"]
    with pytest.raises(NameTakenError):
        vault.add(draft("SECOND"), Secret("3"))


def add_some(path: Path, who: int, count: int) -> None:
    vault = Vault.open(FileStore(path, lock_timeout=60), PASSWORD)
    for number in range(count):
        vault.add(draft(f"{who}-{number}"), Secret(f"{who}:{number}"))


def test_ten_processes_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "v"
    Vault.create(FileStore(path), PASSWORD, cost=CHEAPEST)
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=add_some, args=(path, who, 10)) for who in range(10)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    vault = Vault.open(FileStore(path), PASSWORD)
    assert sorted(key.name for key in vault.keys) == sorted(
        f"{who}-{number}" for who in range(10) for number in range(10)
    )
    for key in vault.keys:
        with vault.secret(key.id) as secret:
            assert secret.reveal() == key.name.replace("-", ":")


def test_an_older_copy_put_back_is_announced_and_becomes_the_newest(
    tmp_path: Path, store: FileStore
) -> None:
    state = LocalState(tmp_path / "state")
    vault, _ = Vault.create(store, PASSWORD, cost=CHEAPEST, state=state, clock=clock)
    vault.add(draft("early"), Secret("1"))
    old = store.read()
    vault.add(draft("late"), Secret("2"))
    vault.add(draft("later"), Secret("3"))
    with store.locked():
        store.replace(old)
    restored = reopened(store, state=state)
    assert "older copy" in restored.warning
    restored.add(draft("after"), Secret("4"))
    assert reopened(store, state=state).warning == ""
    assert {key.name for key in reopened(store).keys} == {"early", "after"}


def test_an_older_copy_put_under_an_open_vault_is_not_saved_over(
    store: FileStore, vault: Vault
) -> None:
    old = store.read()
    vault.add(draft("a"), Secret("1"))
    with store.locked():
        store.replace(old)
    with pytest.raises(StorageError, match="older copy"):
        vault.add(draft("b"), Secret("2"))
    assert store.read() == old
    assert [key.name for key in vault.keys] == ["a"]


@pytest.mark.parametrize("junk", [b"", b"junk", b"KEYFOB1\n{}\n" + bytes(100)])
def test_a_file_damaged_under_an_open_vault_stays_as_it_is(
    junk: bytes, vault: Vault, tmp_path: Path
) -> None:
    vault.add(draft("a"), Secret("1"))
    path = tmp_path / "keys.keyfob"
    path.write_bytes(junk)
    with pytest.raises(DamagedError):
        vault.add(draft("b"), Secret("2"))
    assert path.read_bytes() == junk
    assert [key.name for key in vault.keys] == ["a"]


def test_another_vault_put_in_its_place_is_not_touched(
    store: FileStore, vault: Vault, tmp_path: Path
) -> None:
    other = FileStore(tmp_path / "other")
    stranger, _ = Vault.create(other, PASSWORD, cost=CHEAPEST, clock=clock)
    for number in range(3):
        stranger.add(draft(str(number)), Secret("x"))
    (tmp_path / "keys.keyfob").write_bytes(other.read())
    with pytest.raises(DamagedError):
        vault.add(draft("b"), Secret("2"))
    assert store.read() == other.read()


def test_a_vault_removed_while_open_is_said_to_be_missing(vault: Vault, tmp_path: Path) -> None:
    (tmp_path / "keys.keyfob").unlink()
    with pytest.raises(VaultMissingError):
        vault.add(draft("a"), Secret("x"))


def test_a_failed_save_changes_nothing(
    store: FileStore, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.add(draft("a"), Secret("1"))
    before = store.read()

    def fail(*_: object, **__: object) -> None:
        raise StorageError("The disk is full.")

    monkeypatch.setattr(FileStore, "replace", fail)
    with pytest.raises(StorageError):
        vault.add(draft("b"), Secret("2"))
    monkeypatch.undo()
    assert [key.name for key in vault.keys] == ["a"]
    assert store.read() == before
    vault.add(draft("b"), Secret("2"))
    assert len(reopened(store).keys) == 2


def test_after_a_lock_nothing_answers_and_nothing_is_left(vault: Vault) -> None:
    vault.add(draft("a-name-to-look-for"), Secret("x"))
    key = vault.keys[0]
    del key
    vault.lock()
    vault.lock()
    assert vault.locked
    acts: list[Callable[[], object]] = [
        lambda: vault.keys,
        lambda: vault.find("a"),
        lambda: vault.secret("x"),
        lambda: vault.add(draft("b"), Secret("y")),
        vault.refresh,
    ]
    for act in acts:
        with pytest.raises(LockedError):
            act()
    gc.collect()
    reachable = gc.get_referents(vault, vars(vault), vars(vault._session))
    assert not [thing for thing in reachable if "a-name-to-look-for" in repr(thing)]


def test_fields_of_a_newer_keyfob_survive(store: FileStore, vault: Vault) -> None:
    key = vault.add(draft("a"), Secret("1"))
    session = vault._session
    settings_, entries = decode_body(
        encode_body(session.settings, session.entries).replace(
            b'"note":""', b'"note":"","links":[{"kind":"ci"}]'
        )
    )

    def plant(present: dict[str, object]) -> None:
        present.update(entries)

    session.change(plant, settings=lambda _: replace(settings_, other={"theme": "x"}))  # type: ignore[arg-type]
    again = reopened(store)
    again.edit(key.id, Change(note="changed"))
    final = reopened(store)
    assert final.key(key.id).other == {"links": [{"kind": "ci"}]}
    assert final._session.settings.other == {"theme": "x"}
    with final.secret(key.id) as secret:
        assert secret.reveal() == "1"


def test_the_header_counts_ends_and_says_nothing_when_off(store: FileStore, vault: Vault) -> None:
    for name, days in (("a", 30.0), ("b", 30.0), ("c", 1.0), ("d", None)):
        vault.add(draft(name, days), Secret(name))
    vault.revoke(vault.find("b").id)
    header = read_header(store.read())
    assert sorted((row.life_hours, row.count) for row in header.expiries) == [(24, 1), (720, 1)]
    assert (header.never, header.revoked) == (1, 1)
    vault.set_index("off")
    header = read_header(store.read())
    assert (header.expiries, header.never, header.revoked) == ((), 0, 0)
    assert vault.index == "off"


def test_the_same_randomness_makes_the_same_file(tmp_path: Path) -> None:
    files = []
    for number in range(2):
        store = FileStore(tmp_path / str(number))
        entropy = random.Random(1).randbytes
        vault, _ = Vault.create(store, PASSWORD, cost=CHEAPEST, clock=clock, entropy=entropy)
        vault.add(draft("a"), Secret("x"))
        files.append(store.read())
    assert files[0] == files[1]
    assert Vault.open(FileStore(tmp_path / "0"), PASSWORD).find("a").name == "a"


def test_production_randomness_is_the_systems() -> None:
    assert Vault.create.__kwdefaults__ is not None
    assert Vault.create.__kwdefaults__["entropy"] is os.urandom


names = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=12)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("arxe"), names, names), max_size=12))
def test_a_history_of_changes_reads_back_as_it_was_made(steps: list[tuple[str, str, str]]) -> None:
    store = MemoryStore()
    vault, _ = Vault.create(store, PASSWORD, cost=CHEAPEST, clock=clock)
    model: dict[str, str] = {}
    for act, name, value in steps:
        held = {key.name: key for key in vault.keys}
        try:
            if act == "a":
                vault.add(draft(name), Secret(value))
                model[name] = value
            elif held:
                key = next(iter(held.values()))
                if act == "r":
                    vault.rotate(key.id, Secret(value))
                    model[key.name] = value
                elif act == "x":
                    vault.remove(key.id)
                    del model[key.name]
                else:
                    vault.edit(key.id, Change(name=name))
                    model[name] = model.pop(key.name)
        except NameTakenError:
            continue
    again = Vault.open(store, PASSWORD)
    found = {}
    for key in again.keys:
        with again.secret(key.id) as secret:
            found[key.name] = secret.reveal()
    assert found == model
