"""`python -m tests.faults --report`: every row of the table of faults, and what came of it.

The reduced set holds every kind of fault, and every command is killed at each of its file calls;
`--full` kills it there in each way, and refuses and interrupts it there several times over;
`--fuzz N` runs each parser on N texts and nothing else.
Exit status 1 if anything failed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable
from types import ModuleType

from tests.faults import (
    test_bytes,
    test_canary,
    test_clock,
    test_errno,
    test_fuzz,
    test_holder,
    test_kill,
    test_modes,
    test_newer,
    test_numbers,
    test_odd_places,
    test_older,
    test_passwords,
    test_power,
    test_races,
    test_signal,
    test_space,
)
from tests.faults.fuzzed import PARSERS
from tests.faults.row import Effort, Row, attempt

ROWS: tuple[ModuleType, ...] = (
    test_kill,
    test_errno,
    test_power,
    test_bytes,
    test_races,
    test_space,
    test_odd_places,
    test_modes,
    test_numbers,
    test_passwords,
    test_newer,
    test_older,
    test_clock,
    test_signal,
    test_canary,
    test_holder,
    test_fuzz,
)
"""In the order of the table; the last is the fuzzing."""


def main() -> int:
    """Run the rows and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--report", action="store_true", help="run the reduced set")
    parser.add_argument("--full", action="store_true", help="run the full set")
    parser.add_argument("--fuzz", type=int, metavar="N", help="run each parser on N texts")
    parser.add_argument("rows", nargs="*", type=int, metavar="ROW", help="only these rows")
    args = parser.parse_args()
    if not (args.report or args.full or args.fuzz):
        parser.error("say --report, --full or --fuzz N")
    start = time.monotonic()
    print(
        f"{'row':>3} {'injected':>8} {'survived':>8} {'failed':>6} {'skipped':>7} {'s':>5}  fault"
    )
    if args.fuzz:
        done = [_run(*_only_fuzz(name, args.fuzz), Effort.FULL) for name in PARSERS]
    else:
        effort = Effort.FULL if args.full else Effort.REPORT
        wanted = args.rows or range(1, len(ROWS) + 1)
        modules = ((number, ROWS[number - 1]) for number in wanted)
        done = [_run(number, module.TITLE, module.inject, effort) for number, module in modules]
    _print_figures(done, time.monotonic() - start)
    return 1 if any(row.failures for row in done) else 0


def _only_fuzz(name: str, runs: int) -> tuple[int, str, Callable[[Row], None]]:
    """A row for one parser alone."""
    number = ROWS.index(test_fuzz) + 1
    title = f"{runs:,} texts for the parser of: {name}"
    return number, title, lambda row: test_fuzz.fuzz(row, name, PARSERS[name], runs)


def _run(number: int, title: str, inject: Callable[[Row], None], effort: Effort) -> Row:
    start = time.monotonic()
    row = attempt(inject, effort)
    print(
        f"{number:3} {row.injected:8,} {row.survived:8,} {len(row.failures):6,}"
        f" {len(set(row.skipped)):7} {time.monotonic() - start:5.0f}  {title}"
    )
    for reason in sorted(set(row.skipped)):
        print(f"{'':42} skipped: {reason}")
    for failure in row.failures[:10]:
        print(f"{'':42} FAILED: {failure}")
    sys.stdout.flush()
    return row


def _print_figures(rows: list[Row], seconds: float) -> None:
    """A table that can stand in SECURITY.md as it is."""
    tally: Counter[str] = Counter()
    for row in rows:
        tally.update(row.tally)
    failed = sum(len(row.failures) for row in rows)
    good = "nothing lost, nothing leaked"
    figures = {
        "Faults injected": sum(row.injected for row in rows),
        "Faults survived": sum(row.survived for row in rows),
        "Corrupt files tried": tally["corrupt files"],
        "Concurrent changes made and kept": tally["concurrent changes"],
        "Reads meanwhile": tally["reads meanwhile"],
        "Fuzz runs": tally["fuzz runs"],
        "Bad inputs tried": tally["bad inputs"],
    }
    print(f"\n| Figure | in {seconds:,.0f} s |\n|---|--:|")
    for name, number in figures.items():
        print(f"| {name} | {number:,} |")
    print(f"| Result | {f'{failed:,} failed' if failed else good} |")


if __name__ == "__main__":
    raise SystemExit(main())
