"""What a verb needs of a vault that it only reads from or uses: a lender."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from vault.errors import KeyNotFoundError
from vault.finding import find_key
from vault.keys.key import Key
from vault.keys.secret import Secret


class Lender(Protocol):
    """Something that tells of keys and hands out one secret at a time, but never changes a key.

    An open `Vault` is one. So is `vault.agent.client.AgentVault`, behind which an agent holds the
    vault open: whoever has that one never comes by the vault key.
    """

    @property
    def keys(self) -> list[Key]:
        """All keys that it lends, in the order they were added."""

    @property
    def warning(self) -> str:
        """One sentence about something the user must know (an older copy), or ""."""

    def find(self, name: str, *, prefix: bool = False) -> Key:
        """The key with this name, whatever its case.

        Args:
            name: The name.
            prefix: Also take the beginning of a name, if only one key's name begins so.

        Raises:
            KeyNotFoundError: No key has it.
            AmbiguousNameError: Several names begin so.
        """

    def secret(self, key_id: str) -> Secret:
        """The secret of one key. Wipe it after use.

        Raises:
            KeyNotFoundError: The key is gone, or not lent.
        """

    def mark_copied(self, key_id: str, /) -> object:
        """Remember that a key's secret was copied or shown now.

        Raises:
            StorageError: The vault could not be saved.
        """

    def mark_used(self, key_id: str, /) -> object:
        """Remember that a key's secret was handed to a client program now.

        Raises:
            StorageError: The vault could not be saved.
        """


class Only:
    """A lender that lends some keys of another one; of the others it does not even tell."""

    def __init__(self, lender: Lender, key_ids: Collection[str]) -> None:
        self._lender = lender
        self._lent = frozenset(key_ids)

    @property
    def keys(self) -> list[Key]:
        """Those of the keys that it lends."""
        return [key for key in self._lender.keys if key.id in self._lent]

    @property
    def warning(self) -> str:
        """The other lender's warning."""
        return self._lender.warning

    def find(self, name: str, *, prefix: bool = False) -> Key:
        """The key with this name, if it is lent.

        Raises:
            KeyNotFoundError: No key that is lent has it.
            AmbiguousNameError: Several names begin so.
        """
        return find_key(self.keys, name, prefix=prefix)

    def secret(self, key_id: str) -> Secret:
        """The secret of one key, if it is lent.

        Raises:
            KeyNotFoundError: The key is gone, or not lent.
        """
        return self._lender.secret(self._checked(key_id))

    def mark_copied(self, key_id: str, /) -> object:
        """Remember a copy, if the key is lent.

        Raises:
            KeyNotFoundError: The key is gone, or not lent.
        """
        return self._lender.mark_copied(self._checked(key_id))

    def mark_used(self, key_id: str, /) -> object:
        """Remember a use, if the key is lent.

        Raises:
            KeyNotFoundError: The key is gone, or not lent.
        """
        return self._lender.mark_used(self._checked(key_id))

    def _checked(self, key_id: str) -> str:
        if key_id not in self._lent:
            raise KeyNotFoundError("This key is not lent here.")
        return key_id
