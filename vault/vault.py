"""The vault: the one class the front ends use.

A `Vault` is an open vault. It holds the names and dates of every key, and the secrets still
sealed. Every change takes the store's lock, reads again what another process may have saved,
applies itself to that, and replaces the file; then the change is visible here.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from vault.access import Way, way_in
from vault.clock import Clock, now
from vault.errors import StorageError
from vault.finding import find_key
from vault.keeping import Keeping, entry_of, refuse_taken
from vault.keys.grant import Grant
from vault.keys.key import Draft, Key
from vault.keys.lifetime import Lifetime
from vault.keys.secret import Secret
from vault.keys.turn import MAX_HISTORY, Turn
from vault.records import (
    Entry,
    IndexMode,
    VaultSettings,
    encode_body,
    make_entry,
)
from vault.sealing import vaultfile
from vault.sealing.header import Header
from vault.sealing.kdf import STANDARD, KdfCost
from vault.sealing.vaultfile import VaultKey
from vault.session import Entries, Entropy, Session
from vault.store.base import Store
from vault.store.state import LocalState


@dataclass(frozen=True, slots=True)
class Change:
    """What `Vault.edit` may change; a field left at None stays as it is.

    Attributes:
        name: New name.
        owner: New owner.
        grants: New grants.
        lifetime: New dates; the secret stays.
        note: New note.
    """

    name: str | None = None
    owner: str | None = None
    grants: tuple[Grant, ...] | None = None
    lifetime: Lifetime | None = None
    note: str | None = None


class Vault(Keeping):
    """An open vault: find, add, edit, rotate, revoke, remove, and hand out one secret at a time.

    Made by `Vault.create` or `Vault.open`. Its methods may be called from any thread. After
    `lock` nothing decrypted is reachable from it and every method raises `LockedError`.
    What concerns its password and its lock is in `Access`, what it remembers of its
    keys' secrets, uses and places in `Keeping`.
    """

    def __init__(
        self,
        store: Store,
        key: VaultKey,
        data: bytes,
        *,
        state: LocalState | None = None,
        clock: Clock = now,
        entropy: Entropy = os.urandom,
        opened_with: Way = "password",
    ) -> None:
        session = Session(store, key, data, state=state, clock=clock, entropy=entropy)
        super().__init__(store, session, opened_with=opened_with, entropy=entropy, clock=clock)

    @classmethod
    def create(
        cls,
        store: Store,
        password: str,
        *,
        cost: KdfCost = STANDARD,
        index: IndexMode = "names",
        state: LocalState | None = None,
        clock: Clock = now,
        entropy: Entropy = os.urandom,
    ) -> tuple[Self, str]:
        """Make a new, empty vault.

        Args:
            store: Where it will live; nothing may be there yet.
            password: Opens it from now on.
            cost: Price of one guess at the password; see `vault.sealing.kdf.calibrate`.
            index: What `keyfob check` may say without a password.
            state: The machine's own memory of vaults, or None to leave no trace.
            clock: Answers the current time.
            entropy: Source of random bytes.

        Returns:
            The open vault, and its recovery code, which is stored nowhere else.

        Raises:
            ValueRefusedError: The password cannot be used.
            StorageError: Something is there already, or the store cannot be written.
        """
        key, vault_id, slots, code = vaultfile.create(password, cost=cost, entropy=entropy)
        header = Header(vault_id=vault_id, generation=1, saved=clock(), slots=slots)
        data = vaultfile.seal(header, key, encode_body(VaultSettings(index), {}), entropy=entropy)
        with store.locked():
            if store.exists():
                raise StorageError(
                    f"There is a vault at {store.label} already.",
                    "Choose another place with --vault, or open this one.",
                )
            store.replace(data)
        return cls(store, key, data, state=state, clock=clock, entropy=entropy), code

    @classmethod
    def open(
        cls,
        store: Store,
        password: str,
        *,
        state: LocalState | None = None,
        clock: Clock = now,
        entropy: Entropy = os.urandom,
    ) -> Self:
        """Open a vault with its password or its recovery code.

        Raises:
            WrongPasswordError: Neither opens it.
            DamagedError: The file is damaged, tampered with or no vault; it stays untouched.
            NewerFormatError: A newer keyfob wrote it.
            StorageError: It is missing or cannot be read.
        """
        data = store.read()
        key = vaultfile.unlock(data, password)
        way = way_in(data, password)
        return cls(store, key, data, state=state, clock=clock, entropy=entropy, opened_with=way)

    @property
    def index(self) -> IndexMode:
        """What `keyfob check` may say of this vault without a password."""
        return self._session.settings.index

    @property
    def keys(self) -> list[Key]:
        """All keys, in the order they were added."""
        return [entry.key for entry in self._session.entries.values()]

    @property
    def entries(self) -> list[Entry]:
        """All keys, in that order, before they are made: to sort and search thousands at once."""
        return list(self._session.entries.values())

    def key(self, key_id: str) -> Key:
        """The key with this id.

        Raises:
            KeyNotFoundError: There is none (it was removed meanwhile).
        """
        return entry_of(self._session.entries, key_id).key

    def find(self, name: str, *, prefix: bool = False) -> Key:
        """The key with this name, whatever its case.

        Args:
            name: The name.
            prefix: Also take the beginning of a name, if only one key's name begins so.

        Raises:
            KeyNotFoundError: No key has it; the hint offers near ones.
            AmbiguousNameError: Several names begin so.
        """
        return find_key(self.keys, name, prefix=prefix)

    def add(self, draft: Draft, secret: Secret, *, recognised: str = "") -> Key:
        """Add a key with its secret.

        Args:
            draft: The checked settings of the new key.
            secret: Its value; sealed here, the caller may wipe it.
            recognised: What the secret's format is, e.g. `nuget v4`.

        Raises:
            NameTakenError: Another key has this name.
            StorageError: The vault could not be saved; nothing changed.
        """
        key = Key(
            id=self._entropy(16).hex(),
            name=draft.name,
            registry=draft.registry,
            owner=draft.owner,
            grants=draft.grants,
            lifetime=draft.lifetime,
            format=recognised,
            fingerprint=vaultfile.fingerprint(self._session.key, secret),
            note=draft.note,
        )
        return self._insert(key, secret)

    def adopt(self, key: Key, secret: Secret) -> Key:
        """Add a key of another vault with all that is known of it: dates, places, history.

        Args:
            key: What is known of it; it is given an id and a fingerprint of this vault's own.
            secret: Its value; sealed here, the caller may wipe it.

        Raises:
            NameTakenError: Another key has this name.
            StorageError: The vault could not be saved; nothing changed.
        """
        mark = vaultfile.fingerprint(self._session.key, secret)
        return self._insert(replace(key, id=self._entropy(16).hex(), fingerprint=mark), secret)

    def edit(self, key_id: str, change: Change) -> Key:
        """Change a key's settings; its secret stays.

        Raises:
            KeyNotFoundError: The key is gone.
            NameTakenError: Another key has the new name.
            StorageError: The vault could not be saved; nothing changed.
        """
        fields = {
            name: value
            for name in ("name", "owner", "grants", "lifetime", "note")
            if (value := getattr(change, name)) is not None
        }
        return self._update(key_id, lambda key: replace(key, **fields))

    def rotate(
        self,
        key_id: str,
        secret: Secret,
        *,
        lifetime: Lifetime | None = None,
        recognised: str = "",
        why: str = "",
        retire: bool = False,
        former: str = "",
    ) -> Key:
        """Give a key a new secret: same name, owner, grants and duration; the clock restarts.

        Works for expired and revoked keys too. The old secret is gone from the vault, and every
        place of the key is behind.

        Args:
            key_id: The key.
            secret: Its new value.
            lifetime: Dates that the new secret itself reveals; else the old duration from now.
            recognised: What the new secret's format is.
            why: The user's reason, for the key's history.
            retire: Whether the old secret still works, and waits to be ended at the registry.
            former: What the registry's API calls the old secret, if it waits and that is known.

        Raises:
            KeyNotFoundError: The key is gone.
            StorageError: The vault could not be saved; the old secret is still there.
        """
        mark = vaultfile.fingerprint(self._session.key, secret)

        def rotate(entries: Entries) -> Key:
            old = entry_of(entries, key_id).key
            key = replace(
                _turned(old, self._moment(), why, retire=retire, former=former),
                lifetime=lifetime or old.lifetime.renewed(self._clock()),
                format=recognised,
                fingerprint=mark,
            )
            entries[key.id] = make_entry(key, self._seal(key, secret))
            return key

        return self._session.change(rotate)

    def revoke(self, key_id: str) -> Key:
        """Mark a key as revoked; its settings stay, so that it can be rotated back to life.

        Raises:
            KeyNotFoundError: The key is gone.
            StorageError: The vault could not be saved; nothing changed.
        """
        return self._update(
            key_id, lambda key: replace(key, lifetime=key.lifetime.cut(self._clock()))
        )

    def remove(self, key_id: str) -> Key:
        """Forget a key and its secret.

        Raises:
            KeyNotFoundError: The key is gone already.
            StorageError: The vault could not be saved; the key is still there.
        """

        def remove(entries: Entries) -> Key:
            key = entry_of(entries, key_id).key
            del entries[key_id]
            return key

        return self._session.change(remove)

    def holder(self, secret: Secret) -> Key | None:
        """The key that holds this very secret, or None: finds a secret pasted a second time."""
        mark = vaultfile.fingerprint(self._session.key, secret)
        for entry in self.entries:
            if entry.record.fingerprint == mark:
                with self.secret(entry.record.id) as own:
                    if own == secret:
                        return entry.key
        return None

    def set_index(self, mode: IndexMode) -> None:
        """Choose what `keyfob check` may say without a password: names, dates or nothing.

        Raises:
            StorageError: The vault could not be saved; nothing changed.
        """

        def nothing(_: Entries) -> None: ...

        self._session.change(nothing, settings=lambda old: replace(old, index=mode))

    def _insert(self, key: Key, secret: Secret) -> Key:
        def insert(entries: Entries) -> Key:
            refuse_taken(entries, key)
            entries[key.id] = make_entry(key, self._seal(key, secret))
            return key

        return self._session.change(insert)

    def _seal(self, key: Key, secret: Secret) -> str:
        return vaultfile.seal_secret(
            self._session.key,
            self._session.vault_id,
            key.id,
            key.revision,
            secret,
            entropy=self._entropy,
        )


def _turned(old: Key, now: datetime, why: str, *, retire: bool, former: str) -> Key:
    """A key about to have its next secret: all that was known of the former one is past."""
    turn = Turn(now, why, tuple(place.where for place in old.places))
    waiting = old.former or (("",) if old.retire else ())
    return replace(
        old,
        revision=old.revision + 1,
        copied=None,
        used=None,
        places=tuple(place.settled_before(now) for place in old.places),
        history=(*old.history, turn)[-MAX_HISTORY:],
        retire=now if retire else old.retire,
        former=(*waiting, former)[-MAX_HISTORY:] if retire else waiting,
        asked=None,
    )
