from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tui.copying import Held, copy_key, way_taken
from vault import Draft, Glob, Grant, Lifetime, Secret, Vault
from vault.clipboard import MemoryClipboard, Receipt
from vault.errors import LockedError, StorageError
from vault.keys.key import Key
from vault.sealing.kdf import CHEAPEST
from vault.store.memory import MemoryStore

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class ReadOnlyStore(MemoryStore):
    """A store that takes nothing once it is closed."""

    closed = False

    def replace(self, data: bytes, *, keep_backup: bool = True) -> None:
        if self.closed:
            raise StorageError("Could not save memory: the disk is read-only.")
        super().replace(data, keep_backup=keep_backup)


@pytest.fixture
def store() -> ReadOnlyStore:
    return ReadOnlyStore()


@pytest.fixture
def vault(store: ReadOnlyStore) -> Vault:
    return Vault.create(store, "made-up password", cost=CHEAPEST, clock=lambda: NOW)[0]


@pytest.fixture
def key(vault: Vault) -> Key:
    grants = (Grant("push", Glob("Contoso.*")),)
    life = Lifetime(NOW, NOW + timedelta(days=30))
    return vault.add(Draft("release", "nuget.org", "contoso", grants, life), Secret("made-up"))


def test_a_vault_that_cannot_be_written_to_can_be_copied_from(
    store: ReadOnlyStore, vault: Vault, key: Key
) -> None:
    store.closed = True
    clipboard = MemoryClipboard()
    held, unrecorded = copy_key(vault, key, clipboard, 30, NOW)
    assert held.name == "release"
    assert clipboard.holds
    assert isinstance(unrecorded, StorageError)
    assert unrecorded.message == "release is copied, but that is not recorded."
    assert "read-only" in unrecorded.hint


def test_a_copy_that_lands_after_locking_does_not_stay(vault: Vault, key: Key) -> None:
    class LockedMeanwhile(MemoryClipboard):
        def copy(self, secret: Secret, seconds: float) -> Receipt:
            vault.lock()
            self.clear()
            return super().copy(secret, seconds)

    clipboard = LockedMeanwhile()
    with pytest.raises(LockedError):
        copy_key(vault, key, clipboard, 30, NOW)
    assert clipboard.copies
    assert not clipboard.holds


def test_the_longest_name_leaves_a_toast_of_two_lines() -> None:
    held = Held(
        "contoso " * 12,
        NOW,
        30,
        Receipt("tmux", confirmed=False, clears_itself=True, sentence="S" * 60, advice="A" * 35),
    )
    said = way_taken(held, set())
    assert len(said) <= 2 * 72
    assert said.startswith("contoso contoso")
