"""One row of the table: what was made to go wrong, and what came of it."""

from __future__ import annotations

import shutil
import tempfile
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import TypeVar

import pytest

from tests.faults import shim
from vault.sealing import kdf, slots

T = TypeVar("T")
WORKERS = 2
"""Commands at once."""
ROUND = 36
"""One in so many commands is a process of its own from its start, the others are forks."""


class Effort(IntEnum):
    """How much is tried; every kind of fault is in each."""

    TEST = 0
    REPORT = 1
    FULL = 2

    def pick(self, test: T, report: T, full: T) -> T:
        """The one of three that belongs to this effort."""
        return (test, report, full)[self]

    def some(
        self,
        cases: Sequence[T],
        test: int | None,
        report: int | None = None,
        full: int | None = None,
    ) -> list[T]:
        """At most so many of the cases, evenly spread.

        Args:
            cases: All of them, in order.
            test: How many in the test suite.
            report: How many in the report; None for all.
            full: How many in the full run; None for all.
        """
        most = self.pick(test, report, full)
        if most is None or len(cases) <= most:
            return list(cases)
        step = (len(cases) - 1) / max(most - 1, 1)
        return [cases[round(place * step)] for place in range(most)]

    def turns(
        self,
        groups: Sequence[Sequence[T]],
        turn: int,
        *,
        each: tuple[int, int, int],
        most: tuple[int | None, int | None, int | None],
    ) -> list[T]:
        """Some cases of every group; from group to group others come first.

        Args:
            groups: The kinds of fault at one file call, for each call.
            turn: With which kind to start; another one for each command.
            each: How many of each group: in the test suite, the report, the full run.
            most: How many in all, evenly spread; None for no limit.
        """
        number = each[self]
        chosen = [
            group[((place + turn) * number + step) % len(group)]
            for place, group in enumerate(groups)
            for step in range(min(number, len(group)))
        ]
        return self.some(chosen, *most)


class Row:
    """Collects faults and their outcome.

    Attributes:
        effort: How much to try.
        survived: How many faults came to a good end.
        failures: What did not, one line each.
        skipped: What could not be tried, and why.
        tally: Other figures, by name.
    """

    def __init__(self, effort: Effort) -> None:
        self.effort = effort
        self.survived = 0
        self.failures: list[str] = []
        self.skipped: list[str] = []
        self.tally: dict[str, int] = {}
        self._room = Path(tempfile.mkdtemp(prefix="keyfob-faults-"))

    @property
    def room(self) -> Path:
        """A directory for this row, removed at its end."""
        return self._room

    @property
    def injected(self) -> int:
        """How many faults were tried."""
        return self.survived + len(self.failures)

    def skip(self, reason: str) -> None:
        """Something could not be tried."""
        self.skipped.append(reason)

    def needs_shim(self) -> bool:
        """Whether the fault library works here; if not, that is noted."""
        reason = shim.why_not()
        if reason:
            self.skip(reason)
        return not reason

    def count(self, name: str, number: int = 1) -> None:
        """Add to a figure."""
        self.tally[name] = self.tally.get(name, 0) + number

    @contextmanager
    def fault(self, what: str, weight: int = 1) -> Iterator[None]:
        """One fault, or `weight` like it: survived unless something is raised."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - every failure is a line of the report
            self.failures.append(f"{what}: {_say(error)}")
        else:
            self.survived += weight

    def each(self, cases: Sequence[T], attempt: Callable[[T], None]) -> None:
        """Try every case, some at once; a case's `str` says which it is."""

        def one(case: T) -> None:
            with self.fault(str(case)):
                attempt(case)

        with ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(one, cases))

    def close(self) -> None:
        """Remove what was made."""
        shutil.rmtree(self._room, ignore_errors=True)


def _say(error: Exception) -> str:
    """What went wrong and where, in one line."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.line]
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    source = f" ({frames[-1].line})" if isinstance(error, AssertionError) and frames else ""
    return f"{type(error).__name__}{where}: {' '.join(str(error).split())[:600]}{source}"


def attempt(inject: Callable[[Row], None], effort: Effort) -> Row:
    """Run one row.

    Where this process looks into a vault it derives a key once for each password, salt and cost;
    the commands under test are processes of their own and always derive.
    """
    row = Row(effort)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slots, "derive", cache(kdf.derive))
        try:
            inject(row)
        except Exception as error:  # noqa: BLE001 - the other rows are still to be run
            row.failures.append(f"the row itself: {_say(error)}")
        finally:
            row.close()
    return row


def check(inject: Callable[[Row], None]) -> None:
    """Run one row as a test: nothing may fail, and something must have been tried."""
    row = attempt(inject, Effort.TEST)
    assert not row.failures, "\n".join([f"{len(row.failures)} failed:", *row.failures[:20]])
    if not row.injected:
        pytest.skip("; ".join(row.skipped))
