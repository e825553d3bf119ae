"""Opening a vault and saving one changed key, in the library, on a real disk."""

from __future__ import annotations

import gc
import itertools
import statistics
from collections.abc import Callable, Mapping, Sequence

from tests.benchmarks.measure import Figure, alternate, differences, spread, timed
from tests.benchmarks.vaults import SIZES, VaultOnDisk, Vaults, derivation
from vault.vault import Change

LIMIT = 150.0
"""Milliseconds, at the largest size."""

GROWTH_LIMIT = 12.0
"""Times as long for ten times the keys: linear, and a little for the caches."""

ROUNDS = 11


def run(vaults: Vaults) -> list[Figure]:
    """Both times at each size, and how they grow from the middle size to the largest."""
    opening = {str(size): timed(_opening(vaults[size])) for size in SIZES}
    taken = alternate({"kdf": timed(derivation), **opening}, rounds=ROUNDS)
    opened = {size: differences(taken[str(size)], taken["kdf"]) for size in SIZES}
    saves = alternate({str(size): timed(_change(vaults[size])) for size in SIZES}, rounds=ROUNDS)
    gc.collect()
    return [
        *_figures("open_less_kdf", opened),
        *_figures("save_one_key", {size: saves[str(size)] for size in SIZES}),
    ]


def _opening(vault: VaultOnDisk) -> Callable[[], object]:
    return lambda: vault.open().lock()


def _change(vault: VaultOnDisk) -> Callable[[], object]:
    """Changing the note of one key, a different key and note each time."""
    opened = vault.open()
    ids = itertools.cycle([key.id for key in opened.keys])
    return lambda: opened.edit(key := next(ids), Change(note=f"Changed {key}"))


def _figures(name: str, spent: Mapping[int, Sequence[float]]) -> list[Figure]:
    figures = [
        Figure(name, statistics.median(spent[size]), "ms", LIMIT, size, spread(spent[size]))
        for size in SIZES
    ]
    few, many = (statistics.median(spent[size]) for size in SIZES[1:])
    detail = {"from_keys": SIZES[1], "to_keys": SIZES[2]}
    figures.append(Figure(f"{name}_growth", many / few, "ratio", GROWTH_LIMIT, None, detail))
    return figures
