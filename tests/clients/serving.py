"""Servers on this machine's own address: started, waited for, stopped by their process."""

from __future__ import annotations

import http.client
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
_PATIENCE = 90.0
_GRACE = 10.0


@dataclass(frozen=True, slots=True)
class Served:
    """A server that answers.

    Attributes:
        url: Its address, with a final slash.
        root: Its directory.
        log: What it printed.
    """

    url: str
    root: Path
    log: Path


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(
    command: Sequence[str], port: int, root: Path, environ: Mapping[str, str]
) -> Iterator[Served]:
    """A server, from when it answers to the end of the block.

    Args:
        command: Starts it in the foreground.
        port: Where it listens.
        root: Where it runs and keeps its files.
        environ: Its whole environment.
    """
    log = root / "server.log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command,
            cwd=root,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
        )
    try:
        _wait(process, port, log)
        yield Served(f"http://{HOST}:{port}/", root, log)
    finally:
        process.terminate()
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while not _answers(port):
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            if time.monotonic() < end:
                continue
        raise AssertionError(f"the server does not answer:\n{log.read_text('utf-8', 'replace')}")


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True
