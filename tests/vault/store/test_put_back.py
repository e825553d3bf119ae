"""Putting a copy in a vault's place: what was there is kept, whatever it was and whatever fails."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from vault.errors import StorageError
from vault.store import file as module
from vault.store.file import FileStore

COPY, THERE, BACKUP = b"copy " * 3000, b"there " * 2000, b"backup " * 2000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A vault and its backup."""
    path = tmp_path / "keys.keyfob"
    path.write_bytes(THERE)
    (tmp_path / "keys.keyfob.bak").write_bytes(BACKUP)
    return path


def contents(path: Path) -> dict[str, bytes]:
    ends = {file.name.removeprefix(path.name): file for file in path.parent.iterdir()}
    return {end: file.read_bytes() for end, file in ends.items() if end != ".lock"}


def put_back(path: Path) -> Path | None:
    store = FileStore(path)
    with store.locked():
        return store.put_back(COPY, aside="damaged-x")


def test_what_was_there_is_kept_and_the_backup_left_alone(path: Path) -> None:
    assert put_back(path) == path.with_name("keys.keyfob.damaged-x")
    assert contents(path) == {"": COPY, ".bak": BACKUP, ".damaged-x": THERE}


def test_nothing_kept_is_ever_overwritten(path: Path) -> None:
    for _ in range(3):
        put_back(path)
    assert contents(path) == {
        "": COPY,
        ".bak": BACKUP,
        ".damaged-x": THERE,
        ".damaged-x.2": COPY,
        ".damaged-x.3": COPY,
    }
    assert {file.name for file in FileStore(path).kept()} == {
        f"keys.keyfob.damaged-x{number}" for number in ("", ".2", ".3")
    }


def test_where_nothing_was_nothing_is_kept(path: Path) -> None:
    path.unlink()
    assert put_back(path) is None
    assert contents(path) == {"": COPY, ".bak": BACKUP}


def test_where_a_file_has_but_one_name_a_copy_is_kept(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    put_back(path)
    assert contents(path)[".damaged-x"] == THERE


@pytest.mark.parametrize("name", ["write_new", "rename", "_second_name", "sync_directory"])
def test_a_failure_leaves_everything_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    before = contents(path)
    monkeypatch.setattr(module, name, fail)
    with pytest.raises(StorageError):
        put_back(path)
    assert contents(path) == before


def test_what_only_the_disk_did_not_confirm_keeps_both(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[Path] = []

    def fail_at_last(directory: Path) -> None:
        flushed.append(directory)
        if path.read_bytes() == COPY:
            raise OSError(errno.EIO, "bad")

    monkeypatch.setattr(module, "sync_directory", fail_at_last)
    with pytest.raises(StorageError, match="did not confirm"):
        put_back(path)
    assert contents(path) == {"": COPY, ".bak": BACKUP, ".damaged-x": THERE}
