"""A machine whose agents live in a short, private directory, and are gone when the test is over."""

from __future__ import annotations

import json
import os
import select
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.vault.cli.bench import Bench


@contextmanager
def runtime() -> Iterator[Path]:
    """A directory as a login session has one."""
    directory = Path(tempfile.mkdtemp(prefix="kf-", dir="/tmp"))
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)  # which ends an agent that was forgotten


@contextmanager
def agent_of(bench: Bench) -> Iterator[Bench]:
    """This machine in a login session; whatever was unlocked in it is locked in the end."""
    with runtime() as directory:
        bench.environ["XDG_RUNTIME_DIR"] = str(directory)
        try:
            yield bench
        finally:
            bench.ok("lock")


def pid_of(bench: Bench) -> int:
    """The process of this vault's agent."""
    pid = json.loads(bench.ok("agent", "--json").out)["pid"]
    assert isinstance(pid, int)
    return pid


def wait_for_end(pid: int, seconds: float = 20) -> None:
    """Wait until a process that is no child of this one has ended."""
    if sys.platform != "linux":
        pytest.skip("only Linux can wait for a process that is no child")
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        ended, _, _ = select.select([descriptor], [], [], seconds)
    finally:
        os.close(descriptor)
    assert ended, f"process {pid} has not ended"


def forget_password(bench: Bench) -> None:
    """From now on nothing gives the password, and there is no terminal."""
    del bench.environ["KEYFOB_PASSWORD_FILE"]
