"""cargo asks keyfob by itself, once `keyfob hook install cargo` has told it to."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients import tools
from tests.clients.conftest import have
from tests.clients.endpoints import Registry, answer_cargo, registry
from tests.clients.hooked import hooked, run, unlocked
from tests.clients.packages import crate
from tests.clients.user import Ran, User

TOKEN = "made-up-cargo-token-9c1e07"


@pytest.fixture
def index() -> Iterator[Registry]:
    with registry(TOKEN, answer_cargo) as found:
        yield found


@pytest.fixture
def cargo(user: User, index: Registry) -> str:
    """cargo, for somebody who has configured the index and keyfob's hook."""
    found = have(tools.cargo)
    rustup = os.environ.get("RUSTUP_HOME") or str(Path.home() / ".rustup")
    user.environ |= {"CARGO_HOME": str(user.home / "cargo"), "RUSTUP_HOME": rustup}
    (user.home / "cargo").mkdir()
    text = f'# mine\n[registries.contoso]\nindex = "sparse+{index.url}index/"\n'
    (user.home / "cargo" / "config.toml").write_text(text)
    hooked(user, "cargo")
    crate(user.work, "contoso-core")
    return found


def publish(user: User, cargo: str) -> Ran:
    words = ("publish", "--no-verify", "--allow-dirty", "--registry", "contoso")
    return run(user, cargo, *words)


def keys(index: Registry) -> set[str]:
    return {call.key for call in index.calls if call.method != "GET"}


def test_a_crate_is_published_by_the_narrowest_key(user: User, cargo: str, index: Registry) -> None:
    user.knows("contoso-crates", f"{index.url}index/")
    user.add("wide", "made-up-wide", registry="contoso-crates")
    user.add("core", TOKEN, registry="contoso-crates", glob="contoso-*")
    unlocked(user)
    ran = publish(user, cargo)
    assert ran.status == 0, ran.said
    assert keys(index) == {TOKEN}
    assert ran.started("keyfob-cargo", "--cargo-plugin")
    assert user.traces(ran, TOKEN) == []
    assert (user.key("core").used is not None, user.key("wide").used) == (True, None)


def test_a_locked_vault_is_a_clear_refusal(user: User, cargo: str, index: Registry) -> None:
    user.knows("contoso-crates", f"{index.url}index/")
    user.add("core", TOKEN, registry="contoso-crates")
    ran = publish(user, cargo)
    assert ran.status == 101
    assert "keyfob unlock" in ran.err
    assert keys(index) == set()


def test_an_index_that_keyfob_does_not_know_is_served_as_before(
    user: User, cargo: str, index: Registry
) -> None:
    saved = f'[registries.contoso]\ntoken = "{TOKEN}"\n'
    (user.home / "cargo" / "credentials.toml").write_text(saved)
    ran = publish(user, cargo)
    assert ran.status == 0, ran.said
    assert keys(index) == {TOKEN}


def test_removing_the_hook_leaves_the_users_own_lines(
    user: User, cargo: str, index: Registry
) -> None:
    path = user.home / "cargo" / "config.toml"
    assert "keyfob-cargo" in path.read_text()
    assert run(user, sys.executable, "-m", "tui", "hook", "remove", "cargo").status == 0
    text = f'# mine\n[registries.contoso]\nindex = "sparse+{index.url}index/"\n'
    assert path.read_text() == text
    assert run(user, cargo, "--version").status == 0
