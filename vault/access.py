"""The ways into an open vault: how it was opened, and how its password and its code change.

The keys stay sealed under the same vault key, and only the slots that wrap it are made anew, unless
a new vault key is asked for. Every such save replaces the backup too, so that what opened the vault
before opens neither file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import reduce
from typing import Any, Literal, TypeAlias

from vault.errors import ValueRefusedError, WrongPasswordError
from vault.sealing import vaultfile
from vault.sealing.header import read_header
from vault.sealing.kdf import STANDARD, KdfCost
from vault.sealing.recovery import parse_code
from vault.sealing.renewal import (
    Slots,
    is_recovery_code,
    is_weak,
    with_keyring_slot,
    with_slot,
    without_keyring_slots,
)
from vault.sealing.slots import new_keyring_slot, new_password_slot, new_recovery_slot
from vault.sealing.vaultkey import KEY_SIZE, VaultKey
from vault.session import Entries, Entropy, Session
from vault.store.base import Store

Way: TypeAlias = Literal["password", "recovery"]
"""What a vault was opened with."""


class Access:
    """The part of `Vault` that is about opening and locking it, whatever keys it holds.

    Attributes:
        label: What to call this vault on screen.
        opened_with: Whether its password or its recovery code opened it.
    """

    def __init__(
        self, store: Store, session: Session, *, opened_with: Way, entropy: Entropy
    ) -> None:
        self.label = store.label
        self.opened_with: Way = opened_with
        self._store = store
        self._session = session
        self._entropy = entropy

    @property
    def warning(self) -> str:
        """One sentence about something the user must know (an older copy), or ""."""
        return self._session.warning

    @property
    def locked(self) -> bool:
        """Whether `lock` was called."""
        return self._session.locked

    def refresh(self) -> bool:
        """Read again what another process may have saved; whether anything changed.

        Raises:
            StorageError: The file is gone or was replaced by an older copy.
            DamagedError: It was replaced by something else.
        """
        return self._session.catch_up()

    def lock(self) -> None:
        """Forget everything decrypted, once nothing holds it open. Idempotent."""
        self._session.lock()

    @contextmanager
    def staying_open(self) -> Iterator[None]:
        """Let `lock`, and every change from another thread, wait until this is over.

        For what must be saved once it has begun: a registry shows a new value once.
        """
        with self._session.mutex:
            yield

    def check_password(self, text: str) -> Way:
        """Whether a text opens this vault as it is on disk now, and as what.

        Blocks for a key derivation.

        Raises:
            WrongPasswordError: It is neither the password nor the recovery code.
            NewVaultKeyError: The vault was given a new vault key, so it must be opened again.
            VaultError: The file cannot be read, is damaged, or is another one by now.
        """
        self._session.catch_up()
        data = self._store.read()
        found = vaultfile.unlock(data, text)
        same = found == self._session.key
        found.wipe()
        if not same:
            raise WrongPasswordError("The password does not open this vault.")
        return way_in(data, text)

    def kdf_is_weak(self, policy: KdfCost = STANDARD) -> bool:
        """Whether a guess at this vault's password costs less than the policy asks."""
        return is_weak(self._session.slots, policy)

    def change_password(self, new: str, *, cost: KdfCost) -> None:
        """Let a new password open the vault, and the old one nothing. Blocks for a derivation.

        Args:
            new: As typed; normalised here.
            cost: Price of one guess at it, from this computer's own policy.

        Raises:
            ValueRefusedError: It is empty, too long, not text, or a recovery code.
            StorageError: The vault could not be saved; the old password still opens it.
        """
        with self._session.mutex:  # so that no lock wipes the key while it is wrapped
            self._renew(self._password_slot(new, cost))

    def new_recovery_code(self) -> str:
        """A fresh recovery code, to be shown once; the old one opens nothing any more.

        Raises:
            StorageError: The vault could not be saved; the old code still opens it.
        """
        with self._session.mutex:
            slot, code = self._recovery_slot()
            self._renew(slot)
        return code

    def recover(self, new: str, *, cost: KdfCost) -> str:
        """A new password and a fresh recovery code in one save; answers the code.

        Raises:
            ValueRefusedError: The password is empty, too long, not text, or a recovery code.
            StorageError: The vault could not be saved; what opened it before still does.
        """
        with self._session.mutex:
            slot, code = self._recovery_slot()
            self._renew(self._password_slot(new, cost), slot)
        return code

    def renew_key(self, new: str, *, cost: KdfCost) -> str:
        """A new vault key, and everything sealed anew under it; answers the new recovery code.

        For a vault of which a copy leaked together with what opens it: whoever took the vault key
        out of that could read every later save, whatever its password. Nothing else opens the vault
        from then on: slots of other types wrap the old vault key, and are dropped.

        Args:
            new: The password from now on, as typed; normalised here.
            cost: Price of one guess at it, from this computer's own policy.

        Raises:
            ValueRefusedError: The password is empty, too long, not text, or a recovery code.
            DamagedError: A secret does not open, so it cannot be sealed anew.
            StorageError: The vault could not be saved; what opened it before still does.
        """
        with self._session.mutex:
            key = VaultKey(self._entropy(KEY_SIZE))
            try:
                by_password = self._password_slot(new, cost, key)
                by_code, code = self._recovery_slot(key)
                self._session.change_key(key, (by_password, by_code))
            except BaseException:
                key.wipe()
                raise
        return code

    def remember(self, material: bytes, *, replaced: bytes | None = None) -> None:
        """Let a computer's keyring open this vault, beside everything else that does.

        Args:
            material: The random bytes that it holds from now on.
            replaced: What it held before: the slot which that opens goes.

        Raises:
            ValueRefusedError: Too many computers remember this vault.
            StorageError: The vault could not be saved; it is as it was.
        """
        with self._session.mutex:
            key, vault_id = self._session.key, self._session.vault_id
            slot = new_keyring_slot(key, vault_id, material, entropy=self._entropy)
            self._change_slots(lambda slots: with_keyring_slot(slots, vault_id, slot, replaced))

    def forget_keyrings(self) -> bool:
        """Let no computer's keyring open this vault any more; whether one did.

        Raises:
            StorageError: The vault could not be saved; it is as it was.
        """
        with self._session.mutex:
            self._session.catch_up()
            if without_keyring_slots(self._session.slots) == self._session.slots:
                return False
            self._change_slots(without_keyring_slots)
        return True

    def strengthen(self, password: str, *, cost: KdfCost) -> None:
        """Wrap the vault key anew under the same password, at today's price of a guess.

        Blocks for two derivations.

        Raises:
            WrongPasswordError: This is not the password.
            ValueRefusedError: This is the recovery code.
            StorageError: The vault could not be saved; it is as it was.
        """
        if self.check_password(password) == "recovery":
            raise ValueRefusedError("This is the recovery code.", "Type the password instead.")
        self.change_password(password, cost=cost)

    def _password_slot(
        self, new: str, cost: KdfCost, key: VaultKey | None = None
    ) -> dict[str, Any]:
        if parse_code(new) is not None:
            raise ValueRefusedError(
                "A recovery code cannot be the password.", "Choose something only you know."
            )
        opens_to, vault_id = key or self._session.key, self._session.vault_id
        return new_password_slot(opens_to, vault_id, new, cost=cost, entropy=self._entropy)

    def _recovery_slot(self, key: VaultKey | None = None) -> tuple[dict[str, Any], str]:
        opens_to, vault_id = key or self._session.key, self._session.vault_id
        return new_recovery_slot(opens_to, vault_id, entropy=self._entropy)

    def _renew(self, *made: Mapping[str, Any]) -> None:
        """Save the vault with these slots in place of those of their types."""
        self._change_slots(lambda slots: reduce(with_slot, made, slots))

    def _change_slots(self, change: Callable[[Slots], Slots]) -> None:
        def nothing(_: Entries) -> None: ...

        self._session.change(nothing, slots=change)


def way_in(data: bytes, text: str) -> Way:
    """As what a text that opens a vault file opens it."""
    header = read_header(data)
    code = is_recovery_code(header.vault_id, header.slots, text)
    return "recovery" if code else "password"
