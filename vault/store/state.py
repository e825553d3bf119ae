"""What this computer remembers of vaults: the last generation seen, and what is due by name.

Kept in the user's state directory, never beside a vault and never synced. All of it can be lost
without harm, so nothing here ever raises: damaged files read as absent, failed writes say False.
"""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import TypeGuard

from vault.store.disk import make_directory, remove, rename, write_new
from vault.store.private import directory_notes, file_notes
from vault.text import safe

MAX_FILE = 64 << 20
"""Largest file in bytes that is read back."""

_MOST_SAVES = 1 << 40
"""More saves than a vault can have had; a damaged file must not make the next save claim more."""

_INDEX = re.compile(rb'\{"save":"([0-9a-f]{128})","rows":\[\n')
_END = b"\n]}"
_VAULT_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)


class LocalState:
    """The state directory: 0700, made on the first write; its files 0600, replaced atomically.

    Attributes:
        notes: What was open to others and was mended, one sentence each, for the user to read.
    """

    def __init__(self, directory: Path) -> None:
        self.notes: list[str] = []
        self._directory = directory
        self._looked = False

    def seen(self, vault_id: str) -> int:
        """The generation of this vault that was remembered last, or 0."""
        try:
            content = json.loads(self._read(vault_id, "seen"))
        except (ValueError, RecursionError):
            return 0
        generation = content.get("generation") if isinstance(content, dict) else None
        return generation if _is_count(generation) else 0

    def remember(self, vault_id: str, generation: int) -> bool:
        """Remember this generation, even if it is older than the last; whether that worked."""
        return self._write(vault_id, "seen", b'{"generation":%d}' % generation)

    def write_index(self, vault_id: str, save: str, rows: Sequence[bytes]) -> bool:
        """Replace the index of names by that of this save; whether that worked.

        Args:
            vault_id: The vault it is of.
            save: What tells the save it is of from every other: 128 hex digits.
            rows: JSON without line ends, one for each key.
        """
        body = b",\n".join(rows)
        return self._write(
            vault_id, "index", b'{"save":"%b","rows":[\n%b\n]}' % (save.encode("ascii"), body)
        )

    def indexed(self, vault_id: str) -> str:
        """The save that the index is of, or "" if there is none."""
        match = _INDEX.match(self._read(vault_id, "index", 256))
        return match[1].decode() if match else ""

    def read_index(self, vault_id: str) -> tuple[str, list[bytes]] | None:
        """The save that the index is of, and its rows as they were written; None if there is none.

        What is in the rows is not looked at.
        """
        data = self._read(vault_id, "index")
        match = _INDEX.match(data)
        if match is None or not data.endswith(_END) or len(data) < match.end() + len(_END):
            return None
        body = data[match.end() : -len(_END)]
        return match[1].decode(), body.split(b",\n") if body else []

    def forget_index(self, vault_id: str) -> None:
        """Remove the index of this vault, if there is one."""
        if _VAULT_ID.fullmatch(vault_id):
            remove(self._file(vault_id, "index"))

    def _file(self, vault_id: str, kind: str) -> Path:
        return self._directory / f"{vault_id}.{kind}.json"

    def _read(self, vault_id: str, kind: str, most: int = MAX_FILE) -> bytes:
        """The file's first bytes, or none if it is missing, no file, or far too large."""
        if not _VAULT_ID.fullmatch(vault_id):
            return b""
        path = self._file(vault_id, kind)
        try:
            found = path.stat()
            if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_FILE:
                return b""
            self._look()
            with path.open("rb") as file:
                self.notes += file_notes(file.fileno(), safe(str(path)))
                return file.read(min(most, found.st_size + 1))
        except OSError:
            return b""

    def _write(self, vault_id: str, kind: str, data: bytes) -> bool:
        if not _VAULT_ID.fullmatch(vault_id):
            return False
        path = self._file(vault_id, kind)
        new = path.with_name(path.name + ".tmp")
        try:
            make_directory(self._directory)
            self._look()
            write_new(new, data, flush=False)
            rename(new, path)
        except OSError:
            remove(new)
            return False
        return True

    def _look(self) -> None:
        """See once that the directory is private."""
        if not self._looked:
            self._looked = True
            self.notes += directory_notes(self._directory, own=True)


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST_SAVES
