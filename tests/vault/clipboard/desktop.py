"""What the clipboard tests see and do on a desktop, and how they wait."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> bool:
    """Whether the condition comes true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        Event().wait(0.01)
    return True


def stays(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether the condition is true all the time."""
    return not wait_until(lambda: not condition(), seconds)


class Desktop:
    """One display, seen through other programs than keyfob."""

    def __init__(self, display: str) -> None:
        hidden = {"WAYLAND_DISPLAY", "SSH_CONNECTION", "SSH_TTY", "TMUX", "WSL_DISTRO_NAME"}
        kept = {name: value for name, value in os.environ.items() if name not in hidden}
        self.environ = {**kept, "DISPLAY": display}
        self._others: list[subprocess.Popen[bytes]] = []

    def paste(self, tool: str = "xclip") -> bytes | None:
        """What a paste gives, or None if the clipboard is empty."""
        command = {
            "xclip": ["xclip", "-selection", "clipboard", "-o"],
            "xsel": ["xsel", "-b", "-o"],
        }[tool]
        for _ in range(3):
            # A paste asked of an owner just ending is never answered: X knows no time-out.
            with suppress(subprocess.TimeoutExpired):
                done = subprocess.run(
                    command, env=self.environ, capture_output=True, timeout=2, check=False
                )
                return done.stdout or None
        raise AssertionError("the clipboard does not answer")

    def someone_copies(self, text: bytes) -> subprocess.Popen[bytes]:
        """Another program takes the clipboard; its process."""
        other = subprocess.Popen(
            ["xclip", "-selection", "clipboard", "-quiet"],
            env=self.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._others.append(other)
        assert other.stdin is not None
        other.stdin.write(text)
        other.stdin.close()
        assert wait_until(lambda: self.paste() == text)
        return other

    def guards(self) -> list[int]:
        """Process ids of the guards that serve this display."""
        return [pid for pid in processes() if self._is_guard(pid)]

    def _is_guard(self, pid: int) -> bool:
        if b"guard.process" not in command_line(pid):
            return False
        # A guard lets nobody but root read its environment; its tools' may be read.
        display = f"DISPLAY={self.environ['DISPLAY']}".encode()
        return any(display in environment(each).split(b"\0") for each in session(pid))

    def close(self) -> None:
        """End every program of this desktop that still holds the clipboard."""
        for other in self._others:
            other.kill()
            other.wait()
        subprocess.run(["xsel", "-b", "-c"], env=self.environ, timeout=10, check=False)


def processes() -> list[int]:
    """Ids of all processes."""
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def command_line(pid: int) -> bytes:
    """The arguments of a process, or nothing if it has ended."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def environment(pid: int) -> bytes:
    """The environment of a process, or nothing if it has ended or may not be read."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/environ").read_bytes()
    return b""


def family(pid: int) -> Iterator[int]:
    """A process and everything it started."""
    yield pid
    with suppress(OSError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            yield from family(int(child))


def session(pid: int) -> list[int]:
    """All processes in the session of this one."""

    def leader(each: int) -> int:
        with suppress(OSError):
            return os.getsid(each)
        return 0

    return [each for each in processes() if leader(each) == leader(pid) != 0]


def alive(pid: int) -> bool:
    """Whether a process runs (a zombie does not)."""
    with suppress(OSError):
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    return False
