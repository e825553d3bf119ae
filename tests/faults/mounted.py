"""The faults that need mounts of their own; run by `unshare -m`, answers one line of JSON."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.changes import Change, changes, check_files
from tests.faults.place import Place
from tests.faults.row import Effort, Row

_LEFT = (0, 4, 8, 12, 16, 20, 24, 32, 64)
"""KiB that are free on the file system before the command."""


def main() -> None:
    """Run them all below the directory that is named."""
    room, row = Path(sys.argv[1]), Row(Effort(int(sys.argv[2])))
    try:
        for change in changes().values():
            for left in row.effort.some(_LEFT, 2, 4):
                _full(row, room, change, left)
        _read_only(row, room)
    finally:
        row.close()
    told = {"survived": row.survived, "failures": row.failures, "skipped": row.skipped}
    print(json.dumps(told))


def _full(row: Row, room: Path, change: Change, left: int) -> None:
    """A file system with so many KiB left, and then with room again."""
    with row.fault(f"{change.name} on a file system with {left} KiB left"):
        place = change.place(room)
        with _on_tmpfs(place) as used:
            _mount("-o", f"remount,size={used + left}k", str(place.files))
            done = change.run(place)
            done.answered()
            assert done.status in {0, 6}, done.err
            _, found = change.state(place)
            assert done.status == 6 or found == change.after, done.err
            if not change.creates:
                assert found is not None, "the vault is gone"
            check_files(place)
            _mount("-o", f"remount,size={used + 1024}k", str(place.files))
            change.check(place, done)


@contextmanager
def _on_tmpfs(place: Place) -> Iterator[int]:
    """Move a place's files to a file system of their own; answers how many KiB they take."""
    kept = Path(tempfile.mkdtemp(dir=place.root))
    shutil.copytree(place.files, kept, dirs_exist_ok=True, symlinks=True)
    _mount("-t", "tmpfs", "-o", "size=1m,mode=700", "none", str(place.files))
    try:
        shutil.copytree(kept, place.files, dirs_exist_ok=True, symlinks=True)
        yield max(shutil.disk_usage(place.files).used // 1024, 4)  # size 0 is without a limit
    finally:
        subprocess.run(["umount", "-l", str(place.files)], check=True)


def _read_only(row: Row, room: Path) -> None:
    """A file system that cannot be written: reading works, saving says why not."""
    for change in changes().values():
        with row.fault(f"{change.name} on a read-only file system"):
            place = change.place(room)
            files = str(place.files)
            _mount("--bind", files, files)
            try:
                _mount("-o", "remount,ro,bind", files)
                done = change.run(place)
                done.answered()
                assert done.status == 6, done.err
                assert "read-only" in done.err, done.err
                if not change.creates:
                    reading = place.run("list")
                    assert reading.status == 0, reading.err
            finally:
                subprocess.run(["umount", "-l", files], check=True)
            change.check(place, done)


def _mount(*words: str) -> None:
    subprocess.run(["mount", *words], check=True)


if __name__ == "__main__":
    main()
