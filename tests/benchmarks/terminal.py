"""A real program in a pseudo-terminal that shows nothing, answers nothing, and takes the time."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

TIMEOUT = 30.0
"""Seconds after which a program that did not show what was waited for has failed."""

_UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes in a unit of `ru_maxrss`."""

_KEPT = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT")


class SilentError(RuntimeError):
    """The program ended, or did not show in time what was waited for."""


def keyfob_command() -> list[str]:
    """How to start keyfob: by the console script of this environment, else as a module."""
    script = shutil.which("keyfob", path=str(Path(sys.executable).parent))
    return [script] if script else [sys.executable, "-m", "tui"]


def plain_environ(more: Mapping[str, str]) -> dict[str, str]:
    """An environment of a colour terminal and nothing of the user's own."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "TERM": "xterm-256color", "COLORTERM": "truecolor", **more}


class Program:
    """One running program: send it keys, wait for what it paints.

    Times are answers of `time.perf_counter`.

    Attributes:
        started: When it was started, just before the fork.
        peak_memory: The most memory it has held, in bytes; known when it has ended.
    """

    def __init__(
        self,
        command: Sequence[str],
        environ: Mapping[str, str],
        *,
        columns: int = 80,
        lines: int = 24,
        directory: Path | None = None,
    ) -> None:
        """Start it.

        Args:
            command: Program and arguments.
            environ: Its whole environment.
            columns: Width of the terminal.
            lines: Height of the terminal.
            directory: Its working directory.
        """
        self.peak_memory = 0
        self._seen = bytearray()
        self.started = time.perf_counter()
        self._process, self._terminal = pty.fork()
        if self._process == 0:
            with contextlib.suppress(OSError):
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
                if directory is not None:
                    os.chdir(directory)
                os.execve(command[0], list(command), dict(environ))
            os._exit(127)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.peak_memory = self._high_water()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process, signal.SIGKILL)
        os.close(self._terminal)
        _, _, usage = os.wait4(self._process, 0)
        # This also counts the process that forked it, so it is only second best.
        self.peak_memory = self.peak_memory or usage.ru_maxrss * _UNIT

    def send(self, keys: bytes | str) -> float:
        """Press keys; answers when. What was painted before is forgotten."""
        data = keys.encode() if isinstance(keys, str) else keys
        self._seen.clear()
        now = time.perf_counter()
        os.write(self._terminal, data)
        return now

    def wait_for(self, *marks: bytes | str) -> float:
        """Read until all of these were painted since the last `send`; answers when.

        Raises:
            SilentError: They were not.
        """
        wanted = [mark.encode() if isinstance(mark, str) else mark for mark in marks]
        end = time.perf_counter() + TIMEOUT
        while True:
            now = time.perf_counter()
            if all(mark in self._seen for mark in wanted):
                return now
            ready, _, _ = select.select([self._terminal], [], [], max(end - now, 0))
            if not ready:
                raise SilentError(f"{wanted} did not appear in {TIMEOUT:.0f} s: {self._tail()}")
            self._read(wanted)

    def settle(self, quiet: float) -> None:
        """Read until nothing was painted for so many seconds.

        Raises:
            SilentError: It never stops painting.
        """
        end = time.perf_counter() + TIMEOUT
        while select.select([self._terminal], [], [], quiet)[0]:
            self._read([])
            if time.perf_counter() > end:
                raise SilentError(f"it does not stop painting: {self._tail()}")

    def watch(self, seconds: float) -> int:
        """How many bytes it paints, untouched, in so many seconds."""
        self._seen.clear()
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            if select.select([self._terminal], [], [], left)[0]:
                self._read([])
        return len(self._seen)

    def _high_water(self) -> int:
        """The most memory the running program has held, as Linux alone tells it; else 0."""
        try:
            status = Path(f"/proc/{self._process}/status").read_text(encoding="ascii")
        except OSError:
            return 0
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        return int(found[1]) * 1024 if found else 0

    def _read(self, wanted: Sequence[bytes]) -> None:
        try:
            data = os.read(self._terminal, 1 << 16)
        except OSError:
            data = b""
        if not data:
            raise SilentError(f"the program ended before {wanted}: {self._tail()}")
        self._seen += data

    def _tail(self) -> str:
        text = re.sub(rb"\x1b\[[0-9;?<>=]*[A-Za-z]", b"", bytes(self._seen))
        return text[-400:].decode(errors="replace")
