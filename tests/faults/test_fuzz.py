"""Row 17: hypothesis writes headers, bodies, profiles, keys, manifests and what else is read.

Each text is read, or refused in words. `python -m tests.faults --fuzz N` does it N times for each
parser, for as long as one likes.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.faults.fuzzed import PARSERS, Parser
from tests.faults.row import Row, check

TITLE = "fuzzing of every parser: vault, profiles, codes, settings, state, key formats, manifests"


def inject(row: Row) -> None:
    """Run each parser on many texts."""
    runs = row.effort.pick(200, 500, 4_000)
    for name, parser in PARSERS.items():
        fuzz(row, name, parser, runs)


def fuzz(row: Row, name: str, parser: Parser, runs: int) -> None:
    """Run one parser on so many texts; what breaks it is made small before it is told."""
    done = 0

    def one(case: Any) -> None:
        nonlocal done
        done += 1
        parser.parse(case)

    quick = settings(
        max_examples=runs,
        deadline=2000,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    before = row.survived
    with row.fault(f"the {name} parser"):
        quick(given(parser.texts())(one))()
    row.survived = before + done if row.survived > before else before
    row.count("fuzz runs", done)


@pytest.mark.slow
def test_no_text_surprises_a_parser() -> None:
    check(inject)
