from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from vault.errors import StorageError, ValueRefusedError
from vault.exporting.output import check_target, new_file


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def names(path: Path) -> set[str]:
    return {one.name for one in path.iterdir()}


@pytest.mark.parametrize("mask", [0o000, 0o077, 0o277])
def test_the_file_is_its_owners_alone_from_the_first_byte(tmp_path: Path, mask: int) -> None:
    path = tmp_path / "keys.age"
    before = os.umask(mask)
    try:
        with new_file(path) as write:
            write(b"one")
            assert mode(tmp_path / "keys.age.part") == 0o600
            assert not path.exists()
            write(b"two")
    finally:
        os.umask(before)
    assert path.read_bytes() == b"onetwo"
    assert mode(path) == 0o600
    assert names(tmp_path) == {"keys.age"}


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_whatever_goes_wrong_leaves_nothing(tmp_path: Path, error: type[BaseException]) -> None:
    def fail() -> None:
        with new_file(tmp_path / "keys.age") as write:
            write(b"half")
            raise error

    with pytest.raises(error):
        fail()
    assert names(tmp_path) == set()


@pytest.mark.parametrize("call", ["fsync", "fchmod"])
def test_a_disk_that_fails_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    path = tmp_path / "keys.age"
    path.write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, call, full)
    with (
        pytest.raises(StorageError, match=r"Could not write .*: the disk is full"),
        new_file(path, replace=True) as write,
    ):
        write(b"new")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == {"keys.age"}


def test_what_came_there_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "keys.age"

    def late() -> None:
        with new_file(path) as write:
            write(b"new")
            path.write_bytes(b"somebody else's")

    with pytest.raises(StorageError, match="is there already"):
        late()
    assert path.read_bytes() == b"somebody else's"
    assert names(tmp_path) == {"keys.age"}


def test_it_is_written_where_a_file_can_have_but_one_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    with new_file(tmp_path / "keys.age") as write:
        write(b"new")
    assert (tmp_path / "keys.age").read_bytes() == b"new"
    assert names(tmp_path) == {"keys.age"}


def test_what_an_interruption_left_is_named(tmp_path: Path) -> None:
    (tmp_path / "keys.age.part").write_bytes(b"half")
    with pytest.raises(StorageError, match=r"keys\.age\.part is in the way"):
        new_file(tmp_path / "keys.age").__enter__()
    assert (tmp_path / "keys.age.part").read_bytes() == b"half"


@pytest.mark.parametrize("ending", ["", ".lock", ".tmp", ".bak", ".bak.tmp"])
def test_neither_the_vault_nor_what_it_keeps_is_ever_a_target(tmp_path: Path, ending: str) -> None:
    vault = tmp_path / "keys.keyfob"
    vault.touch()
    target = tmp_path / f"keys.keyfob{ending}"
    (tmp_path / "here").symlink_to(tmp_path)
    for path in (target, tmp_path / "here" / target.name):
        with pytest.raises(ValueRefusedError, match="the vault keeps"):
            check_target(path, vault, replace=True)


def test_neither_is_another_name_of_the_vault(tmp_path: Path) -> None:
    vault = tmp_path / "keys.keyfob"
    vault.touch()
    (tmp_path / "link").symlink_to(vault)
    (tmp_path / "name").hardlink_to(vault)
    for name in ("link", "name"):
        with pytest.raises(ValueRefusedError, match="the vault keeps"):
            check_target(tmp_path / name, vault, replace=True)


def test_another_file_beside_the_vault_is_welcome(tmp_path: Path) -> None:
    vault = tmp_path / "keys.keyfob"
    vault.touch()
    check_target(tmp_path / "keys.keyfob.age", vault)


def test_what_is_there_is_replaced_only_on_demand_and_if_it_is_a_file(tmp_path: Path) -> None:
    vault, path = tmp_path / "keys.keyfob", tmp_path / "out"
    path.touch()
    with pytest.raises(StorageError, match="is there already"):
        check_target(path, vault)
    check_target(path, vault, replace=True)
    path.unlink()
    os.mkfifo(path)
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "nowhere")
    for other in (path, link, tmp_path):
        with pytest.raises(StorageError, match="not a regular file"):
            check_target(other, vault, replace=True)
