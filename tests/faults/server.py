"""A process with keyfob loaded that forks for every command.

    python -m tests.faults.server FD VAULT PASSWORD_FILE

What it forks is the command line as it is, `vault.cli.__main__`. Two things only are saved: the
start of an interpreter, which takes ten times as long as the command, and key derivation: that of
VAULT's password was done before, and new ones are the cheapest. The fault library is preloaded and
asleep; each fork wakes it with its own environment. Requests come over the socket FD: a line of
JSON and the three standard streams; answers go back: the process id, then the exit status.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import pkgutil
import resource
import runpy
import socket
import sys
import time
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import vault
from vault.sealing import kdf, slots, vaultfile

LARGEST = 65_536
"""Most bytes of a request."""


def main() -> None:
    """Serve until the other end is closed."""
    wake = _loaded(Path(sys.argv[2]), Path(sys.argv[3]))
    with socket.socket(fileno=int(sys.argv[1])) as line:
        while True:
            words, files, _, _ = socket.recv_fds(line, LARGEST, 3)
            if not words:
                return
            child = os.fork()
            if child == 0:
                line.close()
                break
            for file in files:
                os.close(file)
            line.sendall(b"%d\n" % child)
            _, status = os.waitpid(child, 0)
            line.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
    _become(json.loads(words), files, wake)
    runpy.run_module("vault.cli", run_name="__main__", alter_sys=True)


def _loaded(vault_file: Path, password_file: Path) -> Callable[[], object]:
    """Load and derive what can be; answers what makes the fault library read its environment."""
    for module in pkgutil.walk_packages(vault.__path__, "vault."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    kdf.STANDARD = kdf.CHEAPEST
    setattr(slots, "derive", cache(kdf.derive))  # noqa: B010 - it is imported there, not exported
    vaultfile.unlock(vault_file.read_bytes(), password_file.read_text("utf-8").rstrip("\n")).wipe()
    try:
        wake: Callable[[], object] = ctypes.CDLL(None).fault_start
    except AttributeError:  # it could not be built here
        wake = _nothing
    gc.freeze()
    return wake


def _nothing() -> None: ...


def _become(request: dict[str, Any], files: Sequence[int], wake: Callable[[], object]) -> None:
    """Take the streams, limits, directory, environment and arguments of the command."""
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    for name, most in request["limits"].items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))
    os.umask(request["umask"])
    os.chdir(request["directory"])
    os.environ.clear()
    os.environ.update(request["environ"])
    time.tzset()
    sys.argv[1:] = request["argv"]
    wake()


if __name__ == "__main__":
    main()
