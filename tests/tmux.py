"""A real tmux with a program in it, and what a person would see there."""

from __future__ import annotations

import os
import shlex
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from threading import Event

KEPT = ("PATH", "LANG", "LC_ALL", "VIRTUAL_ENV")
"""Variables of the tests' own environment that the program gets: neither display nor session."""

PATIENT = 60.0
"""Seconds: nothing that works takes so long on a busy machine; what hangs does for ever."""


class Tmux:
    """A tmux server with one window, in which a program runs."""

    def __init__(
        self,
        program: Sequence[str],
        *,
        home: Path,
        size: tuple[int, int] = (80, 24),
        options: Iterable[str] = (),
        variables: Mapping[str, str] | None = None,
    ) -> None:
        """Start the program.

        Args:
            program: The program and its arguments.
            home: Its home directory; the server's socket and settings are there, too.
            size: Columns and rows.
            options: Lines of the server's settings.
            variables: More of the program's environment.
        """
        config = home / "tmux.conf"
        config.write_text("".join(f"{line}\n" for line in (*options, "set -g remain-on-exit on")))
        self._environ = {name: os.environ[name] for name in KEPT if name in os.environ}
        self._environ |= {
            "HOME": str(home),
            "TMUX_TMPDIR": str(home),
            "TERM": "xterm-256color",
            "SHELL": "/bin/sh",
            "TEXTUAL_ANIMATIONS": "none",
            **(variables or {}),
        }
        columns, rows = map(str, size)
        begin = ("new-session", "-d", "-c", str(home), "-x", columns, "-y", rows)
        self.run("-f", str(config), *begin, shlex.join(program))

    def run(self, *command: str, given: str | None = None) -> str:
        """What tmux answers; nothing if it refuses."""
        done = subprocess.run(
            ["tmux", "-u", "-L", "keyfob", *command],
            env=self._environ,
            input=given,
            capture_output=True,
            text=True,
            timeout=PATIENT,
            check=False,
        )
        return done.stdout

    @property
    def text(self) -> str:
        """The window, line by line; a line that the terminal broke is one."""
        lines = self.run("capture-pane", "-p", "-J").splitlines()
        return "\n".join(line.rstrip() for line in lines).rstrip()

    @property
    def scrolled(self) -> str:
        """The window with what scrolled out of it, on one line, so that wraps do not matter."""
        return " ".join(self.run("capture-pane", "-p", "-S", "-").split())

    @property
    def buffers(self) -> list[str]:
        """Everything it keeps, newest first."""
        names = self.run("list-buffers", "-F", "#{buffer_name}").split()
        return [self.run("show-buffer", "-b", name) for name in names]

    def press(self, *keys: str) -> None:
        """Press keys, by tmux's names of them."""
        self.run("send-keys", *keys)

    def send(self, text: str, *keys: str) -> None:
        """Type a text, then press keys."""
        self.run("send-keys", "-l", text)
        if keys:
            self.press(*keys)

    def paste(self, text: str) -> None:
        """Paste a text as a terminal does."""
        self.run("load-buffer", "-b", "pasted", "-", given=text)
        self.run("paste-buffer", "-p", "-d", "-b", "pasted")

    def wait_for(self, wanted: str) -> str:
        """Wait until a text is in the window; answers all of it."""
        return self._wait(lambda text: wanted in text, wanted)

    def wait_to_be_asked(self, wanted: str) -> str:
        """Wait until the last line that is not empty holds a text; answers the window."""
        return self._wait(lambda text: wanted in text.rpartition("\n")[2], wanted)

    def close(self) -> None:
        """End it and what runs in it."""
        self.run("kill-server")

    def _wait(self, holds: Callable[[str], bool], wanted: str) -> str:
        end = time.monotonic() + PATIENT
        while not holds(text := self.text):
            if time.monotonic() > end:
                raise AssertionError(f"{wanted!r} did not appear on:\n{text}")
            Event().wait(0.05)
        return text
