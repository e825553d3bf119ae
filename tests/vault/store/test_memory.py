from __future__ import annotations

import pytest

from vault.errors import VaultMissingError
from vault.store.base import Store
from vault.store.memory import MemoryStore


def test_it_keeps_what_was_put_in_last() -> None:
    store: Store = MemoryStore()
    assert not store.exists()
    with pytest.raises(VaultMissingError):
        store.read()
    with store.locked():
        store.replace(b"one")
        store.replace(b"two", keep_backup=False)
    assert store.exists()
    assert store.read() == b"two"
    assert store.backups() == []
    assert MemoryStore(b"given").read() == b"given"
