"""`keyfob check`, as a shell's prompt runs it, beside the least that Python itself takes."""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence

from tests.benchmarks.measure import Figure, alternate, spread, timed
from tests.benchmarks.terminal import keyfob_command, plain_environ
from tests.benchmarks.vaults import SIZES, VaultOnDisk, Vaults

LIMIT = 2.5
"""Times the reference's wall time."""

ROUNDS = 25

_REFERENCE = [sys.executable, "-c", "import json, datetime"]


def run(vaults: Vaults) -> list[Figure]:
    """The ratio of the two at each size of vault."""
    measures = {str(size): timed(_check(vaults[size])) for size in SIZES}
    reference = _process(_REFERENCE, vaults[SIZES[0]], {0})
    taken = alternate({"reference": timed(reference), **measures}, rounds=ROUNDS, warm=2)
    floor = statistics.median(taken["reference"])
    return [
        Figure(
            "check_wall_ratio",
            statistics.median(taken[str(size)]) / floor,
            "ratio",
            LIMIT,
            size,
            {"check_ms": spread(taken[str(size)]), "reference_ms": spread(taken["reference"])},
        )
        for size in SIZES
    ]


def _check(vault: VaultOnDisk) -> Callable[[], None]:
    return _process([*keyfob_command(), "check"], vault, {0, 1})


def _process(command: Sequence[str], vault: VaultOnDisk, statuses: set[int]) -> Callable[[], None]:
    environ = plain_environ(vault.environ)

    def once() -> None:
        ended = subprocess.run(command, env=environ, capture_output=True, check=False)
        if ended.returncode not in statuses:
            raise RuntimeError(f"{command} ended with {ended.returncode}: {ended.stderr!r}")

    return once
