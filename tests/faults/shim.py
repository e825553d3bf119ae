"""The preloaded library that makes a file call go wrong, and the log it keeps of them."""

from __future__ import annotations

import atexit
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).with_name("shim.c")
CHANGING = {"write", "fsync", "rename", "link", "unlink", "mkdir", "fchmod", "chmod", "ftruncate"}


@dataclass(frozen=True, slots=True)
class Fault:
    """What the library is to do.

    Attributes:
        do: `before`, `after`, `torn`, `short`, `errno`, `signal`; "" for nothing.
        at: At which file call, from 1; 0 for none.
        argument: The errno or the signal.
        good: Names of calls, in commas, of which every later one goes wrong too.
        clock: Seconds to add to the time of day.
        memory: Memory the computer seems to have, in MiB; 0 for what it has.
        log: Whether to keep a log of the calls.
    """

    do: str = ""
    at: int = 0
    argument: int = 0
    good: str = ""
    clock: int = 0
    memory: int = 0
    log: bool = True

    def environ(self, root: Path, log: Path) -> Mapping[str, str]:
        """The variables that start a program with it."""
        return {
            "LD_PRELOAD": str(library()),
            "FAULT_ROOT": str(root),
            "FAULT_LOG": str(log) if self.log else "",
            "FAULT_DO": self.do,
            "FAULT_AT": str(self.at),
            "FAULT_ARG": str(self.argument),
            "FAULT_GOOD": self.good,
            "FAULT_CLOCK": str(self.clock),
            "FAULT_MEMORY": str(self.memory),
        }


NOTHING = Fault()
"""Only the log of calls."""


@dataclass(frozen=True, slots=True)
class Call:
    """One file call that a program made.

    Attributes:
        number: Its number, from 1.
        name: What was called.
        result: What it answered; -1 if it failed.
        detail: The flags of an open, the offset of a write.
        path: The file.
        other: The second name of a rename or link, or "".
        data: What was written.
    """

    number: int
    name: str
    result: int
    detail: int
    path: str
    other: str
    data: bytes

    @property
    def changes(self) -> bool:
        """Whether the disk may differ after it."""
        return self.name in CHANGING or (self.name == "open" and bool(self.detail & 0o103))


def read_calls(log: Path) -> list[Call]:
    """The calls in a log; programs that were started are left out."""
    calls = []
    for line in log.read_text("utf-8").splitlines() if log.exists() else ():
        number, name, result, detail, path, other, data = line.split("\t")
        if name != "exec":
            words = (int(number), name, int(result), int(detail), path, other, bytes.fromhex(data))
            calls.append(Call(*words))
    return calls


def why_not() -> str:
    """Why the library cannot be used here, or ""."""
    if sys.platform != "linux":
        return "the fault library is for Linux"
    if _compiler() is None:
        return "there is no C compiler"
    return "" if library() else "the C compiler cannot build the fault library"


@cache
def library() -> Path | None:
    """The compiled library, made once for this process; None if that fails."""
    compiler = _compiler()
    if compiler is None:
        return None
    directory = Path(tempfile.mkdtemp(prefix="keyfob-shim-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    built = directory / "shim.so"
    command = [compiler, "-shared", "-fPIC", "-O1", "-o", str(built), str(SOURCE), "-ldl"]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    return built if done.returncode == 0 else None


def _compiler() -> str | None:
    return shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
