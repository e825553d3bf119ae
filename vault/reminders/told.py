"""What a desktop was told already, so that each key is told of once a state: kept by no name.

A key is told by the hour of its end and its state, which names and dates of a vault give alike: an
index of names that comes or goes makes nothing new.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from vault.due import Due
from vault.errors import StorageError
from vault.reminders.files import read_file, remove_file, replace_file
from vault.sealing.encoding import format_time


class Told:
    """What was told of one vault, in the state directory."""

    def __init__(self, directory: Path, vault_id: str) -> None:
        self._path = directory / f"{vault_id}.told.json"

    def news(self, rows: Iterable[Due]) -> list[Due]:
        """Those of the rows that were not told yet, in the same order."""
        listed, before = list(rows), self._read()
        now = _marks(listed)
        return [row for row in listed if now[_mark(row)] > before[_mark(row)]]

    def remember(self, rows: Iterable[Due]) -> None:
        """From now on these rows are told, and no others.

        Raises:
            StorageError: That cannot be written.
        """
        now = _marks(rows)
        if now != self._read():
            replace_file(self._path, json.dumps({"told": now}, sort_keys=True).encode() + b"\n")

    def forget(self) -> None:
        """Nothing was told any more.

        Raises:
            StorageError: The file cannot be removed.
        """
        remove_file(self._path)

    def _read(self) -> Counter[str]:
        """What was told; nothing if the file is gone or damaged, for then it is told again."""
        try:
            told = json.loads(read_file(self._path) or b"{}")["told"]
            return Counter({str(mark): int(count) for mark, count in told.items()})
        except (StorageError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return Counter()


def _marks(rows: Iterable[Due]) -> Counter[str]:
    marks: Counter[str] = Counter()
    for row in rows:
        marks[_mark(row)] += row.keys
    return marks


def _mark(row: Due) -> str:
    end = row.lifetime.expires
    return f"{format_time(end)[:13] if end else ''} {row.state}"
