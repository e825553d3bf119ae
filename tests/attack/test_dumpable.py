"""What another program of the same user sees of a process that holds a secret: nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")

_AS_NOBODY = """
import os, sys
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
"""

HOLDER = f"""
import ctypes
from vault.process import harden
{_AS_NOBODY}
ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)  # as after a start by this user; setuid took it away
held = sys.argv[2].encode() * 2
if sys.argv[1] == "hardened":
    harden()
print("ready", flush=True)
sys.stdin.read()
"""
"""Holds a secret in its memory and its environment until its stdin ends."""

SPY = f"""
import json
{_AS_NOBODY}
process, wanted = "/proc/" + sys.argv[1], sys.argv[2].encode()
def seen(where):
    try:
        if where == "mem":
            return any(wanted * 2 in part for part in memory())
        if where == "fd":
            return bool(os.readlink(process + "/fd/0"))
        with open(process + "/" + where, "rb") as file:
            return wanted in file.read()
    except OSError:
        return None
def memory():
    with open(process + "/maps") as maps, open(process + "/mem", "rb", 0) as mem:
        for line in maps:
            span, rights, *_ = line.split()
            start, end = (int(side, 16) for side in span.split("-"))
            if rights.startswith("rw") and "[v" not in line:
                mem.seek(start)
                yield mem.read(end - start)
print(json.dumps([seen(where) for where in ("environ", "mem", "fd")]))
"""
"""Looks for the secret in another process: True if it found it, None if it may not look."""

SECRET = "made-up-0f3b5c" + "9d1e"


def spied(kind: str) -> list[bool | None]:
    """What a spy sees in environment, memory and descriptors of a holder; both are one user's."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, kind, SECRET],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": str(Path(__file__).parents[2]), "HELD": SECRET},
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"ready\n"
        done = subprocess.run(
            [sys.executable, "-c", SPY, str(holder.pid), SECRET],
            capture_output=True,
            text=True,
            check=True,
        )
        assert holder.stdin is not None
        holder.stdin.close()
    seen: list[bool | None] = json.loads(done.stdout)
    return seen


def test_the_spy_sees_what_nobody_keeps_from_it() -> None:
    environ, mem, descriptors = spied("plain")
    assert environ
    assert descriptors
    assert mem or _only_of_children()


def test_nobody_of_the_same_user_reads_memory_or_environment() -> None:
    assert spied("hardened") == [None, None, None]


def _only_of_children() -> bool:
    """Whether this kernel lets nobody read the memory of a process that is no child (Yama)."""
    scope = Path("/proc/sys/kernel/yama/ptrace_scope")
    return scope.exists() and scope.read_text().strip() != "0"
