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

_SIZES = (4, 8, 12, 16, 20, 24, 28, 32, 40, 48, 64, 128, 256)


def main() -> None:
    """Run them all below the directory that is named."""
    room, row = Path(sys.argv[1]), Row(Effort(int(sys.argv[2])))
    try:
        for name in ("new", "init", "password", "rotate"):
            if name in changes():
                for size in row.effort.some(_SIZES, 3, 6):
                    _full(row, room, changes()[name], size)
        _read_only(row, room)
    finally:
        row.close()
    told = {"survived": row.survived, "failures": row.failures, "skipped": row.skipped}
    print(json.dumps(told))


def _full(row: Row, room: Path, change: Change, size: int) -> None:
    """A file system of so many KiB, filled up but for a part."""
    with row.fault(f"{change.name} on a file system of {size} KiB"):
        place = change.place(room)
        with _on_tmpfs(place, size) as fits:
            if not fits:
                return
            done = change.run(place)
            done.answered()
            assert done.status in {0, 6}, done.err
            _, found = change.state(place)
            assert done.status == 6 or found == change.after, done.err
            if not change.creates:
                assert found is not None, "the vault is gone"
            check_files(place)
            _works_again_with_room(place, change, size)


def _works_again_with_room(place: Place, change: Change, size: int) -> None:
    _mount("-o", f"remount,size={size + 1024}k", str(place.files))
    if place.vault.exists():
        again = place.run("list", environ={"KEYFOB_PASSWORD_FILE": _password(place, change)})
        assert again.status == 0, again.err
    assert place.run("check").status in {0, 1, 6}


def _password(place: Place, change: Change) -> str:
    password, _ = change.state(place)
    path = place.home / "now"
    path.write_text(password, "utf-8")
    path.chmod(0o600)
    return str(path)


@contextmanager
def _on_tmpfs(place: Place, size: int) -> Iterator[bool]:
    """Move a place's files to a file system of their own; answers whether they fit."""
    kept = Path(tempfile.mkdtemp(dir=place.root))
    shutil.copytree(place.files, kept, dirs_exist_ok=True, symlinks=True)
    _mount("-t", "tmpfs", "-o", f"size={size}k,mode=700", "none", str(place.files))
    try:
        try:
            shutil.copytree(kept, place.files, dirs_exist_ok=True, symlinks=True)
        except (OSError, shutil.Error):
            yield False
        else:
            yield True
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
