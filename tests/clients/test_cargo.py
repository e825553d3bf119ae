"""cargo publishes to a small index, and asks keyfob for its key by its credential provider."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.clients import tools
from tests.clients.conftest import have
from tests.clients.endpoints import Call, Registry, answer_cargo, registry
from tests.clients.packages import crate
from tests.clients.user import Ran, User

TOKEN = "made-up-cargo-token-41d8c0aa"
WRONG = "made-up-cargo-token-wrong-1"
OTHER = "made-up-other-secret-99d1"
BUILD_SCRIPT = """
fn main() {
    let words = ["-m", "tui", "run", "--key", "other", "--env", "TAKEN", "--", "env"];
    let python = std::env::var("CONTOSO_PYTHON").unwrap();
    let ran = std::process::Command::new(python).args(words).output().unwrap();
    let said = [ran.stdout, ran.stderr].concat();
    std::fs::write(std::env::var("CONTOSO_SAID").unwrap(), said).unwrap();
}
"""


@pytest.fixture(scope="session")
def cargo() -> str:
    return have(tools.cargo)


@pytest.fixture
def index() -> Iterator[Registry]:
    with registry(TOKEN, answer_cargo) as found:
        yield found


def cargo_run(
    user: User, cargo: str, index: Registry, *words: str, options: Sequence[str] = ()
) -> Ran:
    """cargo, which finds the index by a name in its environment."""
    environ = {
        "CARGO_HOME": str(user.home / "cargo"),
        "CARGO_REGISTRIES_CONTOSO_INDEX": f"sparse+{index.url}index/",
        "RUSTUP_HOME": os.environ.get("RUSTUP_HOME") or str(Path.home() / ".rustup"),
    }
    command = (cargo, *words, "--registry", "contoso")
    return user.run(*command, options=options, environ=environ)


def changes(index: Registry) -> list[Call]:
    return [call for call in index.calls if call.method != "GET"]


def test_a_crate_is_published_and_yanked_and_unyanked(
    either: User, cargo: str, index: Registry
) -> None:
    user = either
    user.knows("contoso-crates", f"{index.url}index/")
    actions = ("push", "unlist")
    user.add("crates", TOKEN, registry="contoso-crates", glob="contoso-*", actions=actions)
    crate(user.work, "contoso-core")
    ran = cargo_run(user, cargo, index, "publish", "--no-verify")
    assert ran.status == 0, ran.said
    assert set(index.packages) == {("contoso-core", "0.1.0")}
    assert ran.started("cargo", "publish")
    assert ran.started("keyfob-cargo", "--cargo-plugin")
    assert user.traces(ran, TOKEN) == []
    assert user.comes_to_be_used("crates")
    used = user.key("crates").used
    assert used is not None
    for words, yanked in ((), {("contoso-core", "0.1.0")}), (("--undo",), set()):
        ran = cargo_run(user, cargo, index, "yank", "contoso-core@0.1.0", *words)
        assert ran.status == 0, ran.said
        assert index.yanked == yanked
        assert user.traces(ran, TOKEN) == []
    assert {call.key for call in changes(index)} == {TOKEN}
    assert {call.key for call in index.calls if call.method == "GET"} == {""}


def test_a_crate_is_published_by_a_key_named_for_an_unknown_index(
    user: User, cargo: str, index: Registry
) -> None:
    user.add("feed", TOKEN, glob="contoso-*")
    crate(user.work, "contoso-named")
    ran = cargo_run(user, cargo, index, "publish", options=["--key", "feed"])
    assert ran.status == 0, ran.said
    assert index.names == {"contoso-named"}
    assert user.traces(ran, TOKEN) == []
    assert user.key("feed").used is not None


def test_a_wrong_key_is_explained_and_the_exit_status_is_cargos(
    either: User, cargo: str, index: Registry
) -> None:
    user = either
    user.add("feed", WRONG, glob="contoso-*")
    crate(user.work, "contoso-wrong")
    options = ["--key", "feed"]
    ran = cargo_run(user, cargo, index, "publish", "--no-verify", options=options)
    assert (ran.status, index.names) == (101, set())
    assert [call.key for call in changes(index)] == [WRONG]
    assert "own feed refused feed. As far as keyfob knows the key may do this" in ran.err
    assert user.traces(ran, WRONG) == []


def test_a_build_script_reaches_no_other_key(user: User, cargo: str, index: Registry) -> None:
    user.add("feed", TOKEN, glob="contoso-*")
    user.add("other", OTHER, glob="*")
    user.environ |= {"CONTOSO_PYTHON": sys.executable, "CONTOSO_SAID": str(user.root / "said")}
    (crate(user.work, "contoso-built") / "build.rs").write_text(BUILD_SCRIPT)
    ran = cargo_run(user, cargo, index, "publish", options=["--key", "feed"])
    assert ran.status == 0, ran.said
    assert index.names == {"contoso-built"}
    assert "keyfob: No key is called 'other'." in (user.root / "said").read_text()
    assert user.traces(ran, OTHER) == []
    assert user.key("other").used is None


def test_a_crate_no_key_covers_starts_nothing(user: User, cargo: str, index: Registry) -> None:
    user.add("feed", TOKEN, glob="contoso-*")
    crate(user.work, "fabrikam-core")
    ran = cargo_run(user, cargo, index, "publish", options=["--key", "feed"])
    assert (ran.status, ran.started("cargo", "publish"), index.calls) == (1, False, [])
    assert "No key may do this." in ran.err
    assert user.key("feed").used is None


def test_a_dry_run_names_the_key_and_starts_nothing(
    user: User, cargo: str, index: Registry
) -> None:
    user.add("feed", TOKEN, glob="contoso-*")
    crate(user.work, "contoso-dry")
    ran = cargo_run(user, cargo, index, "publish", options=["--key", "feed", "--dry-run"])
    assert ran.status == 0, ran.said
    assert "publish contoso-dry 0.1.0, from Cargo.toml" in ran.out
    assert "feed: push on contoso-*" in ran.out
    assert "cargo's credential provider" in ran.out
    assert (ran.started("cargo", "publish"), index.calls) == (False, [])
    assert user.key("feed").used is None
