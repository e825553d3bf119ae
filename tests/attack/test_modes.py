"""Modes on the command line and in the app: what is keyfob's own is closed, and it is said.

Single files and directories are in `tests/vault/store/test_private.py`, the real program under
every mode and umask in `tests/faults/test_modes.py`.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tests.tui.conftest import AppMaker
from tests.tui.driving import Driver
from tests.vault.cli.bench import Bench
from vault.home import Home
from vault.settings import Settings, read_settings, write_settings

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A machine with a vault in the user's data directory, where keyfob puts it by itself."""
    bench = Bench(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    bench.path = tmp_path / "share" / "keyfob" / "keys.keyfob"
    del bench.environ["KEYFOB_VAULT"]
    bench.ok("init")
    bench.feed("release")
    return bench


def test_everything_that_is_made_is_private(bench: Bench) -> None:
    for directory in (bench.path.parent, bench.home / "state"):
        assert mode(directory) == 0o700
        assert {mode(file) for file in directory.iterdir()} == {0o600}
    assert "mode" not in bench.ok("list").err


@pytest.mark.parametrize("verb", ["list", "check"])
def test_what_was_opened_is_closed_and_said_once(bench: Bench, verb: str) -> None:
    state = bench.home / "state"
    [index] = state.glob("*.index.json")
    for path, loose in ((bench.path.parent, 0o755), (state, 0o777), (bench.path, 0o644)):
        path.chmod(loose)
    index.chmod(0o664)
    told = bench.ok(verb).err
    for path in (bench.path.parent, state, bench.path):
        assert f"{path} was open to others" in told
    assert (mode(bench.path.parent), mode(state)) == (0o700, 0o700)
    assert mode(bench.path) == 0o600
    assert "open to others" not in bench.ok(verb).err


def test_an_index_that_was_opened_is_closed_and_said(bench: Bench) -> None:
    [index] = (bench.home / "state").glob("*.index.json")
    index.chmod(0o644)
    assert f"{index} was open to others (mode 644)" in bench.ok("check").err
    assert mode(index) == 0o600


def test_a_synced_folder_is_left_as_it_is_and_said(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.ok("init")
    bench.path.parent.chmod(0o777)
    for _ in range(2):
        assert f"Others can replace what is in the directory {bench.path.parent}" in (
            bench.ok("list").err
        )
    assert mode(bench.path.parent) == 0o777


def test_settings_are_private_and_their_directory_is_closed(tmp_path: Path) -> None:
    write_settings(tmp_path / "config", Settings(theme="light"))
    assert mode(tmp_path / "config" / "settings.json") == 0o600
    (tmp_path / "config").chmod(0o755)
    notes: list[str] = []
    assert read_settings(tmp_path / "config", note=notes.append).theme == "light"
    assert len(notes) == 1
    assert mode(tmp_path / "config") == 0o700


async def test_the_app_says_it_once_the_vault_is_open(make_app: AppMaker, home: Home) -> None:
    vault, _ = home.create("correct horse battery staple")
    home.note("The directory /somewhere was open to others (mode 755); it is 700 now.")
    app = make_app()
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        it = Driver(app, pilot)
        await it.settle()
        app.opened(vault)
        await it.settle()
        await pilot.pause(0.05)
        assert "was open to others" in it.flat
        assert home.take_notes() == []
