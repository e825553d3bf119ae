"""Row 7: links, and things that are no file, where the vault or a file beside it should be."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.changes import OLD, Change, changes
from tests.faults.place import Held, Place, new_place
from tests.faults.row import Row, check

TITLE = "links to and instead of the vault; FIFO, device, directory, socket in its place"


def inject(row: Row) -> None:
    """Put each of them there."""
    for name, make in _LINKS.items():
        with row.fault(f"the vault is {name}"):
            _followed(new_place(row.room), make)
    with row.fault("the vault has a second name"):
        _second_name(new_place(row.room))
    with row.fault("the vault is a link to nothing"):
        _dangling(new_place(row.room, vault=False))
    for name, thing in _THINGS.items():
        for ending in ("", ".lock", ".tmp", ".bak", ".bak.tmp"):
            row.count("bad inputs")
            with row.fault(f"{name} as VAULT{ending}"):
                _in_the_way(new_place(row.room), thing, ending)
    with row.fault("/dev/null as VAULT"):
        place = new_place(row.room)
        for argv in (("list",), ("init",), ("check",)):
            done = place.run("--vault", "/dev/null", *argv)
            done.answered()
            assert done.status == 6, done.err
        assert not Path("/dev/null.lock").exists()


def _new(place: Place, change: Change | None = None) -> Change:
    change = change or changes()["new"]
    done = place.run(*change.argv, stdin=change.stdin)
    assert done.status == 0, done.err
    return change


def _relative(place: Place) -> None:
    place.vault.rename(place.home / "real.keyfob")
    place.vault.symlink_to("../../home/real.keyfob")


def _absolute(place: Place) -> None:
    place.vault.rename(place.home / "real.keyfob")
    place.vault.symlink_to(place.home / "real.keyfob")


def _two_links(place: Place) -> None:
    _absolute(place)
    middle = place.home / "middle"
    place.vault.rename(middle)
    place.vault.symlink_to(middle)


def _elsewhere(place: Place) -> None:
    room = Path(tempfile.mkdtemp(dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
    (room / "real.keyfob").write_bytes(place.vault.read_bytes())
    (room / "real.keyfob").chmod(0o600)
    place.vault.unlink()
    place.vault.symlink_to(room / "real.keyfob")


def _directory(place: Place) -> None:
    place.vault.parent.rename(place.home / "real")
    place.vault.parent.symlink_to(place.home / "real", target_is_directory=True)


_LINKS: dict[str, Callable[[Place], None]] = {
    "a relative link": _relative,
    "an absolute link": _absolute,
    "a link to a link": _two_links,
    "a link to another file system": _elsewhere,
    "in a directory that is a link": _directory,
}


def _followed(place: Place, make: Callable[[Place], None]) -> None:
    make(place)
    links = [path for path in (place.vault, place.vault.parent) if path.is_symlink()]
    before = [path.readlink() for path in links]
    real = place.vault.resolve()
    try:
        after = _new(place).after
        assert place.content() == after
        assert [path.readlink() for path in links] == before, "the link was replaced"
        assert place.vault.resolve() == real
        assert {path.name for path in real.parent.iterdir() if path.name.endswith(".tmp")} == set()
    finally:
        if not real.is_relative_to(place.root):
            for path in real.parent.iterdir():
                path.unlink()
            real.parent.rmdir()


def _second_name(place: Place) -> None:
    other = place.home / "other.keyfob"
    other.hardlink_to(place.vault)
    before = other.read_bytes()
    after = _new(place).after
    assert other.read_bytes() == before, "a save wrote into the old file"
    assert place.content() == after
    place.vault = other
    assert place.content() == OLD


def _dangling(place: Place) -> None:
    place.vault.parent.mkdir()
    target = place.home / "to-be" / "keys.keyfob"
    place.vault.symlink_to(target)
    done = place.run("list")
    done.answered()
    assert done.status == 6, done.err
    done = place.run("init")
    assert done.status == 0, done.err
    assert place.vault.is_symlink()
    assert target.is_file()
    assert place.content() == {}


def _make_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        before = Path.cwd()
        os.chdir(path.parent)  # a socket's path is short
        try:
            made.bind(path.name)
        finally:
            os.chdir(before)


def _make_full_directory(path: Path) -> None:
    path.mkdir()
    (path / "inside").touch()


def _make_loop(path: Path) -> None:
    path.symlink_to(path.name)


_THINGS: dict[str, Callable[[Path], None]] = {
    "a FIFO": os.mkfifo,
    "a directory": _make_full_directory,
    "a socket": _make_socket,
    "a link to itself": _make_loop,
}


def _in_the_way(place: Place, make: Callable[[Path], None], ending: str) -> None:
    path = place.vault.with_name(place.vault.name + ending)
    path.unlink(missing_ok=True)
    make(path)
    kind = path.lstat().st_mode
    for argv, stdin in ((("list",), ""), (changes()["new"].argv, "x"), (("init",), "")):
        done = place.run(*argv, stdin=stdin, timeout=20)
        done.answered()
        assert done.status in {0, 6}, f"{argv[0]}: exit {done.status}: {done.err}"
        if not ending:
            assert done.status == 6, f"{argv[0]} took it for a vault"
    if not ending:
        assert path.lstat().st_mode == kind, "it was replaced"
        return
    content = place.content()
    assert content in (OLD, OLD | {"fresh": Held("x")}), content


@pytest.mark.slow
def test_links_are_kept_and_things_that_are_no_file_refused() -> None:
    check(inject)
