"""`python -m tests.faults --report`: every row of the table of faults, and what came of it.

The reduced set holds every kind of fault and takes some minutes; `--full` leaves nothing out.
Exit status 1 if anything failed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
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
    parser.add_argument("--full", action="store_true", help="leave nothing out")
    parser.add_argument("rows", nargs="*", type=int, metavar="ROW", help="only these rows")
    args = parser.parse_args()
    if not args.report and not args.full:
        parser.error("say --report or --full")
    effort = Effort.FULL if args.full else Effort.REPORT
    wanted = args.rows or range(1, len(ROWS) + 1)
    start = time.monotonic()
    print(
        f"{'row':>3} {'injected':>8} {'survived':>8} {'failed':>6} {'skipped':>7} {'s':>5}  fault"
    )
    done = [_run(number, ROWS[number - 1], effort) for number in wanted]
    _print_figures(done, time.monotonic() - start)
    return 1 if any(row.failures for row in done) else 0


def _run(number: int, module: ModuleType, effort: Effort) -> Row:
    start = time.monotonic()
    row = attempt(module.inject, effort)
    print(
        f"{number:3} {row.injected:8,} {row.survived:8,} {len(row.failures):6,}"
        f" {len(set(row.skipped)):7} {time.monotonic() - start:5.0f}  {module.TITLE}"
    )
    for reason in sorted(set(row.skipped)):
        print(f"{'':42} skipped: {reason}")
    for failure in row.failures[:10]:
        print(f"{'':42} FAILED: {failure}")
    sys.stdout.flush()
    return row


def _print_figures(rows: list[Row], seconds: float) -> None:
    tally: Counter[str] = Counter()
    for row in rows:
        tally.update(row.tally)
    injected = sum(row.injected for row in rows)
    survived = sum(row.survived for row in rows)
    print(f"{injected:,} faults injected, {survived:,} survived, in {seconds:.0f} s")
    print("; ".join(f"{number:,} {name}" for name, number in tally.items()))


if __name__ == "__main__":
    raise SystemExit(main())
