"""Every error keyfob raises on purpose: one sentence, a hint where one helps, an exit code.

The front ends print `message` and `hint` and exit with `exit_code`; they need no other knowledge
of what went wrong. No secret is ever part of either text.
"""

from __future__ import annotations

from typing import ClassVar


class VaultError(Exception):
    """Base of every error keyfob raises on purpose. Never raised directly.

    Attributes:
        message: One sentence: what is wrong, and where.
        hint: What to do about it, or an empty string.
        exit_code: The command line's exit status for this error.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class ValueRefusedError(VaultError):
    """A value is not acceptable: bad glob, unknown scope, lifetime over the maximum."""

    exit_code = 2


class GlobRefusedError(ValueRefusedError):
    """A glob or package id breaks the registry's rules.

    Attributes:
        position: Index of the first offending character in the text as typed, or None.
    """

    def __init__(self, message: str, hint: str = "", *, position: int | None = None) -> None:
        super().__init__(message, hint)
        self.position = position


class NameTakenError(ValueRefusedError):
    """Another key of this vault already has the name."""


class ProfileError(ValueRefusedError):
    """A registry profile is malformed; the message names file and field."""


class NoPasswordError(VaultError):
    """A password is needed and there is no way to ask for one."""

    exit_code = 3


class WrongPasswordError(VaultError):
    """The password (or recovery code) opens no slot of this vault."""

    exit_code = 3


class DamagedError(VaultError):
    """The vault file is damaged, tampered with, or not a keyfob vault."""

    exit_code = 4


class NewerFormatError(VaultError):
    """The vault file was written by a newer keyfob."""

    exit_code = 4


class KeyNotFoundError(VaultError):
    """No key has this name."""

    exit_code = 5


class PlaceNotFoundError(VaultError):
    """The key has no place that is called so, or several that begin so."""

    exit_code = 5


class AmbiguousNameError(VaultError):
    """Several keys fit this name."""

    exit_code = 5


class StorageError(VaultError):
    """The file could not be read or written: missing, permissions, disk full, locked too long."""

    exit_code = 6


class VaultMissingError(StorageError):
    """There is no vault at this path."""


class ClipboardError(VaultError):
    """No way to the clipboard works here; the hint names what to install."""

    exit_code = 6


class LockedError(VaultError):
    """The vault was locked; it must be opened again."""

    exit_code = 3


class NewVaultKeyError(LockedError):
    """The vault was sealed under another vault key since it was opened here."""

    def __init__(self) -> None:
        super().__init__(
            "The vault was given a new vault key.", "Nothing was saved here. Unlock it again."
        )
