"""A vault with keys, and a private directory whose path is short enough for a socket."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from vault import Draft, Glob, Grant, Lifetime, Secret, Vault
from vault.sealing.kdf import CHEAPEST
from vault.store.file import FileStore
from vault.store.memory import MemoryStore

PASSWORD = "made-up horse battery"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECRETS = {"alpha": "oy2-made-up-alpha", "beta": "oy2-made-up-ünï"}


@pytest.fixture
def short() -> Iterator[Path]:
    directory = Path(tempfile.mkdtemp(prefix="kf-", dir="/tmp"))
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


def filled(store: FileStore | MemoryStore) -> Vault:
    vault, _ = Vault.create(store, PASSWORD, cost=CHEAPEST, clock=lambda: NOW)
    for name, value in SECRETS.items():
        grants = (Grant("push", Glob("Contoso.*")),)
        with Secret(value) as secret:
            vault.add(Draft(name, "nuget.org", "contoso", grants, Lifetime(NOW)), secret)
    return vault


@pytest.fixture
def vault() -> Vault:
    return filled(MemoryStore())
