"""Figures, and the one way they are taken: medians of runs that take turns with their reference.

A B A B instead of A A B B, so that a machine that slows down meanwhile slows both.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number and what it may be at most.

    Attributes:
        name: What was measured, in snake case.
        value: The number.
        unit: Its unit.
        limit: What it may be at most, or None for a number that is only told.
        keys: How many keys the vault held, or None if that does not matter.
        detail: The numbers behind it.
    """

    name: str
    value: float
    unit: str
    limit: float | None = None
    keys: int | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether it keeps its limit."""
        return self.limit is None or self.value <= self.limit

    def to_json(self) -> str:
        """The figure as one line of JSON."""
        fields = {
            "figure": self.name,
            "value": round(self.value, 3),
            "unit": self.unit,
            "limit": self.limit,
            "ok": self.ok,
            "keys": self.keys,
            "detail": self.detail,
        }
        return json.dumps(fields)


def alternate(
    measures: Mapping[str, Callable[[], float]], *, rounds: int, warm: int = 1
) -> dict[str, list[float]]:
    """What each measure answers when they take turns, after turns that do not count.

    Args:
        measures: Each answers a number, by its name.
        rounds: How many turns count.
        warm: How many turns before that do not.
    """
    for _ in range(warm):
        for measure in measures.values():
            measure()
    taken: dict[str, list[float]] = {name: [] for name in measures}
    for _ in range(rounds):
        for name, measure in measures.items():
            taken[name].append(measure())
    return taken


def timed(work: Callable[[], object]) -> Callable[[], float]:
    """A measure: how many milliseconds this takes."""

    def measure() -> float:
        start = time.perf_counter()
        work()
        return (time.perf_counter() - start) * 1000

    return measure


def spread(values: Sequence[float]) -> dict[str, float | int]:
    """A series in four numbers."""
    return {
        "median": round(statistics.median(values), 2),
        "min": round(min(values), 2),
        "max": round(max(values), 2),
        "runs": len(values),
    }


def differences(whole: Sequence[float], part: Sequence[float]) -> list[float]:
    """Each run less the one of its own turn."""
    return [left - right for left, right in zip(whole, part, strict=True)]
