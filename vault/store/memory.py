"""A vault in memory: for the demonstration, and for tests that are not about files."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from vault.errors import VaultMissingError


class MemoryStore:
    """The bytes of one vault, for as long as the process lives. Nothing is written anywhere."""

    def __init__(self, data: bytes | None = None) -> None:
        self.notes: list[str] = []
        self._data = data

    @property
    def label(self) -> str:
        """What to call it on screen."""
        return "memory"

    def exists(self) -> bool:
        """Whether anything was put in."""
        return self._data is not None

    def read(self) -> bytes:
        """The bytes put in last.

        Raises:
            VaultMissingError: None were.
        """
        if self._data is None:
            raise VaultMissingError("There is no vault in memory.")
        return self._data

    def locked(self) -> AbstractContextManager[None]:
        """Nothing: nobody else can reach it."""
        return nullcontext()

    def replace(self, data: bytes, *, keep_backup: bool = True) -> None:  # noqa: ARG002  there is none
        """Put these bytes in place of the old ones; there are no backups."""
        self._data = data

    def backups(self) -> list[Path]:
        """None: it is not on disk."""
        return []
