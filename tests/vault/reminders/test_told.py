from __future__ import annotations

import stat
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from vault.due import Due
from vault.keys.lifetime import Lifetime, State
from vault.reminders.told import Told

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
VAULT = "ab" * 16


def due(name: str, days: float, state: State = State.SOON, count: int = 1) -> Due:
    return Due(name, "nuget.org", Lifetime(NOW, NOW + timedelta(days=days)), state, count)


@pytest.fixture
def told(tmp_path: Path) -> Told:
    return Told(tmp_path / "state", VAULT)


def test_what_was_told_is_no_news(told: Told) -> None:
    rows = [due("a", 1), due("b", 2)]
    assert told.news(rows) == rows
    told.remember(rows)
    assert told.news(rows) == []
    assert told.news([*rows, due("c", 3)]) == [due("c", 3)]


def test_each_state_of_a_key_is_told_once(told: Told) -> None:
    told.remember([due("a", 1)])
    assert told.news([due("a", 1, State.URGENT)]) == [due("a", 1, State.URGENT)]
    told.remember([due("a", 1, State.URGENT)])
    assert told.news([due("a", 1, State.EXPIRED)]) == [due("a", 1, State.EXPIRED)]


def test_a_rotated_key_is_told_of_again(told: Told) -> None:
    told.remember([due("a", 1)])
    told.remember([])
    assert told.news([due("a", 1)]) == [due("a", 1)]


def test_without_names_the_same_keys_are_no_news(told: Told) -> None:
    told.remember([due("a", 1), due("b", 1)])
    assert told.news([due("", 1, count=2)]) == []
    assert told.news([due("", 1, count=3)]) == [due("", 1, count=3)]


def test_vaults_are_told_apart(told: Told, tmp_path: Path) -> None:
    told.remember([due("a", 1)])
    assert Told(tmp_path / "state", "cd" * 16).news([due("a", 1)])


def test_the_file_is_private_and_names_nobody(told: Told, tmp_path: Path) -> None:
    told.remember([due("release-bot", 1)])
    [file] = (tmp_path / "state").iterdir()
    assert b"release-bot" not in file.read_bytes()
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    told.forget()
    assert list((tmp_path / "state").iterdir()) == []


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b'{"told":3}', b'{"told":{"a":"b"}}', b"\xff", b"[" * 100_000]
)
def test_a_damaged_file_tells_again(told: Told, tmp_path: Path, data: bytes) -> None:
    told.remember([due("a", 1)])
    [file] = (tmp_path / "state").iterdir()
    file.write_bytes(data)
    assert told.news([due("a", 1)]) == [due("a", 1)]
    told.remember([due("a", 1)])
    assert told.news([due("a", 1)]) == []
