"""Row 3: the power fails during a save; every disk that it could leave is opened.

A model of what a file system promises: data is on the disk once its file was flushed, a name once
its directory was. Before that any part of either may be: of the data any prefix, or the length
with zeros in place of the data; of the changes to a directory any subset, the two halves of a
rename apart.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.faults.changes import Change, changes
from tests.faults.place import PASSWORD, Place
from tests.faults.row import Row, check
from tests.faults.shim import NOTHING, Call
from vault.errors import VaultError
from vault.sealing import vaultfile

TITLE = "every disk that a power cut could leave"

Names: TypeAlias = dict[str, int]
Step: TypeAlias = tuple[str, int | None]  # a name, and the file it stands for from now on
_MOST_STEPS = 12
"""More changes to one directory between two flushes than any save makes."""


@dataclass
class File:
    """One file: what was written into it, and how much of that is surely on the disk."""

    data: bytes = b""
    flushed: bytes = b""

    def variants(self) -> list[bytes]:
        """What may be found in it: what was flushed, or that with any part of what came after."""
        if self.data == self.flushed:
            return [self.data]
        size = len(self.data)
        cuts = {0, 1, size // 3, min(512, size), min(4096, size), size - 1, size}
        prefixes = [self.data[:cut] for cut in sorted(cuts)]
        torn = self.data[: size // 2].ljust(size, b"\0")
        return [self.flushed, *prefixes, bytes(size), torn]


@dataclass
class Disk:
    """What is on the disk, and what may not be yet."""

    files: list[File] = field(default_factory=list)
    names: Names = field(default_factory=dict)
    pending: dict[str, list[Step]] = field(default_factory=dict)
    made: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, root: Path) -> Disk:
        """A disk with these files, all of it flushed; names that are one file stay so."""
        disk = cls()
        known: dict[int, int] = {}
        for path in sorted(root.rglob("*")):
            if path.is_file():
                inode = path.stat().st_ino
                if inode not in known:
                    data = path.read_bytes()
                    disk.files.append(File(data, data))
                    known[inode] = len(disk.files) - 1
                disk.names[str(path)] = known[inode]
        return disk

    def now(self) -> Names:
        """The names as a running program sees them."""
        names = dict(self.names)
        for steps in self.pending.values():
            _take(names, steps)
        return names

    def apply(self, call: Call) -> None:
        """Do what the program did."""
        if call.result < 0:
            return
        if call.name == "open" and call.detail & os.O_CREAT and call.path not in self.now():
            self.files.append(File())
            self._step((call.path, len(self.files) - 1))
        elif call.name == "mkdir":
            self.files.append(File())
            self.made.add(call.path)
            self._step((call.path, len(self.files) - 1))
        elif call.name == "write":
            file = self.files[self.now()[call.path]]
            file.data = (
                file.data[: call.detail].ljust(call.detail, b"\0")
                + call.data
                + (file.data[call.detail + len(call.data) :])
            )
        elif call.name == "fsync":
            self._flush(call.path)
        elif call.name == "link":
            self._step((call.other, self.now()[call.path]))
        elif call.name == "rename":
            names = self.now()
            if names.get(call.other) != names[call.path]:  # else rename does nothing
                self._step((call.other, names[call.path]), (call.path, None))
        elif call.name == "unlink":
            self._step((call.path, None))

    def _step(self, *steps: Step) -> None:
        for step in steps:
            self.pending.setdefault(str(Path(step[0]).parent), []).append(step)

    def _flush(self, path: str) -> None:
        names = self.now()
        if path in names and path not in self.made:
            file = self.files[names[path]]
            file.flushed = file.data
        else:
            _take(self.names, self.pending.pop(path, []))

    def after_a_cut(self) -> Iterator[dict[str, bytes]]:
        """Every set of files that may be found when the power is back."""
        steps = [step for some in self.pending.values() for step in some]
        assert len(steps) <= _MOST_STEPS, f"{len(steps)} steps: too many to try them all"
        for chosen in itertools.product((False, True), repeat=len(steps)):
            names = dict(self.names)
            _take(names, itertools.compress(steps, chosen))
            names = {name: inode for name, inode in names.items() if self._reachable(name, names)}
            inodes = sorted(set(names.values()))
            for contents in itertools.product(*(self.files[inode].variants() for inode in inodes)):
                found = dict(zip(inodes, contents, strict=True))
                yield {name: found[inode] for name, inode in names.items()}

    def _reachable(self, name: str, names: Names) -> bool:
        """Whether every directory above it that was made meanwhile is there."""
        return all(above in names for above in self.made if name.startswith(f"{above}/"))


def _take(names: Names, steps: Iterable[Step]) -> None:
    for name, inode in steps:
        if inode is None:
            names.pop(name, None)
        else:
            names[name] = inode


def inject(row: Row) -> None:
    """Cut the power during every command, at every file call."""
    if not row.needs_shim():
        return
    for change in changes().values():
        with row.fault(f"{change.name} without a fault"):
            place = change.place(row.room)
            disk = Disk.of(place.files)
            before = place.vault.read_bytes() if place.vault.exists() else None
            done = change.run(place, NOTHING)
            assert done.status == 0, done.err
            judge = _Judge(row, change, place, before)
            _cut_everywhere(judge, disk, done.calls, place.state.parent)


def _cut_everywhere(judge: _Judge, disk: Disk, calls: Iterable[Call], state: Path) -> None:
    for call in calls:
        if call.path.startswith(str(state)):
            continue  # what the machine remembers is never flushed, and row 12 takes all of it away
        disk.apply(call)
        if call.changes:
            for found in disk.after_a_cut():
                judge.during(call, found)
    for found in disk.after_a_cut():
        judge.afterwards(found)


class _Judge:
    """Says whether what a power cut left is a vault in its old state or its new one."""

    def __init__(self, row: Row, change: Change, place: Place, before: bytes | None) -> None:
        self._row = row
        self._change = change
        self._vault = str(place.vault)
        self._new = place.vault.read_bytes()
        self._before = before
        self._whole = {before, self._new}
        self._backups: dict[bytes, bool] = {}
        self._seen: set[tuple[bytes | None, ...]] = set()

    def during(self, call: Call, found: dict[str, bytes]) -> None:
        """Judge a disk left by a cut after this call; each different one once."""
        vault, backup = found.get(self._vault), found.get(f"{self._vault}.bak")
        rest = [data for name, data in sorted(found.items()) if name.endswith(".tmp")]
        state = (vault, backup, *rest)
        if state in self._seen:
            return
        self._seen.add(state)
        with self._row.fault(f"{self._change.name}, cut after call {call.number}, {call.name}"):
            assert vault in self._whole, (
                f"a vault of {len(vault or b'')} bytes, neither old nor new"
            )
            assert backup is None or self._opens(backup), "the backup is damaged"
            self._keeps_what_it_replaces(found)

    def afterwards(self, found: dict[str, bytes]) -> None:
        """Judge a disk left by a cut after exit status 0 was given."""
        with self._row.fault(f"{self._change.name}, cut after its end"):
            assert found.get(self._vault) == self._new, "what was said to be saved is not there"
            self._keeps_what_it_replaces(found)

    def _keeps_what_it_replaces(self, found: dict[str, bytes]) -> None:
        if self._change.restores and found[self._vault] == self._new:
            assert self._before in found.values(), "what was replaced is lost"

    def _opens(self, data: bytes) -> bool:
        if data not in self._backups:
            passwords = {PASSWORD, self._change.password}
            self._backups[data] = any(_is_whole(data, word) for word in passwords)
        return self._backups[data]


def _is_whole(data: bytes, password: str) -> bool:
    try:
        key = vaultfile.unlock(data, password)
        vaultfile.open_body(data, key)
    except VaultError:
        return False
    return True


@pytest.mark.slow
def test_a_power_cut_leaves_the_old_vault_or_the_new() -> None:
    check(inject)


def test_the_model_finds_what_careless_saving_loses() -> None:
    disk = Disk([File(b"old", b"old")], {"/d/v": 0})
    calls = [
        Call(1, "open", 3, os.O_CREAT, "/d/t", "", b""),
        Call(2, "write", 3, 0, "/d/t", "", b"new"),
        Call(3, "rename", 0, 0, "/d/t", "/d/v", b""),
    ]
    for call in calls:
        disk.apply(call)
    found = {state.get("/d/v") for state in disk.after_a_cut()}
    assert {b"old", b"new", b"", b"ne"} <= found
