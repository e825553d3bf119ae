"""A user whose `~/.pypirc` says where PyPI is, and a token of PyPI's kind."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.vault.cli.bench import Bench
from tests.vault.running.test_narrowing import TOKEN as PYPI_TOKEN

UPLOAD = "https://upload.index.invalid/legacy/"
FEED = "https://feed.contoso.invalid/pypi/"

__all__ = ["FEED", "PYPI_TOKEN", "UPLOAD", "surroundings", "take_over"]

_FEED_PROFILE = """\
id = "contoso-feed"
title = "Contoso's feed"
summary = "x"
order = 50
matching = "glob"
secret_source = "issued"
secret_noun = "a key of the feed"
any_format = true
owner_help = "x"
addresses = ["https://feed.contoso.invalid/pypi/"]
packages = ["python"]
[globs]
example = "contoso-*"
fallback = "contoso-*"
help = "x"
everything = "x"
[lifetimes]
options = ["30d"]
never_ok = true
[rotation]
kind = "replace"
note = "x"
[[actions]]
id = "push"
label = "push"
permits = ["publish-new", "publish-version"]
wire = "push"
"""


def surroundings(bench: Bench) -> dict[str, str]:
    """The environment of this user, whole."""
    home = bench.home / "user"
    (home / "config" / "keyfob" / "registries").mkdir(parents=True, exist_ok=True)
    (home / ".pypirc").write_text(f"[pypi]\nrepository = {UPLOAD}\n")
    (home / "config" / "keyfob" / "registries" / "contoso-feed.toml").write_text(_FEED_PROFILE)
    return {
        **bench.environ,
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_STATE_HOME": str(bench.home / "xdg-state"),
        "PYTHONPATH": str(Path(__file__).parents[3]),
    }


def take_over(patch: pytest.MonkeyPatch, environ: Mapping[str, str]) -> None:
    """Let this process be the user's own, at no terminal."""
    for name, value in environ.items():
        if name not in {"PATH", "PYTHONPATH"}:
            patch.setenv(name, value)
    patch.setattr("vault.cli.terminal.open_terminal", lambda: None)
