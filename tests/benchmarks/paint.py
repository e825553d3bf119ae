"""From starting keyfob to the frame with the password field, beside an empty Textual app."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.benchmarks.measure import Figure, alternate, spread
from tests.benchmarks.terminal import Program, keyfob_command, plain_environ
from tests.benchmarks.vaults import SIZES, VaultOnDisk, Vaults

LIMIT = 1.3
"""Times the empty app's first paint."""

ROUNDS = 15

FIELD = "or recovery code"
"""Part of the password field's placeholder; the cursor stands on its first letter."""

_EMPTY = Path(__file__).with_name("empty_app.py")
_EMPTY_MARK = "nothing-but-this"


def run(vaults: Vaults) -> list[Figure]:
    """The ratio with a small vault and with a large one, whose due keys are counted."""
    small, large = vaults[SIZES[0]], vaults[SIZES[-1]]
    taken = alternate(
        {
            "empty": _paint([sys.executable, str(_EMPTY)], small, _EMPTY_MARK),
            "small": _paint(keyfob_command(), small, FIELD),
            "large": _paint(keyfob_command(), large, FIELD),
        },
        rounds=ROUNDS,
    )
    floor = statistics.median(taken["empty"])
    return [
        Figure(
            "first_paint_ratio",
            statistics.median(taken[name]) / floor,
            "ratio",
            LIMIT,
            vault.keys,
            {"unlock_ms": spread(taken[name]), "empty_app_ms": spread(taken["empty"])},
        )
        for name, vault in (("small", small), ("large", large))
    ]


def _paint(command: Sequence[str], vault: VaultOnDisk, mark: str) -> Callable[[], float]:
    environ = plain_environ(vault.environ)

    def once() -> float:
        with Program(command, environ, directory=vault.root) as program:
            return (program.wait_for(mark) - program.started) * 1000

    return once
