"""Row 6: no room, a limit on file sizes, and places that cannot be written."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass

import pytest

from tests.faults.changes import Change, changes
from tests.faults.place import Place, new_place
from tests.faults.row import Row, check
from tests.faults.shim import Fault

TITLE = "a full small file system, a file size limit, read-only places, missing directories"
WITHOUT_POWERS = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search,-fowner,-chown")
"""Runs a command as root without root's right to pass by permissions: as the owner, no more."""


@dataclass(frozen=True)
class Limit:
    """A command under a limit on the size of files."""

    change: Change
    blocks: int

    def __str__(self) -> str:
        return f"{self.change.name}, files of at most {self.blocks * 512} bytes"


def inject(row: Row) -> None:
    """Take the room away, then the permission."""
    _mounted(row)
    limits = [
        Limit(change, blocks)
        for change in changes().values()
        for blocks in (0, 1, 2, 4, 8, 9, 11, 64)
    ]
    row.each(row.effort.some(limits, 4, 40), lambda limit: _limited(row, limit))
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        row.skip("root passes by permissions, and there is no setpriv")
        return
    _read_only_directory(row)
    _unreadable_file(row)
    _missing_directory(row)


def as_owner() -> tuple[str, ...]:
    """What to put before a command so that permissions count for it."""
    return WITHOUT_POWERS if os.geteuid() == 0 else ()


def _mounted(row: Row) -> None:
    """The faults that need mounts of their own, in a process whose mounts go when it ends."""
    unshare = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
    if (
        shutil.which("unshare") is None
        or subprocess.run([*unshare, "true"], check=False).returncode
    ):
        row.skip("no mounts of one's own here: small and read-only file systems")
        return
    command = [*unshare, sys.executable, "-m", "tests.faults.mounted", str(row.room)]
    done = subprocess.run(
        [*command, str(int(row.effort))],
        env={**os.environ, "PYTHONPATH": Place(row.room).environ()["PYTHONPATH"]},
        capture_output=True,
        text=True,
        check=False,
        timeout=1200,
    )
    with row.fault("mounts"):
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout.splitlines()[-1])
        row.survived += told["survived"]
        row.failures += told["failures"]
        row.skipped += told["skipped"]


def _limited(row: Row, limit: Limit) -> None:
    place = limit.change.place(row.room)
    done = limit.change.run(place, Fault(log=False), limits={"FSIZE": limit.blocks * 512})
    done.answered()
    assert done.status in {0, 6}, done.err
    assert done.status == 0 or limit.blocks < 12, f"there was room enough: {done.err}"
    limit.change.check(place, done)


def _read_only_directory(row: Row) -> None:
    for name in ("new", "init"):
        with row.fault(f"{name} in a directory without permission to write"):
            change = changes()[name]
            place = change.place(row.room)
            place.vault.parent.mkdir(exist_ok=True)
            place.vault.parent.chmod(0o500)
            done = change.run(place, wrap=as_owner())
            place.vault.parent.chmod(0o700)
            done.answered()
            assert done.status == 6, done.err
            change.check(place, done)


def _unreadable_file(row: Row) -> None:
    change = changes()["new"]
    for mode, status in ((0o000, 6), (0o200, 6), (0o400, 0)):
        with row.fault(f"new, with a vault of mode {mode:o}"):
            place = change.place(row.room)
            place.vault.chmod(mode)
            done = change.run(place, wrap=as_owner())
            done.answered()
            assert done.status == status, f"exit {done.status}: {done.err}"
            place.vault.chmod(0o600)
            for backup in place.store.backups():
                backup.chmod(0o600)
            change.check(place, done)


def _missing_directory(row: Row) -> None:
    with row.fault("new, in a directory that is missing"):
        place = new_place(row.room)
        shutil.rmtree(place.vault.parent)
        done = place.run(*changes()["new"].argv, stdin="x")
        done.answered()
        assert done.status == 6
        assert not place.vault.parent.exists(), "a directory was made for nothing"
    with row.fault("init, in a directory that is missing"):
        place = new_place(row.room, vault=False)
        place.vault = place.vault.parent / "a" / "b" / "keys.keyfob"
        done = place.run("init", fault=Fault(memory=256) if row.needs_shim() else None)
        assert done.status == 0, done.err
        assert place.content() == {}
        for directory in (place.vault.parent, place.vault.parent.parent):
            assert directory.stat().st_mode & 0o777 == 0o700


@pytest.mark.slow
def test_without_room_nothing_is_lost() -> None:
    check(inject)
