from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from vault.store.state import LocalState

VAULT = "0123456789abcdef" * 2
OTHER = "f" * 32
SAVE = "0f" * 64
ROWS = ['["2026-12-12T12:00:00Z","release-böt"]'.encode(), b'["~",",\\n]}"]']


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "state" / "keyfob"


def test_nothing_is_known_at_first_and_nothing_is_made(directory: Path) -> None:
    state = LocalState(directory)
    assert state.seen(VAULT) == 0
    assert state.read_index(VAULT) is None
    state.forget_index(VAULT)
    assert not directory.exists()


def test_it_remembers_each_vault_on_its_own(directory: Path) -> None:
    assert LocalState(directory).remember(VAULT, 7)
    assert LocalState(directory).remember(OTHER, 3)
    assert LocalState(directory).remember(OTHER, 2)
    assert LocalState(directory).seen(VAULT) == 7
    assert LocalState(directory).seen(OTHER) == 2


def test_the_index_reads_back_until_it_is_forgotten(directory: Path) -> None:
    state = LocalState(directory)
    assert state.write_index(VAULT, SAVE, ROWS)
    assert state.remember(VAULT, 8)
    assert state.read_index(VAULT) == (SAVE, ROWS)
    assert state.indexed(VAULT) == SAVE
    assert state.read_index(OTHER) is None
    state.forget_index(VAULT)
    assert state.read_index(VAULT) is None
    assert state.indexed(VAULT) == ""
    assert state.seen(VAULT) == 8


def test_it_is_private_whatever_the_umask(directory: Path) -> None:
    before = os.umask(0)
    try:
        assert LocalState(directory).write_index(VAULT, SAVE, ROWS)
    finally:
        os.umask(before)
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in directory.iterdir()] == [0o600]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b"[" * 100_000,
        b'{"generation":true,"rows":[]}',
        b'{"generation":-1,"rows":[]}',
        b'{"generation":"7","rows":[]}',
        b'{"generation":' + b"7" * 10_000 + b"}",
        b'{"save":"7","rows":[\n\n]}',
        b'{"save":"' + b"0f" * 64 + b'","rows":[\n]}',
    ],
    ids=lambda content: repr(content[:24]),
)
def test_damaged_files_read_as_absent(directory: Path, content: bytes) -> None:
    state = LocalState(directory)
    assert state.remember(VAULT, 7)
    assert state.write_index(VAULT, SAVE, ROWS)
    for path in directory.iterdir():
        path.write_bytes(content)
    assert state.seen(VAULT) == 0
    assert state.read_index(VAULT) is None
    assert state.remember(VAULT, 9)
    assert state.seen(VAULT) == 9


def test_the_index_is_json_and_may_be_empty(directory: Path) -> None:
    state = LocalState(directory)
    for rows in ([], ROWS):
        assert state.write_index(VAULT, SAVE, rows)
        assert state.read_index(VAULT) == (SAVE, rows)
        [path] = directory.iterdir()
        assert json.loads(path.read_bytes())["rows"] == [json.loads(row) for row in rows]


@pytest.mark.parametrize("size", range(0, 300, 7))
def test_an_index_cut_short_reads_as_absent(directory: Path, size: int) -> None:
    state = LocalState(directory)
    assert state.write_index(VAULT, SAVE, ROWS)
    [path] = directory.iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole[:size])
    assert (state.read_index(VAULT) is not None) == (size >= len(whole))


def test_a_vault_id_never_leads_out_of_the_directory(directory: Path) -> None:
    state = LocalState(directory)
    assert state.remember(VAULT, 7)
    for name in ("../x", "", VAULT.upper(), VAULT + "\n", "/etc/passwd"):
        assert not state.remember(name, 7)
        assert state.seen(name) == 0
        state.forget_index(name)
    assert len(list(directory.parent.rglob("*.json"))) == 1


def test_what_is_not_a_file_is_ignored_without_waiting(directory: Path) -> None:
    state = LocalState(directory)
    assert state.remember(VAULT, 7)
    path = next(directory.iterdir())
    path.unlink()
    os.mkfifo(path)
    assert state.seen(VAULT) == 0


def test_a_place_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    state = LocalState(blocked / "state")
    assert not state.remember(VAULT, 7)
    assert not state.write_index(VAULT, SAVE, ROWS)
    assert state.seen(VAULT) == 0


def test_a_full_disk_keeps_what_was_remembered(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = LocalState(directory)
    assert state.remember(VAULT, 7)

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    assert not state.remember(VAULT, 8)
    assert state.seen(VAULT) == 7
    assert len(list(directory.iterdir())) == 1
