"""What the clipboard tests see and do on a desktop, and how they wait."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from vault.clipboard.ways import Ways, ways

WAYS = ("xclip", "xsel", "wl-copy", "pyperclip")
"""Every way to the clipboard that can be taken here; the first three own it through a tool."""
TOOLS = WAYS[:3]

LONG = 60.0
"""Seconds a secret stays: longer than any test."""

PASSWORD = "made-up password of the desktop"
SECRET = "oy2-made-up-for-tests-of-programs"
"""What opens the vault of the fixture `vault_file`, and the secret of its key `ci`."""

HANG = 30.0
"""Seconds: nothing that works takes so long on a busy machine; what hangs does for ever."""


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> bool:
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


@dataclass(frozen=True)
class Server:
    """A display that runs, and how other programs than keyfob use its clipboard.

    Attributes:
        variables: Where it is; no other display of this machine has the same.
        readers: Commands that print the clipboard's content, by tool.
        copy: Takes the clipboard for what it reads, and stays in the foreground.
        clear: Empties the clipboard.
    """

    variables: dict[str, str]
    readers: dict[str, list[str]]
    copy: list[str]
    clear: list[str]


def x11(display: str) -> Server:
    """An X server, such as `:1`."""
    readers = {
        "xclip": ["xclip", "-selection", "clipboard", "-o"],
        "xsel": ["xsel", "-b", "-o"],
    }
    copy = ["xclip", "-selection", "clipboard", "-quiet"]
    return Server({"DISPLAY": display}, readers, copy, ["xsel", "-b", "-c"])


def wayland(directory: str, display: str) -> Server:
    """A Wayland compositor: its runtime directory, and its socket there, such as `wayland-1`."""
    kind = ["-t", "text/plain;charset=utf-8"]
    return Server(
        {"XDG_RUNTIME_DIR": directory, "WAYLAND_DISPLAY": display},
        {"wl-paste": ["wl-paste", "-n", *kind]},
        ["wl-copy", "-f", *kind],
        ["wl-copy", "-c"],
    )


class Desktop:
    """One display, seen through other programs than keyfob.

    Attributes:
        environ: The environment of a program that was started on it.
        readers: Names of the programs that can paste.
    """

    def __init__(self, server: Server) -> None:
        hidden = {"DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION", "SSH_TTY", "TMUX"}
        hidden |= {"WSL_DISTRO_NAME", "WSL_INTEROP", "XDG_CURRENT_DESKTOP"}
        kept = {name: value for name, value in os.environ.items() if name not in hidden}
        self.environ = {**kept, **server.variables}
        self.readers = tuple(server.readers)
        self._server = server
        self._others: list[subprocess.Popen[bytes]] = []

    def only(self, way: str) -> Ways:
        """That way and no other."""
        tools = tuple(tool for tool in ways(self.environ).tools if tool.name == way)
        return Ways(tools, pyperclip=way == "pyperclip", hint="")

    def with_only(self, way: str, directory: Path) -> dict[str, str]:
        """The environment of a computer where this is the only clipboard tool.

        Args:
            way: One of `TOOLS`.
            directory: An empty one, to be filled with links to that tool.
        """
        for name in ("wl-copy", "wl-paste", "cat", "rm") if way == "wl-copy" else (way,):
            (directory / name).symlink_to(shutil.which(name) or "")
        return {**self.environ, "PATH": str(directory)}

    def paste(self, tool: str = "") -> bytes | None:
        """What a paste gives, or None if the clipboard is empty."""
        command = self._server.readers[tool or self.readers[0]]
        for _ in range(20):
            # A paste asked of an owner just ending is never answered: X knows no time-out.
            with suppress(subprocess.TimeoutExpired):
                done = subprocess.run(
                    command, env=self.environ, capture_output=True, timeout=1, check=False
                )
                return done.stdout or None
        raise AssertionError("the clipboard does not answer")

    def someone_copies(self, text: bytes) -> subprocess.Popen[bytes]:
        """Another program takes the clipboard; its process."""
        other = subprocess.Popen(
            self._server.copy,
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

    def running(self) -> list[int]:
        """Process ids of those guards and of everything they started."""
        return [pid for guard in self.guards() for pid in family(guard)]

    def _is_guard(self, pid: int) -> bool:
        if b"guard.process" not in command_line(pid):
            return False
        # A guard lets nobody but root read its environment; its tools' may be read. One that has
        # not left our session yet cannot be told from those of other desktops.
        mark = "=".join(next(iter(self._server.variables.items()))).encode()
        together = session(pid)
        return os.getpid() not in together and any(
            mark in environment(each).split(b"\0") for each in together
        )

    def close(self) -> None:
        """End every program of this desktop that still holds the clipboard."""
        for other in self._others:
            other.send_signal(signal.SIGCONT)
        subprocess.run(self._server.clear, env=self.environ, timeout=20, check=False)
        for other in self._others:
            with suppress(subprocess.TimeoutExpired):
                other.wait(2)  # ending by itself, wl-copy removes its file
            other.kill()
            other.wait()


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
