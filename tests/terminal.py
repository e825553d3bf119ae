"""A pseudo-terminal with a real program in it, and what a person would see on it."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pyte

KEYFOB = (sys.executable, "-m", "tui")


class Terminal:
    """Runs a program in a pseudo-terminal of a given size and keeps its screen."""

    def __init__(
        self,
        command: Sequence[str] = KEYFOB,
        *,
        home: Path,
        size: tuple[int, int] = (80, 24),
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self.columns, self.rows = size
        self.raw = b""
        self.status: int | None = None
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        surroundings = dict(os.environ)
        for name in [name for name in surroundings if name.startswith(("TEXTUAL", "KEYFOB"))]:
            del surroundings[name]
        surroundings |= {
            "HOME": str(home),
            "XDG_DATA_HOME": str(home / "data"),
            "XDG_STATE_HOME": str(home / "state"),
            "XDG_CONFIG_HOME": str(home / "config"),
            "TERM": "xterm-256color",
            "TEXTUAL_ANIMATIONS": "none",
            **(variables or {}),
        }
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            os.chdir(home)
            os.execvpe(command[0], list(command), surroundings)
        self.resize(*size)

    def resize(self, columns: int, rows: int) -> None:
        self._screen.resize(rows, columns)
        fcntl.ioctl(self.descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def send(self, text: str) -> None:
        os.write(self.descriptor, text.encode())

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self._screen.display)

    def read(self, seconds: float = 0.05) -> bool:
        """Take in what the program wrote; False once it has ended."""
        ready, _, _ = select.select([self.descriptor], [], [], seconds)
        if not ready:
            return True
        try:
            data = os.read(self.descriptor, 65536)
        except OSError:
            return False
        if data:
            self.raw += data
            self._stream.feed(data)
        return bool(data)

    def wait_for(self, wanted: str, seconds: float = 20, *, times: int = 1) -> str:
        """Wait until a text is on the screen so many times; answers the whole screen."""
        end = time.monotonic() + seconds
        while self.text.count(wanted) < times:
            if time.monotonic() > end or not self.read():
                raise AssertionError(f"{wanted!r} did not appear on:\n{self.text}")
        return self.text

    def wait_for_end(self, seconds: float = 20) -> int:
        """Wait until the program ends; answers its exit status."""
        end = time.monotonic() + seconds
        while self.read():
            if time.monotonic() > end:
                raise AssertionError(f"the program did not end; its screen:\n{self.text}")
        _, status = os.waitpid(self.pid, 0)
        self.status = os.waitstatus_to_exitcode(status)
        return self.status

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.descriptor)
