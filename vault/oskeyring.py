"""The operating system's keyring: where one computer may remember how to open a vault.

It holds 32 random bytes for each vault, as base64; they open a slot of that vault's file and no
other. The package `keyring` speaks to it: Secret Service and KWallet on Linux, Keychain on macOS,
the Credential Locker on Windows. It is an extra of keyfob's, and imported only when it is used.
"""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Callable
from threading import Thread
from typing import Any, Protocol, TypeVar

from vault.errors import VaultError
from vault.sealing.slots import MATERIAL_SIZE

T = TypeVar("T")

SERVICE = "keyfob"

PATIENCE = 30.0
"""Seconds a keyring may take: it may ask its own user to unlock it."""

_REFUSED = ("fail", "null", "plaintext")
"""In the name of a backend that keeps nothing, or keeps it in the clear."""


class KeyringError(VaultError):
    """The keyring cannot be used, or does not answer."""

    exit_code = 6


class Backend(Protocol):
    """What `keyring` offers of a keyring."""

    def get_password(self, service: str, username: str) -> str | None:
        """What is kept under this name."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep something under this name."""

    def delete_password(self, service: str, username: str) -> None:
        """Keep it no more."""


class OsKeyring:
    """This computer's keyring.

    It is asked in a thread, because it may wait for its user longer than anybody waits here.
    """

    def __init__(self, backend: Backend, *, patience: float = PATIENCE) -> None:
        self._backend = backend
        self._patience = patience

    def recall(self, vault_id: str) -> bytes | None:
        """What it holds for a vault: 32 bytes, or None for nothing that could be of use.

        Raises:
            KeyringError: It does not answer.
        """
        text = self._ask(lambda: self._backend.get_password(SERVICE, vault_id))
        try:
            material = b64decode(text or "", validate=True)
        except (binascii.Error, ValueError):
            return None
        return material if len(material) == MATERIAL_SIZE else None

    def keep(self, vault_id: str, material: bytes) -> None:
        """Hold this for a vault, and see that it does.

        Raises:
            KeyringError: It does not.
        """
        text = b64encode(material).decode("ascii")
        self._ask(lambda: self._backend.set_password(SERVICE, vault_id, text))
        if self.recall(vault_id) != material:
            raise KeyringError("The keyring does not hold what it was given.")

    def drop(self, vault_id: str) -> None:
        """Hold nothing for a vault.

        Raises:
            KeyringError: It does not answer, or refuses.
        """
        if self._ask(lambda: self._backend.get_password(SERVICE, vault_id)) is not None:
            self._ask(lambda: self._backend.delete_password(SERVICE, vault_id))

    def _ask(self, question: Callable[[], T]) -> T:
        answers: list[T] = []
        problems: list[str] = []

        def ask() -> None:
            try:
                answers.append(question())
            except Exception as error:  # noqa: BLE001 - every backend has errors of its own
                problems.append(type(error).__name__)

        thread = Thread(target=ask, daemon=True)
        thread.start()
        thread.join(self._patience)
        if answers:
            return answers[0]
        why = f": {problems[0]}" if problems else " in time"
        raise KeyringError(f"The keyring does not answer{why}.", "Unlock it, then try again.")


def os_keyring(*, patience: float = PATIENCE) -> OsKeyring:
    """This computer's keyring.

    Args:
        patience: Seconds it may take to answer.

    Raises:
        KeyringError: The package `keyring` is missing, or it finds no keyring that keeps secrets.
    """
    try:
        import keyring
    except ImportError:
        raise KeyringError(
            "The Python package keyring is not installed, so no keyring can be used.",
            "Install keyfob with it: pip install 'keyfob[keyring]'",
        ) from None
    backend = usable(keyring.get_keyring())
    if backend is None:
        raise KeyringError(
            "There is no keyring here that keeps secrets.",
            "Start one (GNOME Keyring, KWallet), or go without --remember.",
        )
    return OsKeyring(backend, patience=patience)


def usable(backend: Any) -> Any:
    """The backend that is to hold keyfob's own bytes, of those that `keyring` would use; or None.

    One that keeps nothing or keeps it in the clear is none; nor is keyfob's own backend, which
    would have to open the vault to say how it opens.
    """
    several = getattr(backend, "backends", None)
    for one in [backend] if several is None else several:
        name = f"{type(one).__module__}.{type(one).__name__}".lower()
        if not name.startswith("vault.") and not any(word in name for word in _REFUSED):
            return one
    return None
