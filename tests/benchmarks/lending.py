"""`keyfob copy` while an agent holds the vault open, beside the least that Python itself takes.

The clipboard is a made-up tool: what a real one takes is not keyfob's.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.measure import Figure, alternate, differences, spread, timed
from tests.benchmarks.terminal import keyfob_command, plain_environ
from tests.benchmarks.vaults import PASSWORD, VaultOnDisk, Vaults

LIMIT = 150.0
"""Milliseconds above the start of the interpreter (issue 4)."""

SIZES = (10, 1_000)
ROUNDS = 15

_TOOL = """#!/bin/sh
case "$*" in *-o*) cat "$HOME/clipboard"; exit 0;; esac
cat > "$HOME/clipboard"
exec sleep 5
"""


def run(vaults: Vaults) -> list[Figure]:
    """What `copy` takes above `python -c ''`, and `show` for what of that is the clipboard's."""
    figures = []
    for size in SIZES:
        with unlocked(vaults[size]) as environ:
            taken = alternate(
                {
                    "python": timed(_process([sys.executable, "-c", ""], environ)),
                    "copy": timed(_process([*keyfob_command(), "copy", "key-00003"], environ)),
                    "show": timed(_process([*keyfob_command(), "show", "key-00003"], environ)),
                },
                rounds=ROUNDS,
            )
        for name, limit in (("copy", LIMIT), ("show", None)):
            above = differences(taken[name], taken["python"])
            detail = {f"{part}_ms": spread(values) for part, values in taken.items()}
            figures.append(
                Figure(f"{name}_with_agent", statistics.median(above), "ms", limit, size, detail)
            )
    return figures


@contextmanager
def unlocked(vault: VaultOnDisk) -> Iterator[Mapping[str, str]]:
    """An environment with a clipboard, in which the vault is unlocked."""
    tools, runtime, password = vault.root / "tools", vault.root / "run", vault.root / "password"
    for directory in (tools, runtime):
        directory.mkdir(mode=0o700, exist_ok=True)
    _write(tools / "xclip", _TOOL, 0o700)
    _write(password, PASSWORD, 0o600)
    environ = plain_environ(vault.environ) | {"XDG_RUNTIME_DIR": str(runtime), "DISPLAY": ":77"}
    environ["PATH"] = f"{tools}:{environ.get('PATH', os.defpath)}"
    _process([*keyfob_command(), "unlock", "--password-file", str(password)], environ)()
    try:
        yield environ
    finally:
        _process([*keyfob_command(), "lock"], environ)()


def _write(path: Path, text: str, mode: int) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)


def _process(command: Sequence[str], environ: Mapping[str, str]) -> Callable[[], object]:
    return lambda: subprocess.run(
        command, env=environ, stdin=subprocess.DEVNULL, capture_output=True, check=True
    )
