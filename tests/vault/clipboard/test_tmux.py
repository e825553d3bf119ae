"""Copying through the terminal (OSC 52), where that terminal is a real tmux without a desktop."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.tmux import Tmux
from tests.vault.clipboard.desktop import PASSWORD, SECRET, wait_until

pytestmark = pytest.mark.terminal

Start = Callable[..., Tmux]


@pytest.fixture
def start(vault_file: Path, tmp_path: Path) -> Iterator[Start]:
    """Starts a verb of keyfob, or the app, in a tmux with that option."""
    if shutil.which("tmux") is None:
        pytest.skip("not installed: tmux")
    password = tmp_path / "password"
    password.write_text(PASSWORD)
    password.chmod(0o600)
    started: list[Tmux] = []

    def start(set_clipboard: str, *verb: str) -> Tmux:
        program = [sys.executable, "-m", "tui", *verb, "--vault", str(vault_file)]
        if verb:
            program += ["--password-file", str(password)]
        option = f"set -s set-clipboard {set_clipboard}"
        started.append(Tmux(program, home=tmp_path, size=(160, 30), options=[option]))
        return started[-1]

    yield start
    for tmux in started:
        tmux.close()


def shows(tmux: Tmux, text: str) -> bool:
    return wait_until(lambda: text in tmux.scrolled, 30)


def test_the_command_line_copies_the_exact_bytes_and_says_they_stay(start: Start) -> None:
    tmux = start("on", "copy", "ci")
    assert wait_until(lambda: tmux.buffers == [SECRET], 30)
    assert shows(tmux, "ci: sent to tmux (OSC 52), which keeps a copy; stays until you copy again.")


def test_the_app_empties_it_on_quitting_and_tmux_keeps_its_own_copy_as_was_said(
    start: Start,
) -> None:
    tmux = start("on")
    assert shows(tmux, "Password")
    tmux.send(PASSWORD, "Enter")
    assert shows(tmux, "Contoso.*")
    tmux.press("c")
    assert wait_until(lambda: tmux.buffers == [SECRET], 30)
    assert shows(tmux, "sent to tmux (OSC 52), which keeps a copy")
    tmux.press("q")
    assert wait_until(lambda: tmux.buffers == [" ", SECRET], 30)


def test_tmux_as_it_comes_drops_it_and_nothing_else_was_promised(start: Start) -> None:
    tmux = start("external", "copy", "ci")
    assert shows(tmux, "Nothing arrived? tmux needs: set -g set-clipboard on")
    assert tmux.buffers == []
