from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from vault.store.file import FileStore
from vault.store.private import directory_notes, file_notes

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def notes_of(path: Path) -> list[str]:
    file = os.open(path, os.O_RDONLY)
    try:
        return file_notes(file, "it")
    finally:
        os.close(file)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    path = tmp_path / "place"
    path.mkdir(mode=0o700)
    return path


def looks_like(**changed: int) -> Callable[[int], os.stat_result]:
    """An `os.fstat` that finds everything as it is but for these fields."""
    real = os.fstat

    def fstat(file: int) -> os.stat_result:
        found = list(real(file))
        for name, value in changed.items():
            found[("st_mode", "", "", "", "st_uid", "st_gid").index(name)] = value
        return os.stat_result(found)

    return fstat


@pytest.mark.parametrize("loose", [0o640, 0o604, 0o666, 0o777])
def test_a_file_open_to_others_is_closed(directory: Path, loose: int) -> None:
    file = directory / "file"
    file.touch(0o600)
    assert notes_of(file) == []
    file.chmod(loose)
    assert notes_of(file) == [f"it was open to others (mode {loose:o}); it is 600 now."]
    assert mode(file) == 0o600


def test_a_mode_that_does_not_change_is_not_said_to(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # FAT, and Windows' disks under Linux, take every mode and keep their own.
    file = directory / "file"
    file.touch()
    file.chmod(0o777)
    monkeypatch.setattr(os, "fchmod", lambda *_: None)
    assert notes_of(file) == ["it is open to others (mode 777)."]


def test_a_file_of_another_user_is_noted(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = directory / "file"
    file.touch(0o600)
    monkeypatch.setattr(os, "fstat", looks_like(st_uid=4242))
    assert notes_of(file) == ["it belongs to another user (number 4242)."]


@pytest.mark.parametrize("loose", [0o750, 0o755, 0o770, 0o777])
def test_a_directory_of_our_own_is_closed(directory: Path, loose: int) -> None:
    assert directory_notes(directory, own=True) == []
    directory.chmod(loose)
    [note] = directory_notes(directory, own=True)
    assert f"was open to others (mode {loose:o})" in note
    assert mode(directory) == 0o700


@pytest.mark.parametrize(("loose", "said"), [(0o755, False), (0o777, True), (0o1777, False)])
def test_a_directory_of_the_users_own_choice_is_left_as_it_is(
    directory: Path, loose: int, *, said: bool
) -> None:
    directory.chmod(loose)
    notes = directory_notes(directory, own=False)
    assert [note for note in notes if "Others can replace" in note] == notes
    assert bool(notes) == said
    assert mode(directory) == loose


@pytest.mark.parametrize(("group", "said"), [(4242, True), (77, False)])
def test_a_group_that_may_write_is_another_ones_unless_it_is_the_users_own(
    directory: Path, monkeypatch: pytest.MonkeyPatch, group: int, *, said: bool
) -> None:
    found = {"st_mode": stat.S_IFDIR | 0o775, "st_uid": 77, "st_gid": group}
    monkeypatch.setattr(os, "geteuid", lambda: 77)
    monkeypatch.setattr(os, "fstat", looks_like(**found))
    assert bool(directory_notes(directory, own=False)) == said


def test_a_directory_of_another_user_is_noted_but_not_roots(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fstat", looks_like(st_uid=0))
    assert directory_notes(directory, own=False) == []
    monkeypatch.setattr(os, "fstat", looks_like(st_uid=4242))
    [note] = directory_notes(directory, own=False)
    assert "belongs to another user (number 4242)" in note


def test_our_own_directory_may_be_a_link_to_a_synced_folder(tmp_path: Path) -> None:
    synced = tmp_path / "synced"
    synced.mkdir()
    synced.chmod(0o755)
    (tmp_path / "keyfob").symlink_to(synced)
    assert directory_notes(tmp_path / "keyfob", own=True) == []
    assert mode(synced) == 0o755


@pytest.mark.parametrize("own", [True, False])
def test_a_store_closes_only_a_directory_of_its_own(directory: Path, *, own: bool) -> None:
    store = FileStore(directory / "keys.keyfob", own_directory=own)
    (directory / "keys.keyfob").write_bytes(b"")
    (directory / "keys.keyfob").chmod(0o600)
    directory.chmod(0o755)
    for _ in range(2):
        store.read()
    assert mode(directory) == (0o700 if own else 0o755)
    assert len(store.notes) == own


def test_a_vault_that_is_a_link_leaves_the_mode_of_the_place_it_leads_to(
    directory: Path, tmp_path: Path
) -> None:
    synced = tmp_path / "synced"
    synced.mkdir()
    synced.chmod(0o755)
    (synced / "keys.keyfob").write_bytes(b"")
    (directory / "keys.keyfob").symlink_to(synced / "keys.keyfob")
    FileStore(directory / "keys.keyfob", own_directory=True).read()
    assert mode(synced) == 0o755


def test_what_is_no_directory_is_for_others_to_say(directory: Path) -> None:
    (directory / "file").touch()
    assert directory_notes(directory / "file", own=True) == []
    assert directory_notes(directory / "none", own=True) == []
