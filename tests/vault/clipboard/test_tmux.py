"""Copying through the terminal (OSC 52), where that terminal is a real tmux without a desktop."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.vault.clipboard.desktop import PASSWORD, SECRET, wait_until

pytestmark = pytest.mark.terminal

KEPT = ("PATH", "LANG", "LC_ALL", "VIRTUAL_ENV")
Start = Callable[..., "Tmux"]


class Tmux:
    """A tmux server with one window, in which a program runs."""

    def __init__(self, home: Path, set_clipboard: str, program: list[str]) -> None:
        self._config = home / "tmux.conf"
        self._config.write_text(f"set -s set-clipboard {set_clipboard}\nset -g remain-on-exit on\n")
        self._environ = {name: os.environ[name] for name in KEPT if name in os.environ}
        self._environ |= {
            "HOME": str(home),
            "TMUX_TMPDIR": str(home),
            "TERM": "xterm-256color",
            "SHELL": "/bin/sh",
            "TEXTUAL_ANIMATIONS": "none",
        }
        size = ["-x", "160", "-y", "30"]
        self.run("-f", str(self._config), "new-session", "-d", *size, shlex.join(program))

    def run(self, *command: str) -> str:
        """What tmux answers; nothing if it refuses."""
        done = subprocess.run(
            ["tmux", "-L", "keyfob", *command],
            env=self._environ,
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
        return done.stdout

    def shows(self, text: str) -> bool:
        """Whether the window, or what scrolled out of it, comes to show a text, however wrapped."""
        return wait_until(
            lambda: text in " ".join(self.run("capture-pane", "-p", "-S", "-").split()), 30
        )

    @property
    def buffers(self) -> list[str]:
        """Everything it keeps, newest first."""
        names = self.run("list-buffers", "-F", "#{buffer_name}").split()
        return [self.run("show-buffer", "-b", name) for name in names]

    def type(self, *keys: str) -> None:
        """Press keys."""
        self.run("send-keys", *keys)

    def close(self) -> None:
        """End it and what runs in it."""
        self.run("kill-server")


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
        started.append(Tmux(tmp_path, set_clipboard, program))
        return started[-1]

    yield start
    for tmux in started:
        tmux.close()


def test_the_command_line_copies_the_exact_bytes_and_says_they_stay(start: Start) -> None:
    tmux = start("on", "copy", "ci")
    assert wait_until(lambda: tmux.buffers == [SECRET], 30)
    assert tmux.shows("ci: sent to tmux (OSC 52), which keeps a copy; stays until you copy again.")


def test_the_app_empties_it_on_quitting_and_tmux_keeps_its_own_copy_as_was_said(
    start: Start,
) -> None:
    tmux = start("on")
    assert tmux.shows("Password")
    tmux.type(PASSWORD, "Enter")
    assert tmux.shows("Contoso.*")
    tmux.type("c")
    assert wait_until(lambda: tmux.buffers == [SECRET], 30)
    assert tmux.shows("sent to tmux (OSC 52), which keeps a copy")
    tmux.type("q")
    assert wait_until(lambda: tmux.buffers == [" ", SECRET], 30)


def test_tmux_as_it_comes_drops_it_and_nothing_else_was_promised(start: Start) -> None:
    tmux = start("external", "copy", "ci")
    assert tmux.shows("Nothing arrived? tmux needs: set -g set-clipboard on")
    assert tmux.buffers == []
