"""What becomes of an open vault's keys: secrets handed out, uses and places remembered.

What is remembered changes one key's record; the secret stays sealed as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime

from vault.access import Access, Way
from vault.clock import Clock
from vault.errors import KeyNotFoundError, NameTakenError, ValueRefusedError
from vault.keys.key import Key, name_key
from vault.keys.place import Place, find_place, merged
from vault.keys.secret import Secret
from vault.records import Entry, make_entry
from vault.sealing import vaultfile
from vault.session import Entries, Entropy, Session
from vault.store.base import Store

_TELLING = 8
"""Shorter secrets are found in texts by chance."""


class Keeping(Access):
    """The part of `Vault` that keeps record of what becomes of its keys."""

    def __init__(
        self, store: Store, session: Session, *, opened_with: Way, entropy: Entropy, clock: Clock
    ) -> None:
        super().__init__(store, session, opened_with=opened_with, entropy=entropy)
        self._clock = clock

    def secret(self, key_id: str) -> Secret:
        """The secret of one key, opened now. Wipe it after use.

        Raises:
            KeyNotFoundError: The key is gone.
            DamagedError: The sealed secret does not verify.
        """
        with self._session.mutex:
            vault_key = self._session.key
            entry = entry_of(self._session.entries, key_id)
            key = entry.key
            return vaultfile.open_secret(
                vault_key, self._session.vault_id, key.id, key.revision, entry.sealed
            )

    def gathered(self) -> AbstractContextManager[None]:
        """Changes made within a `with` block are saved once, at its end, however it is left.

        For many changes that need nobody: no other keyfob can save meanwhile.

        Raises:
            VaultError: The vault could not be read or saved; nothing changed.
        """
        return self._session.gathered()

    def mark_copied(self, key_id: str, *, at: datetime | None = None) -> Key:
        """Remember that a key's secret was copied or shown, now or at a given time.

        Raises:
            KeyNotFoundError: The key is gone.
            StorageError: The vault could not be saved.
        """
        time = at or self._clock()
        return self._update(key_id, lambda key: replace(key, copied=time))

    def mark_used(self, key_id: str, *, at: datetime | None = None) -> Key:
        """Remember that a key's secret was handed to a client program, now or at a given time.

        Raises:
            KeyNotFoundError: The key is gone.
            StorageError: The vault could not be saved.
        """
        time = at or self._clock()
        return self._update(key_id, lambda key: replace(key, used=time))

    def set_places(self, key_id: str, places: Sequence[Place]) -> Key:
        """Let a key have these places. What is known of one that stays is kept as it is.

        Raises:
            KeyNotFoundError: The key is gone.
            ValueRefusedError: Two places are called the same, there are too many, or a text of
                one holds the key's secret.
            StorageError: The vault could not be saved; nothing changed.
        """
        self._refuse_secret(key_id, places)
        return self._place(key_id, lambda key: merged(key.places, places))

    def add_place(self, key_id: str, place: Place) -> Key:
        """Let a key have one more place; nothing is known yet of what is installed there.

        Raises:
            VaultError: As `set_places`.
        """
        fresh = replace(place, confirmed=None, waived=None)
        self._refuse_secret(key_id, [fresh])
        return self._place(key_id, lambda key: merged(key.places, (*key.places, fresh)))

    def remove_place(self, key_id: str, where: str) -> Key:
        """Forget one of a key's places.

        Raises:
            PlaceNotFoundError: The key has no place that is called so.
            KeyNotFoundError: The key is gone.
            StorageError: The vault could not be saved; nothing changed.
        """

        def remove(key: Key) -> tuple[Place, ...]:
            gone = find_place(key.places, where)
            return tuple(place for place in key.places if place is not gone)

        return self._place(key_id, remove)

    def confirm_place(self, key_id: str, where: str, *, revision: int | None = None) -> Key:
        """Remember that a key's present secret is installed at a place.

        Args:
            key_id: The key.
            where: What the place is called.
            revision: The key's revision whose secret was installed there, or None for the present
                one: nothing is confirmed if the key was rotated meanwhile.

        Raises:
            PlaceNotFoundError: The key has no place that is called so.
            KeyNotFoundError: The key is gone.
            ValueRefusedError: The key was rotated meanwhile.
            StorageError: The vault could not be saved; nothing changed.
        """
        return self._settle(
            key_id, where, revision, lambda place, time: replace(place, confirmed=time, waived=None)
        )

    def waive_place(self, key_id: str, where: str, *, revision: int | None = None) -> Key:
        """Remember that a key's present secret need not be installed at a place.

        Raises:
            VaultError: As `confirm_place`.
        """
        return self._settle(
            key_id, where, revision, lambda place, time: replace(place, waived=time)
        )

    def retire_done(self, key_id: str, *, revision: int | None = None) -> Key:
        """Remember that a key's former secrets were ended at the registry.

        Raises:
            KeyNotFoundError: The key is gone.
            ValueRefusedError: The key was rotated meanwhile.
            StorageError: The vault could not be saved; nothing changed.
        """

        def retired(key: Key) -> Key:
            _refuse_rotated(key, revision)
            return replace(key, retire=None, former=())

        return self._update(key_id, retired)

    def former_done(self, key_id: str, former: str) -> Key:
        """Remember that one of a key's former secrets was ended at the registry.

        Args:
            key_id: The key.
            former: What the registry's API calls that secret.

        Raises:
            KeyNotFoundError: The key is gone.
            StorageError: The vault could not be saved; nothing changed.
        """

        def ended(key: Key) -> Key:
            left = tuple(one for one in key.former if one != former)
            return replace(key, former=left, retire=key.retire if left else None)

        return self._update(key_id, ended)

    def asks(self, key_id: str, *, revision: int) -> Key:
        """Remember, before it is asked, that a registry is asked for a key's next secret.

        It is saved first: so it is known that the vault can be saved, and a registry whose answer
        never came is not asked with the same secret again, whatever ended keyfob meanwhile.

        Args:
            key_id: The key.
            revision: The key's revision whose secret asks.

        Raises:
            KeyNotFoundError: The key is gone.
            ValueRefusedError: The key was rotated meanwhile, or an answer is owed already.
            StorageError: The vault could not be saved; nothing changed.
        """

        def asking(key: Key) -> Key:
            _refuse_rotated(key, revision)
            if key.asked is not None:
                raise ValueRefusedError(
                    f"The registry of {key.name} was asked for a new value before, and no answer "
                    "is known.",
                    "It is not asked with the same value again.",
                )
            return replace(key, asked=self._moment())

        return self._update(key_id, asking)

    def answered(self, key_id: str) -> Key:
        """Remember that a key's present secret is known to work: its registry owes no answer.

        Raises:
            KeyNotFoundError: The key is gone.
            StorageError: The vault could not be saved; nothing changed.
        """
        return self._update(key_id, lambda key: replace(key, asked=None))

    def _settle(
        self,
        key_id: str,
        where: str,
        revision: int | None,
        settle: Callable[[Place, datetime], Place],
    ) -> Key:
        def settled(key: Key) -> tuple[Place, ...]:
            _refuse_rotated(key, revision)
            chosen = find_place(key.places, where)
            # Not before the secret that it is about, even if the clock went back meanwhile.
            time = max([self._moment(), *(turn.at for turn in key.history[-1:])])
            return tuple(settle(place, time) if place is chosen else place for place in key.places)

        return self._place(key_id, settled)

    def _refuse_secret(self, key_id: str, places: Sequence[Place]) -> None:
        """Refuse a secret where it would be shown, and given to a command as an argument."""
        with self.secret(key_id) as secret:
            value = secret.reveal()
            told = len(value) >= _TELLING
            if told and any(value in place.where + "\0" + place.command for place in places):
                raise ValueRefusedError(
                    "This text holds the secret itself.",
                    "A place's command is given the secret on stdin: leave it out.",
                )

    def _place(self, key_id: str, change: Callable[[Key], tuple[Place, ...]]) -> Key:
        return self._update(key_id, lambda key: replace(key, places=change(key)))

    def _moment(self) -> datetime:
        """The current time in the step in which times are stored."""
        return self._clock().replace(microsecond=0)

    def _update(self, key_id: str, change: Callable[[Key], Key]) -> Key:
        def update(entries: Entries) -> Key:
            entry = entry_of(entries, key_id)
            key = change(entry.key)
            if key.name != entry.key.name:
                refuse_taken(entries, key)
            entries[key_id] = make_entry(key, entry.sealed)
            return key

        return self._session.change(update)


def entry_of(entries: Entries, key_id: str) -> Entry:
    """The entry with this id.

    Raises:
        KeyNotFoundError: There is none (it was removed meanwhile).
    """
    try:
        return entries[key_id]
    except KeyError:
        raise KeyNotFoundError("This key is no longer in the vault.") from None


def refuse_taken(entries: Entries, key: Key) -> None:
    """Refuse a key whose name another one has.

    Raises:
        NameTakenError: Another one has it.
    """
    wanted = name_key(key.name)
    for other in (entry.record for entry in entries.values()):
        if other.id != key.id and name_key(other.name) == wanted:
            raise NameTakenError(
                f"A key called {other.name!r} exists already.", "Pick another name."
            )


def _refuse_rotated(key: Key, revision: int | None) -> None:
    if revision is not None and key.revision != revision:
        raise ValueRefusedError(
            f"{key.name} was given another secret meanwhile.",
            "Nothing was recorded: its places are behind again.",
        )
