"""A machine with keys for every kind of hook."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.vault.cli.bench import Bench
from tests.vault.hooks.asked import new_key


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A machine with an empty vault, that can be opened without a question."""
    made = Bench(tmp_path)
    made.ok("init")
    return made


@pytest.fixture
def crates(bench: Bench) -> Bench:
    """With three keys of crates.io: a wide one, a narrow one, one that may yank."""
    new_key(bench, "wide", "crates.io", "publish-update", "*")
    new_key(bench, "narrow", "crates.io", "publish-update", "contoso-core")
    new_key(bench, "yank", "crates.io", "yank", "contoso-*")
    return bench
