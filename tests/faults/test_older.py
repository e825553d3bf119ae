"""Row 12: an older copy in the vault's place, vaults swapped, this machine's memory gone or odd."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.changes import FRESH, OLD, changes
from tests.faults.place import Place, new_place
from tests.faults.row import Row, check
from tests.faults.test_space import as_owner

TITLE = "an older copy put back, vaults swapped, the state directory gone, damaged or read-only"


def inject(row: Row) -> None:
    """Take changes away behind keyfob's back."""
    with row.fault("an older copy put in place"):
        _older(new_place(row.room))
    with row.fault("the backup put in place"):
        _backup(new_place(row.room))
    with row.fault("two vaults swapped"):
        _swapped(new_place(row.room), new_place(row.room))
    for what, spoil in _SPOILED.items():
        for name in row.effort.pick(("new",), ("new", "rotate", "remove"), tuple(changes())):
            row.count("bad inputs")
            with row.fault(f"{name}, with {what}"):
                change = changes()[name]
                place = change.place(row.room)
                spoil(place)
                barred = what in _BARRED
                done = change.run(place, wrap=as_owner() if barred else ())
                assert done.status == 0, f"a save failed for it: {done.err}"
                assert "Traceback" not in done.err
                password, content = change.state(place)
                assert (password, content) == (change.password, change.after)


def _older(place: Place) -> None:
    before = place.vault.read_bytes()
    change = changes()["new"]
    assert place.run(*change.argv, stdin=FRESH).status == 0
    place.vault.write_bytes(before)
    for argv in (("list",), ("show", "alpha")):
        done = place.run(*argv)
        assert done.status == 0
        assert "older copy" in done.err, f"nothing is said of it: {done.err}"
        assert place.vault.read_bytes() == before, "reading changed it"
    done = place.run("edit", "alpha", "--note", "kept on purpose")
    assert done.status == 0
    assert "older copy" in done.err
    assert "older copy" not in place.run("list").err, "it is the newest now"


def _backup(place: Place) -> None:
    change = changes()["remove"]
    assert place.run(*change.argv).status == 0
    (backup,) = place.store.backups()
    shutil.copyfile(backup, place.vault)
    done = place.run("list")
    assert done.status == 0
    assert "older copy" in done.err
    assert place.content() == OLD


def _swapped(one: Place, other: Place) -> None:
    """Both were copied from one vault and went different ways; each machine knows its own."""
    for name, place in (("new", one), ("remove", other)):
        change = changes()[name]
        assert place.run(*change.argv, stdin=change.stdin).status == 0
    first, second = one.vault.read_bytes(), other.vault.read_bytes()
    one.vault.write_bytes(second)
    other.vault.write_bytes(first)
    for place in (one, other):
        assert place.run("list").status == 0
        done = place.run("check", "--within", "300d")
        assert done.status in {0, 1}, done.err
    assert "fresh" in other.content()
    assert "beta" not in one.content()
    out = one.run("check", "--within", "300d").out
    assert "beta" not in out, "a check names a key that is not in this vault"


def _gone(place: Place) -> None:
    shutil.rmtree(place.state, ignore_errors=True)


def _unwritable(place: Place) -> None:
    place.state.mkdir(parents=True, exist_ok=True)
    place.state.chmod(0o500)


def _forbidden(place: Place) -> None:
    place.state.mkdir(parents=True, exist_ok=True)
    place.state.chmod(0o000)


def _a_file(place: Place) -> None:
    _gone(place)
    place.state.parent.mkdir(parents=True, exist_ok=True)
    place.state.write_text("not a directory")


def _filled(data: bytes) -> Callable[[Place], None]:
    def fill(place: Place) -> None:
        for path in _files(place):
            path.write_bytes(data)

    return fill


def _fifos(place: Place) -> None:
    for path in _files(place):
        path.unlink()
        os.mkfifo(path)


def _files(place: Place) -> list[Path]:
    return list(place.state.iterdir()) if place.state.is_dir() else []


_BARRED = ("a read-only state directory", "a forbidden state directory")
"""Where permissions decide, which count for nothing with root."""
_SPOILED: dict[str, Callable[[Place], None]] = {
    "no state directory": _gone,
    "a read-only state directory": _unwritable,
    "a forbidden state directory": _forbidden,
    "a file for a state directory": _a_file,
    "empty state files": _filled(b""),
    "torn state files": _filled(b'{"generation":3,"rows":[{"na'),
    "state files of zeros": _filled(bytes(300)),
    "a state too deep": _filled(b"[" * 100_000),
    "a state with odd numbers": _filled(b'{"generation":1e999,"rows":{}}'),
    "FIFOs for state files": _fifos,
}


@pytest.mark.slow
def test_older_copies_are_announced_and_a_lost_memory_harms_nothing() -> None:
    check(inject)
