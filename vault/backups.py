"""Copies of a vault: what each tells without the password, and putting one back.

Loads no cryptography until a copy is verified.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from vault.errors import DamagedError, StorageError, VaultError, VaultMissingError
from vault.sealing.header import Header, read_header
from vault.store.file import FileStore

if TYPE_CHECKING:
    from vault.vault import Vault


@dataclass(frozen=True, slots=True)
class Copy:
    """One vault file, as far as it tells without the password; not yet verified.

    Attributes:
        path: Where it is.
        header: What it says of itself; None if it cannot be read.
        problem: One sentence why it cannot be read, or "".
    """

    path: Path
    header: Header | None
    problem: str = ""

    @property
    def keys(self) -> int | None:
        """How many keys it holds; None if it tells of none, because it may not tell of any."""
        if self.header is None:
            return None
        ends = sum(row.count for row in self.header.expiries)
        return ends + self.header.never + self.header.revoked or None


def look(store: FileStore, path: Path) -> Copy:
    """What a file tells of itself.

    Args:
        store: The file.
        path: What to call it.
    """
    try:
        return Copy(path, read_header(store.read()))
    except VaultError as error:
        return Copy(path, None, error.message)


def verified(data: bytes, password: str) -> Vault:
    """A vault opened from its bytes alone, which proves that all of them verify. Lock it.

    Raises:
        WrongPasswordError: The password does not open it.
        DamagedError: It does not verify.
        NewerFormatError: A newer keyfob wrote it.
    """
    from vault.store.memory import MemoryStore
    from vault.vault import Vault

    return Vault.open(MemoryStore(data), password)


def broken_secrets(vault: Vault) -> list[str]:
    """The names of the keys whose secrets do not open. Opens all of them, one at a time."""
    broken = []
    for key in vault.keys:
        try:
            vault.secret(key.id).wipe()
        except DamagedError:
            broken.append(key.name)
    return broken


def present(store: FileStore) -> bytes | None:
    """What is in the vault's place now, or None if nothing is.

    Raises:
        StorageError: It cannot be read.
    """
    try:
        return store.read()
    except VaultMissingError:
        return None


def put_back(
    store: FileStore, data: bytes, *, instead: bytes | None, damaged: bool, now: datetime
) -> Path | None:
    """Put a copy in the vault's place; answers where what was there is kept, if anything was.

    The copy stays as it is, byte for byte, so its count of saves may be lower than this machine
    remembers: keyfob calls it an older copy until it is saved.

    Args:
        store: The vault's place.
        data: The copy, verified.
        instead: What the user agreed to replace.
        damaged: Whether that is damaged; it is named so.
        now: The time to name it with.

    Raises:
        StorageError: Something else is there by now, or it could not be saved. Nothing changed.
    """
    word = "damaged" if damaged else "replaced"
    with store.locked():
        if present(store) != instead:
            raise StorageError(
                "The vault was changed meanwhile.", "Nothing was put back. Try again."
            )
        return store.put_back(data, aside=f"{word}-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")


def state_of(data: bytes, password: str) -> tuple[int | None, str]:
    """What a password shows of the file that is to be replaced.

    Returns:
        How many keys it holds if it opens, else None; what is wrong with it if it is damaged,
        else "". Both are empty for one that opens with another password only.
    """
    try:
        vault = verified(data, password)
    except DamagedError as error:
        return None, error.message
    except VaultError:
        return None, ""
    try:
        return len(vault.keys), ""
    finally:
        vault.lock()
