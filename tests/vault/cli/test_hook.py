from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.vault.cli.bench import Bench
from vault.cli.hook import CLIENTS
from vault.hooks.recipes import RECIPES

PROGRAMS = ("keyfob-cargo", "git-credential-keyfob", "docker-credential-keyfob")


@pytest.fixture
def home(fresh: Bench) -> Path:
    """A home directory; no vault is needed to install a hook."""
    programs = fresh.home / "bin"
    programs.mkdir()
    for name in PROGRAMS:
        (programs / name).touch()
        (programs / name).chmod(0o700)
    path = fresh.home / "user"
    path.mkdir()
    fresh.environ |= {
        "HOME": str(path),
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
    }
    return path


def states(bench: Bench) -> dict[str, str]:
    rows = json.loads(bench.ok("hook", "list", "--json").out)
    return {row["client"]: row["state"] for row in rows}


def test_the_clients_are_those_there_are_recipes_for() -> None:
    assert set(CLIENTS) == set(RECIPES)


def test_it_shows_what_it_writes_and_asks(fresh: Bench, home: Path) -> None:
    done = fresh.ok("hook", "install", "cargo", answers=["y"])
    assert done.out.splitlines() == [
        str(home / ".cargo" / "config.toml"),
        '+ registry.global-credential-providers = ["cargo:token", "keyfob-cargo"]',
    ]
    assert fresh.prompts == ["Write this? [y/N] "]
    assert "keyfob-cargo" in (home / ".cargo" / "config.toml").read_text()
    undone = fresh.ok("hook", "remove", "cargo").out.splitlines()
    assert undone[1].startswith("- registry.global-credential-providers = ")
    assert not (home / ".cargo").exists()


def test_no_means_no(fresh: Bench, home: Path) -> None:
    done = fresh.run("hook", "install", "git", answers=["n"])
    assert (done.status, "Nothing was written." in done.err) == (1, True)
    assert not (home / ".gitconfig").exists()


def test_without_a_terminal_yes_must_be_said(fresh: Bench, home: Path) -> None:
    done = fresh.run("hook", "install", "git")
    assert (done.status, "--yes" in done.err) == (2, True)
    assert not (home / ".gitconfig").exists()
    fresh.ok("hook", "install", "git", "--yes")
    assert (home / ".gitconfig").exists()


@pytest.mark.parametrize("client", CLIENTS)
def test_a_dry_run_shows_the_same_and_writes_nothing(fresh: Bench, home: Path, client: str) -> None:
    where = ["--dir", str(home / "bin")] if client == "keyring" else []
    told = fresh.ok("hook", "install", client, "--dry-run", *where)
    assert list(home.iterdir()) == []
    assert told.out == fresh.ok("hook", "install", client, "--yes", *where).out
    before = {path: path.stat() for path in home.rglob("*") if path.is_file()}
    assert before
    fresh.ok("hook", "remove", client, "--dry-run")
    assert {path: path.stat() for path in home.rglob("*") if path.is_file()} == before


def test_the_list_tells_which_are_installed(fresh: Bench, home: Path) -> None:
    assert states(fresh) == dict.fromkeys(CLIENTS, "none")
    fresh.ok("hook", "install", "docker", "--yes")
    fresh.ok("hook", "install", "git", "--yes")
    (home / ".gitconfig").write_text("")
    assert states(fresh) == {
        "cargo": "none", "docker": "installed", "git": "changed since", "keyring": "none",
    }  # fmt: skip
    assert "docker   installed" in fresh.ok("hook", "list").out
    (home / ".gitconfig").write_text("[broken\n")
    done = fresh.ok("hook", "list")
    assert "git      unknown" in done.out
    assert str(home / ".gitconfig") in done.err


def test_the_program_keyring_goes_where_the_user_says(fresh: Bench, home: Path) -> None:
    there = home / "tools here"
    done = fresh.ok("hook", "install", "keyring", "--yes", "--dir", str(there))
    assert (there / "keyring").exists()
    assert f"export PATH='{there}':\"$PATH\"" in done.err
    assert states(fresh)["keyring"] == "installed"
    assert "is installed" in fresh.ok("hook", "install", "keyring").err
    fresh.ok("hook", "remove", "keyring")
    assert list(home.iterdir()) == []


def test_what_was_never_installed_cannot_be_removed(fresh: Bench, home: Path) -> None:
    done = fresh.run("hook", "remove", "docker")
    assert (done.status, done.out) == (1, "")
    assert "installed no hook for docker" in done.err
    assert list(home.iterdir()) == []


def test_paths_and_values_are_made_inert(fresh: Bench, home: Path) -> None:
    fresh.environ["DOCKER_CONFIG"] = str(home / "\x1b]0;x\x07")
    (home / "\x1b]0;x\x07").mkdir()
    (home / "\x1b]0;x\x07" / "config.json").write_text(
        '{"credHelpers": {"https://index.docker.io/v1/": "\\u001b[2J\\u202e"}}'
    )
    done = fresh.ok("hook", "install", "docker", "--yes")
    assert not {"\x1b", "\x07", "\u202e"} & set(done.out + done.err)


@pytest.mark.parametrize(
    "words",
    [
        ("install",),
        ("remove",),
        ("dance", "git"),
        ("install", "svn"),
        ("list", "git"),
        ("list", "--yes"),
        ("install", "git", "--json"),
        ("install", "git", "--dir", "x"),
        ("remove", "keyring", "--dir", "x"),
    ],
)
def test_wrong_usage_is_told(fresh: Bench, home: Path, words: tuple[str, ...]) -> None:
    assert fresh.run("hook", *words).status == 2
    assert list(home.iterdir()) == []


def test_without_a_home_there_is_nothing_to_change(fresh: Bench) -> None:
    done = fresh.run("hook", "install", "git", "--yes")
    assert (done.status, "HOME" in done.err) == (6, True)
