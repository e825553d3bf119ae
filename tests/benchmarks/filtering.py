"""One keystroke in the list's filter, until the list stands still."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Mapping, Sequence

from textual.pilot import Pilot

from tests.benchmarks.measure import Figure, differences, spread
from tests.benchmarks.terminal import Program, keyfob_command, plain_environ
from tests.benchmarks.unlock import count_mark, unlocked
from tests.benchmarks.vaults import SIZES, VaultOnDisk, Vaults
from tui.app import KeyfobApp
from tui.rows import Choice, make_rows, narrowed
from tui.widgets.fields import TextField
from vault.clipboard.memory import MemoryClipboard
from vault.clock import now
from vault.home import Home

LIMIT = 50.0
"""Milliseconds."""

ROUNDS = 12

LETTER = "7"
"""What is typed, then taken back: so the list narrows to a part and widens to all."""

IDLE = "f9"
"""A key that does nothing: what a key costs in a test by itself."""


def run(vaults: Vaults) -> list[Figure]:
    """The time at each size, in a terminal and in a test less an idle key; the slower way."""
    figures = []
    for size in SIZES[1:]:
        figures.append(_figure("filter_key_painted", size, _in_terminal(vaults[size])))
        figures.append(_figure("filter_key_settled", size, asyncio.run(_in_test(vaults[size]))))
    return figures


def _figure(name: str, size: int, spent: Mapping[str, Sequence[float]]) -> Figure:
    slower = max(statistics.median(spent["narrow"]), statistics.median(spent["widen"]))
    detail = {f"{way}_ms": spread(times) for way, times in spent.items()}
    return Figure(name, slower, "ms", LIMIT, size, detail)


def _in_terminal(vault: VaultOnDisk) -> dict[str, list[float]]:
    """From a key pressed to the list's new count painted."""
    opened = vault.open()
    rows = narrowed(make_rows(opened.entries, {}, now()), LETTER, Choice())
    opened.lock()
    ways = {"narrow": (LETTER, len(rows)), "widen": ("\x7f", vault.keys)}
    spent: dict[str, list[float]] = {way: [] for way in ways}
    with Program(keyfob_command(), plain_environ(vault.environ), directory=vault.root) as program:
        unlocked(program, vault)
        program.settle(0.3)
        program.send("/")
        program.settle(0.3)
        for _ in range(ROUNDS):
            for way, (key, count) in ways.items():
                start = program.send(key)
                spent[way].append((program.wait_for(count_mark(count)) - start) * 1000)
                program.settle(0.05)
    return spent


async def _in_test(vault: VaultOnDisk) -> dict[str, list[float]]:
    """From a key pressed to an app at rest, less the same of a key that does nothing."""
    home = Home(vault.store, state=vault.state)
    app = KeyfobApp(home, vault=vault.open(), clipboard=MemoryClipboard(), directory=vault.root)
    keys = {"idle": IDLE, "narrow": LETTER, "widen": "backspace"}
    spent: dict[str, list[float]] = {name: [] for name in keys}
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("slash")
        app.screen.query_one("#find", TextField).cursor_blink = False
        await app.workers.wait_for_complete()
        for _ in range(ROUNDS):
            for name, key in keys.items():
                await pilot.pause()
                spent[name].append(await _press(pilot, key))
    return {way: differences(spent[way], spent["idle"]) for way in ("narrow", "widen")}


async def _press(pilot: Pilot[None], key: str) -> float:
    start = time.perf_counter()
    await pilot.press(key)
    await pilot.pause()
    return (time.perf_counter() - start) * 1000
