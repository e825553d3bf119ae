"""One machine for each test, with and without a vault."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.vault.cli.bench import Bench


@pytest.fixture
def fresh(tmp_path: Path) -> Bench:
    """A machine without a vault."""
    return Bench(tmp_path)


@pytest.fixture
def bench(fresh: Bench) -> Bench:
    """A machine with an empty vault."""
    fresh.ok("init")
    return fresh
