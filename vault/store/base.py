"""What a vault needs of the place its bytes are kept in."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol


class Store(Protocol):
    """One vault file's bytes, wherever they are kept.

    Attributes:
        notes: What was found and mended on the way, one sentence each, for the user to read.
    """

    notes: list[str]

    @property
    def label(self) -> str:
        """What to call it on screen; safe to show."""

    def exists(self) -> bool:
        """Whether there is anything under its name, be it a vault or not."""

    def read(self) -> bytes:
        """All its bytes, as one save left them.

        Raises:
            VaultMissingError: There is nothing.
            StorageError: It cannot be read.
        """

    def locked(self) -> AbstractContextManager[None]:
        """Keeps every other keyfob from saving, for the length of a `with` block.

        Not reentrant.

        Raises:
            StorageError: Another process holds the lock for too long, and is named; or the
                place cannot be locked.
        """

    def replace(self, data: bytes, *, keep_backup: bool = True) -> None:
        """Put these bytes in place of the old ones, wholly or not at all. Call it when locked.

        Args:
            data: A whole vault file.
            keep_backup: Whether what was there becomes the backup; if not, the backup too becomes
                these bytes, so that it opens with no password that the vault does not open with.

        Raises:
            StorageError: They could not be saved; what was there before still is, except where
                the message says otherwise.
        """

    def backups(self) -> list[Path]:
        """The backups that exist, to be named when the vault is damaged."""
