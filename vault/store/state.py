"""What this computer remembers of vaults: the last generation seen, and what is due by name.

Kept in the user's state directory, never beside a vault and never synced. All of it can be lost
without harm, so nothing here ever raises: damaged files read as absent, failed writes say False.
"""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeGuard

from vault.store.disk import make_directory, remove, write_new

MAX_FILE = 64 << 20
"""Largest file in bytes that is read back."""

_MOST_SAVES = 1 << 40
"""More saves than a vault can have had; a damaged file must not make the next save claim more."""

_VAULT_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)


class LocalState:
    """The state directory: 0700, made on the first write; its files 0600, replaced atomically."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def seen(self, vault_id: str) -> int:
        """The generation of this vault that was remembered last, or 0."""
        generation = self._read(vault_id, "seen").get("generation")
        return generation if _is_count(generation) else 0

    def remember(self, vault_id: str, generation: int) -> bool:
        """Remember this generation, even if it is older than the last; whether that worked."""
        return self._write(vault_id, "seen", {"generation": generation})

    def write_index(
        self, vault_id: str, generation: int, rows: Sequence[Mapping[str, Any]]
    ) -> bool:
        """Replace the index of names by the rows of this generation; whether that worked.

        Args:
            vault_id: The vault it is of.
            generation: The save it is of.
            rows: One for each key: `name` and `registry`, texts; `created`, a time as the vault
                writes it, `2026-11-22T12:00:00Z`; `expires` and `revoked`, the same or None.
        """
        return self._write(vault_id, "index", {"generation": generation, "rows": list(rows)})

    def read_index(self, vault_id: str) -> tuple[int, list[dict[str, Any]]] | None:
        """The index as it was written last, with its generation; None if there is none."""
        content = self._read(vault_id, "index")
        generation, rows = content.get("generation"), content.get("rows")
        return (generation, rows) if _is_count(generation) and _are_rows(rows) else None

    def forget_index(self, vault_id: str) -> None:
        """Remove the index of this vault, if there is one."""
        if _VAULT_ID.fullmatch(vault_id):
            remove(self._file(vault_id, "index"))

    def _file(self, vault_id: str, kind: str) -> Path:
        return self._directory / f"{vault_id}.{kind}.json"

    def _read(self, vault_id: str, kind: str) -> dict[str, Any]:
        if not _VAULT_ID.fullmatch(vault_id):
            return {}
        path = self._file(vault_id, kind)
        try:
            found = path.stat()
            if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_FILE:
                return {}
            content = json.loads(path.read_bytes())
        except (OSError, ValueError, RecursionError):
            return {}
        return content if isinstance(content, dict) else {}

    def _write(self, vault_id: str, kind: str, content: dict[str, Any]) -> bool:
        if not _VAULT_ID.fullmatch(vault_id):
            return False
        path = self._file(vault_id, kind)
        new = path.with_name(path.name + ".tmp")
        try:
            make_directory(self._directory)
            data = json.dumps(content, separators=(",", ":")).encode("ascii")
            write_new(new, data, flush=False)
            new.replace(path)
        except (OSError, ValueError):
            remove(new)
            return False
        return True


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST_SAVES


def _are_rows(value: object) -> TypeGuard[list[dict[str, Any]]]:
    return isinstance(value, list) and all(
        isinstance(row, dict)
        and isinstance(row.get("name"), str)
        and isinstance(row.get("registry"), str)
        and _is_time(row.get("created"))
        and (row.get("expires") is None or _is_time(row["expires"]))
        and (row.get("revoked") is None or _is_time(row["revoked"]))
        for row in value
    )


def _is_time(value: object) -> bool:
    return isinstance(value, str) and value.endswith("Z")  # so that it cannot be read as naive
