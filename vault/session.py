"""One open vault file: its records as they were last read, kept in step with the disk.

A change is applied to the newest state, never to a stale one: under the store's lock the file is
read again if another process saved it, the change is made to that, and the file is replaced.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeAlias, TypeVar

from vault.clock import Clock
from vault.errors import DamagedError, LockedError, NewVaultKeyError, StorageError
from vault.index import index_rows, save_mark
from vault.records import Entry, VaultSettings, decode_body, encode_body, make_entry
from vault.sealing import vaultfile
from vault.sealing.header import Header, count_expiries, read_header, verify_check
from vault.sealing.renewal import Slots, reseal
from vault.sealing.vaultfile import VaultKey
from vault.store.base import Store
from vault.store.state import LocalState

T = TypeVar("T")
Entropy: TypeAlias = Callable[[int], bytes]
Entries: TypeAlias = dict[str, Entry]


class Session:
    """The decrypted side of a vault file, from unlocking to locking. Safe to use from any thread.

    Attributes:
        mutex: Held during every change; reentrant.
        warning: One sentence about an older copy, or "".
    """

    def __init__(
        self,
        store: Store,
        key: VaultKey,
        data: bytes,
        *,
        state: LocalState | None,
        clock: Clock,
        entropy: Entropy,
    ) -> None:
        self.mutex = threading.RLock()
        self.warning = ""
        self._store = store
        self._state = state
        self._clock = clock
        self._entropy = entropy
        self._gathering = False
        self._key: VaultKey | None = key
        self._header: Header
        self._settings: VaultSettings
        self._entries: Entries
        self._load(data)
        self._look_back()
        self._publish()

    @property
    def locked(self) -> bool:
        """Whether everything decrypted was forgotten."""
        return self._key is None

    @property
    def key(self) -> VaultKey:
        """The vault key.

        Raises:
            LockedError: The vault was locked.
        """
        if self._key is None:
            raise LockedError("The vault is locked.", "Open it again with the password.")
        return self._key

    @property
    def vault_id(self) -> str:
        """The vault's identity, 32 hex digits."""
        return self._header.vault_id

    @property
    def slots(self) -> Slots:
        """The ways to open the vault, as the header has them."""
        return self._header.slots

    @property
    def settings(self) -> VaultSettings:
        """The vault's own settings."""
        return self._settings

    @property
    def entries(self) -> Entries:
        """The keys by id, in the order they were added. Not to be changed.

        Raises:
            LockedError: The vault was locked.
        """
        _ = self.key
        return self._entries

    def change(
        self,
        mutate: Callable[[Entries], T],
        *,
        settings: Callable[[VaultSettings], VaultSettings] = lambda old: old,
        slots: Callable[[Slots], Slots] | None = None,
    ) -> T:
        """Apply a change to the newest state and save it; answers what `mutate` answers.

        Args:
            mutate: Changes the entries.
            settings: Changes the vault's own settings.
            slots: Changes the ways to open the vault. The backup is then replaced as well, so
                that it opens with nothing that the vault does not open with.

        Raises:
            VaultError: What `mutate` raises, or why the file could not be read or written;
                nothing changed then.
        """
        with self.mutex:
            key = self.key
            if self._gathering and slots is None:
                entries = dict(self._entries)
                result = mutate(entries)
                self._entries, self._settings = entries, settings(self._settings)
                return result
            with self._store.locked():
                self.catch_up()
                entries = dict(self._entries)
                result = mutate(entries)
                ways = None if slots is None else slots(self._header.slots)
                self._save(key, entries, settings(self._settings), ways)
            return result

    @contextmanager
    def gathered(self) -> Iterator[None]:
        """Changes made within a `with` block are saved once, at its end, however it is left.

        No other keyfob can save meanwhile, so nobody is to be asked or waited for within; nor can
        what opens the vault be changed.

        Raises:
            VaultError: Why the file could not be read or written; none of the changes was made.
        """
        with self.mutex, self._store.locked():
            self.catch_up()
            entries, settings = self._entries, self._settings
            self._gathering = True
            try:
                yield
            finally:
                self._gathering = False
                if self._entries is not entries:
                    self._save_gathered(entries, settings)

    def _save_gathered(self, entries: Entries, settings: VaultSettings) -> None:
        """Save what was gathered since these were read; if that fails, they are what counts."""
        gathered = self._entries, self._settings
        self._entries, self._settings = entries, settings
        self._save(self.key, *gathered, None)

    def change_key(self, new: VaultKey, slots: Slots) -> None:
        """Seal everything anew under another vault key, and go on with that.

        Whoever has the old vault key, from a copy of the file, can read no later save with it.

        Args:
            new: The vault key from now on; wiped by `lock`.
            slots: The only ways to open the vault from now on.

        Raises:
            DamagedError: One of the secrets does not open; nothing changed.
            VaultError: Why the file could not be read or written; nothing changed.
        """
        with self.mutex:
            old = self.key
            with self._store.locked():
                self.catch_up()
                entries = {
                    key_id: self._resealed(entry, new) for key_id, entry in self._entries.items()
                }
                self._save(new, entries, self._settings, slots)
                self._key = new
            old.wipe()

    def _resealed(self, entry: Entry, new: VaultKey) -> Entry:
        key = entry.key
        try:
            sealed, mark = reseal(
                entry.sealed,
                old=self.key,
                new=new,
                vault_id=self.vault_id,
                key_id=key.id,
                revision=key.revision,
                entropy=self._entropy,
            )
        except DamagedError as error:
            raise DamagedError(
                error.message, f"Nothing was changed. Remove or rotate {key.name!r} first."
            ) from None
        return make_entry(replace(key, fingerprint=mark), sealed)

    def _save(
        self, key: VaultKey, entries: Entries, settings: VaultSettings, slots: Slots | None
    ) -> None:
        """Put this in the file, under the store's lock.

        Args:
            key: What to seal it under.
            entries: The keys.
            settings: The vault's own settings.
            slots: The ways to open the vault, if they changed.
        """
        header = self._next_header(entries, settings)
        if slots is not None:
            header = replace(header, slots=slots)
        body = encode_body(settings, entries)
        data = vaultfile.seal(header, key, body, entropy=self._entropy)
        self._store.replace(data, keep_backup=slots is None)
        self._header, self._entries, self._settings = header, entries, settings
        self._seen = _imprint(data)
        self._publish()  # still locked, so that no later save publishes before this one

    def catch_up(self) -> bool:
        """Read the file again if another process saved it; whether it had.

        Raises:
            StorageError: It is gone, or was replaced by a copy without the last changes.
            DamagedError: It was replaced by something that does not verify.
            NewVaultKeyError: It was given a new vault key, which the one held here opens no more.
            LockedError: The vault was locked.
        """
        with self.mutex:
            key = self.key
            data = self._store.read()
            if _imprint(data) == self._seen:
                return False
            header = read_header(data)
            self._check_successor(header)
            if not vaultfile.is_under(data, key) and self._shares_no_slot(header):
                verify_check(data)
                raise NewVaultKeyError
            self._load(data)
            return True

    def lock(self) -> None:
        """Wipe the vault key and drop every record. Idempotent."""
        with self.mutex:
            if self._key is not None:
                self._key.wipe()
            self._key = None
            self._entries = {}

    def _load(self, data: bytes) -> None:
        header = read_header(data)
        self._settings, self._entries = decode_body(vaultfile.open_body(data, self.key))
        self._header = header
        self._seen = _imprint(data)

    def _check_successor(self, header: Header) -> None:
        """Refuse a file that cannot have been made by saving what is open here."""
        if header.vault_id != self._header.vault_id:
            raise DamagedError(
                "The vault file was replaced by another vault while it was open.",
                "Nothing was saved. Lock and unlock to look at that one.",
            )
        if header.generation > self._header.generation:
            return
        older = header.generation < self._header.generation
        raise StorageError(
            "The vault file was replaced by "
            + ("an older copy" if older else "a copy that was changed elsewhere")
            + " while it was open.",
            "Nothing was saved. Lock and unlock to look at that copy.",
        )

    def _shares_no_slot(self, header: Header) -> bool:
        """Whether nothing that opened this vault opens that one, as after a new vault key."""
        return not any(slot in self._header.slots for slot in header.slots)

    def _look_back(self) -> None:
        """Warn if this machine has seen a later save than the file holds.

        The file may have been read long before the key was derived, and saved by another process
        meanwhile: so it is read again, after asking what was seen.
        """
        last = self._last_seen()
        if self._header.generation < last:
            self.catch_up()
        if self._header.generation < last:
            self.warning = (
                f"This is an older copy of the vault (save {self._header.generation}; this machine"
                f" has seen save {last}). Keys added since are not in it."
            )

    def _last_seen(self) -> int:
        return self._state.seen(self._header.vault_id) if self._state else 0

    def _next_header(self, entries: Entries, settings: VaultSettings) -> Header:
        dates = () if settings.index == "off" else (entry.record for entry in entries.values())
        expiries, never, revoked = count_expiries(dates)
        return replace(
            self._header,
            # Over every generation seen, so that a restored copy is the newest once it is saved.
            generation=max(self._header.generation, self._last_seen()) + 1,
            saved=self._clock(),
            expiries=expiries,
            never=never,
            revoked=revoked,
        )

    def _publish(self) -> None:
        """Bring the machine's own memory of this vault up to date; never fails a save."""
        if self._state is None:
            return
        if self._header.generation > self._last_seen():  # an older copy stays one until it is saved
            self._state.remember(self._header.vault_id, self._header.generation)
        if self._settings.index != "names":
            self._state.forget_index(self._header.vault_id)
            return
        mark = save_mark(self._seen)
        if self._state.indexed(self._header.vault_id) != mark:
            rows = index_rows(entry.record for entry in self._entries.values())
            self._state.write_index(self._header.vault_id, mark, rows)


def _imprint(data: bytes) -> bytes:
    """Header, MAC and the body's fresh salt: different after every save."""
    return data[: vaultfile.body_offset(data) + vaultfile.SALT_BYTES]
