"""SECURITY.md promises nothing that no test holds up."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+(?:\.py)?)(?:::(\w+))?`", PAGE)))
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and " test |" not in line]
UNTESTED = ("nothing can prevent it", "not done")


@pytest.mark.parametrize(("path", "function"), NAMED)
def test_each_test_that_is_named_exists(path: str, function: str) -> None:
    assert (ROOT / path).exists()
    if function:
        assert re.search(rf"def {function}\(", (ROOT / path).read_text(encoding="utf-8"))


@pytest.mark.parametrize("row", ROWS)
def test_each_row_names_a_test_or_says_that_there_is_none(row: str) -> None:
    last = row.rstrip("| ").rpartition("| ")[2]
    assert "`tests/" in last or last.strip() in UNTESTED


def test_the_page_has_rows_and_names_tests() -> None:
    assert len(ROWS) > 30
    assert len(NAMED) > 30
