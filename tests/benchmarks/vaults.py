"""Vaults of any size, as they lie on a disk after their owner opened them once."""

from __future__ import annotations

import random
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from vault.keys.glob import Glob, Matching
from vault.keys.grant import grants_for
from vault.keys.key import Key
from vault.keys.lifetime import Lifetime
from vault.keys.own_secret import generate_own_secret
from vault.records import VaultSettings, encode_body, make_entry
from vault.sealing import vaultfile
from vault.sealing.header import Header, count_expiries
from vault.sealing.kdf import CHEAPEST, derive
from vault.store.file import FileStore
from vault.store.state import LocalState
from vault.vault import Vault

PASSWORD = "correct horse battery staple"
SIZES = (10, 1_000, 10_000)

_REGISTRIES = {
    "nuget.org": (Matching.GLOB, ("push-version",), "Contoso.Part{}.*"),
    "crates.io": (Matching.PREFIX, ("publish-update",), "contoso-{}-*"),
    "pypi": (Matching.PROJECT, ("upload",), "contoso-{}"),
    "own-feed": (Matching.GLOB, ("push", "unlist"), "Internal.Part{}.*"),
}


@dataclass(frozen=True, slots=True)
class VaultOnDisk:
    """A vault and the directories around it, all under one temporary directory.

    Attributes:
        root: The temporary directory.
        keys: How many keys the vault holds.
    """

    root: Path
    keys: int

    @property
    def store(self) -> FileStore:
        """The vault's file."""
        return FileStore(self.root / "keys.keyfob")

    @property
    def state(self) -> LocalState:
        """What the machine remembers of it, where the real program looks for it."""
        return LocalState(self.root / "state" / "keyfob")

    @property
    def environ(self) -> dict[str, str]:
        """Variables that lead the real program to this vault and away from the user's own."""
        places = {"STATE": "state", "DATA": "data", "CONFIG": "config", "CACHE": "cache"}
        homes = {f"XDG_{name}_HOME": str(self.root / place) for name, place in places.items()}
        return {**homes, "HOME": str(self.root), "KEYFOB_VAULT": str(self.root / "keys.keyfob")}

    def open(self) -> Vault:
        """The vault, opened as the program opens it."""
        return Vault.open(self.store, PASSWORD, state=self.state)


class Vaults:
    """Vaults by their size, made when they are first asked for."""

    def __init__(self, root: Path) -> None:
        """Make none yet.

        Args:
            root: A temporary directory.
        """
        self._root = root
        self._made: dict[int, VaultOnDisk] = {}

    def __getitem__(self, count: int) -> VaultOnDisk:
        """The vault of so many keys."""
        if count not in self._made:
            self._made[count] = make_vault(self._root / str(count), count)
        return self._made[count]

    @property
    def nowhere(self) -> VaultOnDisk:
        """A place where there is no vault yet."""
        root = Path(tempfile.mkdtemp(dir=self._root))
        return VaultOnDisk(root, 0)


def make_vault(root: Path, count: int) -> VaultOnDisk:
    """A vault of so many keys, rotated in time: few are due, expired, endless or revoked."""
    root.mkdir()
    made = VaultOnDisk(root, count)
    chance = random.Random(count)
    now = datetime.now(UTC).replace(microsecond=0)
    vault_key, vault_id, slots, _ = vaultfile.create(PASSWORD, cost=CHEAPEST)
    keys = [_make_key(number, chance, now) for number in range(count)]
    entries = {}
    for key in keys:
        with generate_own_secret() as secret:
            sealed = vaultfile.seal_secret(vault_key, vault_id, key.id, key.revision, secret)
        entries[key.id] = make_entry(key, sealed)
    expiries, never, revoked = count_expiries(key.lifetime for key in keys)
    header = Header(vault_id, 1, now, slots, expiries, never, revoked)
    with made.store.locked():
        made.store.replace(vaultfile.seal(header, vault_key, encode_body(VaultSettings(), entries)))
    made.open().lock()
    return made


def derivation() -> None:
    """One key derivation at the cost of these vaults."""
    derive(PASSWORD.encode(), b"0123456789abcdef", CHEAPEST)


def _make_key(number: int, chance: random.Random, now: datetime) -> Key:
    registry = chance.choice(list(_REGISTRIES))
    matching, actions, pattern = _REGISTRIES[registry]
    life = timedelta(days=chance.choice((30, 90, 365)))
    # A 30-day key is due from two thirds of its life on; one in a hundred is, or has expired.
    created = now - life * (chance.uniform(0, 0.6) if chance.random() < 0.99 else 1.02)
    created = created.replace(microsecond=0)
    expires = None if chance.random() < 0.03 else created + life
    return Key(
        id=f"{chance.getrandbits(128):032x}",
        name=f"key-{number:05}",
        registry=registry,
        owner=chance.choice(("contoso", "ada", "fabrikam")),
        grants=grants_for(actions, [Glob(pattern.format(number), matching)]),
        lifetime=Lifetime(created, expires, now if chance.random() < 0.01 else None),
        format="nuget v4",
        fingerprint=f"{chance.getrandbits(24):06x}",
        copied=created,
        note=f"GitHub contoso/part{number}, secret NUGET_KEY",
    )
