"""A copy of a vault that a verb is told of: naming, reading, opening it, saying what it is."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from vault.errors import DamagedError, NewerFormatError

if TYPE_CHECKING:  # only --help and completion go without them
    from vault.cli.desk import Desk
    from vault.sealing.header import Header
    from vault.store.file import FileStore
    from vault.vault import Vault

T = TypeVar("T")


def named_copy(text: str | None, store: FileStore, *, hint: str) -> FileStore:
    """The copy that is meant: the one named, else the vault's own backup.

    Args:
        text: What the user typed, or None.
        store: The vault.
        hint: What to do if the vault has no backup.

    Raises:
        VaultMissingError: None was named and the vault has no backup.
    """
    from vault.errors import VaultMissingError
    from vault.paths import expanded
    from vault.store.file import FileStore

    if text is not None:
        return FileStore(expanded(text))
    found = store.backups()
    if not found:
        raise VaultMissingError(f"There is no backup of {store.label}.", hint)
    return FileStore(found[0])


def read_copy(source: FileStore) -> tuple[bytes, Header]:
    """A copy's bytes, and what it says of itself.

    Raises:
        VaultMissingError: There is none.
        DamagedError: It is damaged or no vault.
        NewerFormatError: A newer keyfob wrote it.
        StorageError: It cannot be read.
    """
    from vault.errors import VaultMissingError
    from vault.sealing.header import read_header

    try:
        data = source.read()
    except VaultMissingError:
        raise VaultMissingError(f"There is no copy at {source.label}.") from None
    return data, read_header(data)


def opened_copy(
    data: bytes,
    source: FileStore,
    args: argparse.Namespace,
    desk: Desk,
    look: Callable[[Vault], T],
) -> tuple[str, T]:
    """A password or recovery code that opens all of a copy, and what is seen in it then.

    Args:
        data: The copy.
        source: Where it is from; its name is asked with.
        args: Name the password's file.
        desk: Its terminal is asked.
        look: Looks at the open vault, which is locked afterwards.

    Raises:
        NoPasswordError: No source gives a password, and there is no terminal.
        WrongPasswordError: It was wrong; at a prompt, several times.
        DamagedError: It does not verify.
    """
    from vault.backups import verified
    from vault.cli.passwords import given_password
    from vault.cli.session import until_right

    def attempt(password: str) -> tuple[str, T]:
        vault = verified(data, password)
        try:
            return password, look(vault)
        finally:
            vault.lock()

    given = given_password(desk, getattr(args, "password_file", None))
    return until_right(desk, f"Password of {source.label}: ", given, attempt)


@contextmanager
def judging(source: FileStore, verdict: str, hint: str) -> Iterator[None]:
    """Put a verdict before the news that a copy is damaged or newer.

    Raises:
        DamagedError: What was raised inside, with the verdict.
        NewerFormatError: Likewise.
    """
    try:
        yield
    except (DamagedError, NewerFormatError) as error:
        raise type(error)(f"{source.label} {verdict}. {error.message}", hint) from None


def say_copy(header: Header, keys: int, desk: Desk) -> str:
    """What a copy is: `save 3 of 2026-11-22 13:00 UTC, 2 keys`."""
    from vault.cli.words import say_time

    what = "key" if keys == 1 else "keys"
    return f"save {header.generation:,} of {say_time(header.saved, desk)}, {keys:,} {what}"
