"""`keyfob scan` beside `grep -E` with the same shapes, over the same tree, in turns."""

from __future__ import annotations

import os
import random
import shutil
import statistics
import subprocess
from functools import partial
from pathlib import Path
from typing import Any

from tests.benchmarks.measure import Figure, alternate, spread, timed
from tests.benchmarks.terminal import keyfob_command, plain_environ
from tests.benchmarks.vaults import Vaults

LIMIT = 2.0
"""Times what grep takes (issue 5)."""

FILES = 8_000
ROUNDS = 5
KEYS_EVERY = 1_000

_KEY = "oy2acaqdaqcqmbyibefaaaaqeayeaudaocajbifqydiob4"
_SHAPES = (
    "oy2[a-z2-7]{43}"
    "|OY2[A-Z2-7]{43}"
    "|[A-Za-z0-9+/]{52}JQQJ99[A-Za-z0-9]{18}(NUGT|AZDO)[A-Za-z0-9+/]{4}"
    "|cio[A-Za-z0-9]{32}"
    "|cio_tp_[A-Za-z0-9]{32}"
    "|(py|dev)pi-[A-Za-z0-9_-]{60}"
    "|kfob_[A-Za-z0-9]{38}"
    "|npm_[A-Za-z0-9]{36}"
    "|gh[pousr]_[A-Za-z0-9]{36}"
    "|github_pat_[A-Za-z0-9_]{82}"
    "|rubygems_[0-9a-f]{48}"
    "|glpat-[A-Za-z0-9_.-]{20}"
    "|gldt-[A-Za-z0-9_-]{20}"
    "|dckr_[po]at_[A-Za-z0-9_-]{27}"
)


def run(vaults: Vaults) -> list[Figure]:
    """How many times what grep takes a scan takes, with .gitignore and without."""
    grep = shutil.which("grep")
    if grep is None:
        return []
    tree = vaults[10].root / "tree"
    size = _grow(tree)
    environ = {**plain_environ(os.environ), "LC_ALL": "C"}
    commands = {
        "grep": [grep, "-rnaE", _SHAPES, str(tree)],
        "ignoring": [*keyfob_command(), "scan", "--no-vault", str(tree)],
        "whole": [*keyfob_command(), "scan", "--no-vault", "--no-ignore", str(tree)],
    }
    counts = {name: _hits(command, environ) for name, command in commands.items()}
    if len(set(counts.values())) != 1:
        raise RuntimeError(f"they do not find the same: {counts}")
    taken = alternate(
        {name: timed(partial(_hits, line, environ)) for name, line in commands.items()},
        rounds=ROUNDS,
    )
    detail: dict[str, Any] = {f"{name}_ms": spread(values) for name, values in taken.items()}
    detail |= {"files": FILES, "megabytes": size // 1_000_000, "hits": counts["grep"]}
    figures = []
    for name in ("ignoring", "whole"):
        ratios = [ours / theirs for ours, theirs in zip(taken[name], taken["grep"], strict=True)]
        figures.append(
            Figure(f"scan_{name}", statistics.median(ratios), "x grep", LIMIT, None, detail)
        )
    return figures


def _grow(tree: Path) -> int:
    """Write a tree of what looks like code, with a few keys in it; answers its size in bytes."""
    chance = random.Random(7)
    words = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz_", k=n)) for n in range(2, 16)] * 12
    words += ["a_long_name_of_some_function_or_other"]
    words += ["return", "import", "self", "(", ")", "=", "0x1f", "npm_config", "cio", "ghp_", "if"]
    lines = [
        " " * chance.choice((0, 4, 8)) + " ".join(chance.choices(words, k=chance.randint(1, 12)))
        for _ in range(4_000)
    ]
    size = 0
    for at in range(FILES):
        directory = tree / f"part{at % 40}" / f"module{at % 7}"
        directory.mkdir(parents=True, exist_ok=True)
        picked = chance.choices(lines, k=chance.randint(20, 300))
        if at % KEYS_EVERY == 0:
            picked.append(f"key = {_KEY}")
        size += (directory / f"file{at}.py").write_text("\n".join(picked))
    (tree / ".gitignore").write_text("*.log\n__pycache__/\nbuild/\n*.py[co]\n.venv\n/dist\n")
    return size


def _hits(command: list[str], environ: dict[str, str]) -> int:
    done = subprocess.run(
        command, env=environ, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    return len(done.stdout.splitlines())
