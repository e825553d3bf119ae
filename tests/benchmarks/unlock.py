"""From enter on the password to the painted list, and the memory that takes."""

from __future__ import annotations

import statistics
from collections.abc import Callable

from tests.benchmarks.measure import Figure, alternate, differences, spread, timed
from tests.benchmarks.paint import FIELD
from tests.benchmarks.terminal import Program, keyfob_command, plain_environ
from tests.benchmarks.vaults import PASSWORD, SIZES, VaultOnDisk, Vaults, derivation
from vault.sealing.kdf import CHEAPEST

LIMIT = 1.5
"""Times what it takes with the smallest vault."""

MEMORY_LIMIT = 120.0
"""MiB beside those of the key derivation."""

IDLE_LIMIT = 1000.0
"""Bytes painted in a second of rest; a whole screen is some thousand."""

ROUNDS = 11
MIB = 1 << 20


def run(vaults: Vaults) -> list[Figure]:
    """The time at each size, as a ratio to the smallest; the memory at the largest."""
    peaks: dict[int, list[float]] = {size: [] for size in SIZES}
    measures = {str(size): _enter(vaults[size], peaks[size]) for size in SIZES}
    taken = alternate({"kdf": timed(derivation), **measures}, rounds=ROUNDS)
    spent = {size: differences(taken[str(size)], taken["kdf"]) for size in SIZES}
    floor = statistics.median(spent[SIZES[0]])
    figures = [
        Figure(
            "enter_to_list_ratio",
            statistics.median(spent[size]) / floor,
            "ratio",
            LIMIT,
            size,
            {"less_kdf_ms": spread(spent[size]), "kdf_ms": spread(taken["kdf"])},
        )
        for size in SIZES
    ]
    largest, kdf = peaks[SIZES[-1]], CHEAPEST.memory_kib / 1024
    figures.append(_idle(vaults[SIZES[0]]))
    figures.append(
        Figure(
            "peak_memory",
            statistics.median(largest) - kdf,
            "MiB",
            MEMORY_LIMIT,
            SIZES[-1],
            {
                "whole_mib": spread(largest),
                "kdf_mib": kdf,
                "whole_with_10_keys_mib": spread(peaks[SIZES[0]]),
            },
        )
    )
    return figures


def unlocked(program: Program, vault: VaultOnDisk) -> float:
    """Type the password; answers how many milliseconds after enter the list was painted."""
    program.wait_for(FIELD)
    program.settle(0.05)
    program.send(PASSWORD)
    program.settle(0.05)
    start = program.send("\r")
    return (program.wait_for("key-0", count_mark(vault.keys)) - start) * 1000


def count_mark(keys: int) -> str:
    """The end of what the list's border says of a selected row among so many."""
    return f" of {keys:,} "


def _idle(vault: VaultOnDisk) -> Figure:
    """What the list paints when nobody touches it: over SSH that is traffic."""
    with Program(keyfob_command(), plain_environ(vault.environ), directory=vault.root) as program:
        unlocked(program, vault)
        program.settle(0.5)
        painted = program.watch(3)
    return Figure("painted_at_rest", painted / 3, "B/s", IDLE_LIMIT, vault.keys)


def _enter(vault: VaultOnDisk, peaks: list[float]) -> Callable[[], float]:
    environ = plain_environ(vault.environ)

    def once() -> float:
        with Program(keyfob_command(), environ, directory=vault.root) as program:
            spent = unlocked(program, vault)
            program.settle(0.1)
        peaks.append(program.peak_memory / MIB)
        return spent

    return once
