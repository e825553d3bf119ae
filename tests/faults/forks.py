"""Commands run by a server that forks for each, some milliseconds in place of an interpreter."""

from __future__ import annotations

import atexit
import json
import os
import queue
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults import shim

REPOSITORY = Path(__file__).resolve().parents[2]
_START = 60.0
"""Seconds after which a server that did not start counts as hung."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command, and the world it runs in.

    Attributes:
        argv: What is typed after `keyfob`.
        directory: Where it runs.
        environ: All of its variables.
        stdin: What is piped in; less than a pipe holds.
        limits: What it may use of a resource, by the name that `resource` has for it.
        umask: The modes that its new files do not get.
    """

    argv: Sequence[str]
    directory: Path
    environ: Mapping[str, str]
    stdin: bytes = b""
    limits: Mapping[str, int] = field(default_factory=dict)
    umask: int = 0o022

    def request(self) -> bytes:
        """What a server is asked."""
        told = {
            "argv": list(self.argv),
            "directory": str(self.directory),
            "environ": dict(self.environ),
            "limits": dict(self.limits),
            "umask": self.umask,
        }
        return json.dumps(told).encode()


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: its status as `subprocess` gives it, and what it printed."""

    status: int
    out: bytes
    err: bytes


class _Server:
    """One server process, that runs one command at a time."""

    def __init__(self, *known: Path) -> None:
        self._line, other = socket.socketpair()
        library = None if shim.why_not() else shim.library()
        environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY)}
        environ |= {name: os.environ[name] for name in ("LANG", "LC_ALL") if name in os.environ}
        environ |= {"PYTHONDONTWRITEBYTECODE": "1"} | (
            {"LD_PRELOAD": str(library)} if library else {}
        )
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.server", str(other.fileno()), *map(str, known)],
            env=environ,
            cwd="/",
            pass_fds=[other.fileno()],
            stdin=subprocess.PIPE,  # a stream that can seek would be another kind of stream
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        other.close()
        atexit.register(self.close)

    def run(self, command: Command, timeout: float) -> Ended:
        given, out, err = os.pipe(), os.pipe(), os.pipe()
        os.write(given[1], command.stdin)
        os.close(given[1])
        try:
            theirs = [given[0], out[1], err[1]]
            socket.send_fds(self._line, [command.request()], theirs)
            for file in theirs:
                os.close(file)
            status = self._wait(timeout)
            return Ended(status, _all_of(out[0]), _all_of(err[0]))
        finally:
            os.close(out[0])
            os.close(err[0])

    def _wait(self, timeout: float) -> int:
        """The command's exit status; it is killed, and counts as hung, when it takes longer."""
        self._line.settimeout(_START)
        child = self._number()
        self._line.settimeout(timeout)
        try:
            return self._number()
        except TimeoutError:
            os.kill(child, signal.SIGKILL)
            raise

    def _number(self) -> int:
        """One line of the answer. Byte by byte, for the next line may follow at once."""
        word = b""
        while not word.endswith(b"\n"):
            byte = self._line.recv(1)
            if not byte:
                raise ConnectionError("the server of commands ended")
            word += byte
        return int(word)

    def close(self) -> None:
        self._line.close()
        self._process.wait(_START)


_idle: queue.SimpleQueue[_Server] = queue.SimpleQueue()


def run(command: Command, timeout: float, *known: Path) -> Ended:
    """Run one command; another server is started when all of them are at work.

    Args:
        command: What to run.
        timeout: Seconds after which it counts as hung.
        known: A vault and its password file: its key is derived once for all commands.

    Raises:
        TimeoutError: It took longer, and was killed.
    """
    try:
        server = _idle.get_nowait()
    except queue.Empty:
        server = _Server(*known)
    done = server.run(command, timeout)  # one that breaks down here is not asked again
    _idle.put(server)
    return done


def start(command: Command, timeout: float, program: Sequence[str]) -> Ended:
    """Run one command in an interpreter of its own, as a shell does.

    Args:
        command: Its limits and its umask are not looked at.
        timeout: Seconds after which it counts as hung.
        program: What its arguments are added to.

    Raises:
        subprocess.TimeoutExpired: It took longer, and was killed.
    """
    done = subprocess.run(
        [*program, *command.argv],
        input=command.stdin,
        capture_output=True,
        cwd=command.directory,
        env=command.environ,
        timeout=timeout,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def _all_of(file: int) -> bytes:
    """What is in a pipe now; whoever still holds its other end is not waited for."""
    os.set_blocking(file, False)
    parts = []
    while True:
        try:
            part = os.read(file, 65_536)
        except BlockingIOError:
            break
        if not part:
            break
        parts.append(part)
    return b"".join(parts)
