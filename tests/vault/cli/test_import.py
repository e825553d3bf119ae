"""`keyfob import`: found keys go in once, what is missing is asked for, the original stays."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.vault.cli.bench import OTHER_V4, V4, V5, Bench, Screen
from tests.vault.moving.reading import GEM, NPM
from vault.cli import INTERRUPTED
from vault.moving.proposal import make_draft
from vault.registries.profile import Profile
from vault.sealing.header import read_header

CONFIG = f"""<configuration>
  <apikeys>
    <add key="https://www.nuget.org" value="{V4}" />
  </apikeys>
  <packageSourceCredentials>
    <Contoso><add key="Username" value="build" />
      <add key="ClearTextPassword" value="made-up-feed-key-0001" /></Contoso>
  </packageSourceCredentials>
</configuration>
"""
GIVEN = ("--owner", "contoso", "--scope", "push", "--glob", "Contoso.*", "--expires", "30d")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "NuGet.Config"
    path.write_text(CONFIG)
    os.utime(path, (1_793_000_000, 1_793_000_000))  # 26 October 2026
    return path


def test_two_keys_of_a_nuget_config_by_answering(bench: Bench, config: Path) -> None:
    answers = ["y", "", "contoso", "", "Contoso.*", "", "20d"]
    answers += ["y", "own-feed", "feed", "push, unlist", "Contoso.*", "2026-11-01", ""]
    done = bench.ok("import", str(config), answers=answers)
    vault = bench.vault()
    first, second = vault.find("nuget.org"), vault.find("feed")
    assert (first.owner, first.actions, first.format) == ("contoso", ("push",), "nuget v4")
    assert first.lifetime.created == datetime(2026, 10, 26, tzinfo=UTC)
    assert first.lifetime.expires == datetime(2026, 11, 15, tzinfo=UTC)
    assert first.note == f"From {config}"
    assert (second.registry, second.owner, second.actions) == (
        "own-feed",
        "build",
        ("push", "unlist"),
    )
    assert bench.secret_of("feed") == "made-up-feed-key-0001"
    assert f"{config}:3: a nuget.org v4 key" in done.out
    assert 'The line that may go: <add key="https://www.nuget.org" value="••••" />' in done.out
    assert config.read_text() == CONFIG


def test_a_wrong_answer_is_asked_again_and_three_leave_the_key_out(
    bench: Bench, tmp_path: Path
) -> None:
    path = tmp_path / ".npmrc"
    path.write_text(f"//a.example/:_authToken={NPM}\n")
    done = bench.run("import", str(path), answers=["y", "", "me", "fly", "run", "hide"])
    assert done.status == 1
    assert done.err.count("has no action") == 3
    assert "left out" in done.out
    assert bench.run("import", str(path), answers=[""]).status == 1
    assert bench.vault().keys == []


def test_an_unknown_server_is_most_likely_a_feed_of_ones_own(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / ".npmrc"
    path.write_text("//npm.contoso.example/:_authToken=made-up-word\n")
    bench.ok("import", str(path), answers=["yes", "", "", "build", "", "*", "", ""])
    assert bench.vault().find("npm.contoso.example").registry == "own-feed"


def test_twice_adds_nothing(bench: Bench, config: Path) -> None:
    line = ("import", str(config), "--yes", *GIVEN, "--registry", "own-feed")
    assert bench.ok(*line).out.count("added as") == 2
    again = bench.ok(*line).out
    assert (again.count("added as"), again.count("in the vault as")) == (0, 2)
    assert len(bench.vault().keys) == 2


def test_a_key_that_lies_in_two_files_is_taken_once(bench: Bench, tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(f"name,password\nx,{V4}\n")
    bench.ok("import", str(tmp_path / "a.csv"), str(tmp_path / "b.csv"), "--yes", *GIVEN)
    assert len(bench.vault().keys) == 1


def test_yes_leaves_out_what_would_be_a_guess(bench: Bench, config: Path) -> None:
    done = bench.run("import", str(config), "--yes", "--owner", "contoso")
    assert done.status == 1
    assert "Give --scope, --glob, --expires." in done.out
    assert "Give --registry." in done.out
    assert bench.vault().keys == []


def test_yes_takes_what_needs_no_guess(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"name,username,password\nrelease,contoso,{V5}\n")
    bench.ok("import", str(path), "--yes", "--scope", "push", "--glob", "Contoso.*")
    key = bench.vault().find("release")
    assert key.owner == "contoso"
    assert key.lifetime.created == datetime(2024, 12, 5, 13, 30, tzinfo=UTC)


def test_without_a_terminal_it_is_as_with_yes(bench: Bench, config: Path) -> None:
    assert bench.run("import", str(config)).status == 1
    assert bench.ok("import", str(config), *GIVEN, "--registry", "own-feed").status == 0


def many(directory: Path, count: int) -> Path:
    path = directory / "credentials.toml"
    rows = [f'key-{at} = {{ token = "made-up-feed-key-{at:04}" }}\n' for at in range(count)]
    path.write_text("[registries]\n" + "".join(rows))
    return path


def saves(bench: Bench) -> int:
    return read_header(bench.path.read_bytes()).generation


def test_many_keys_are_saved_at_once(bench: Bench, tmp_path: Path) -> None:
    before = saves(bench)
    path = many(tmp_path, 60)
    bench.ok("import", str(path), "--yes", *GIVEN, "--registry", "own-feed")
    assert len(bench.vault().keys) == 60
    assert bench.secret_of("key-59") == "made-up-feed-key-0059"
    assert saves(bench) == before + 1


@pytest.mark.parametrize("asked", [False, True])
def test_what_was_taken_in_stays_when_it_is_stopped(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, asked: bool
) -> None:
    path, made = many(tmp_path, 5), []

    def make(profile: Profile, *rest: Any) -> Any:
        made.append(profile)
        if len(made) == 4:
            raise KeyboardInterrupt  # as ctrl+c does
        return make_draft(profile, *rest)

    monkeypatch.setattr("vault.cli.taking.make_draft", make)
    line = ("import", str(path), *GIVEN, "--registry", "own-feed")
    done = bench.run(*line, answers=["y", ""] * 5 if asked else None)
    assert (done.status, done.out) == (INTERRUPTED, "")
    assert "Stopped: 3 of 5 taken in." in done.err
    assert [key.name for key in bench.vault().keys] == ["key-0", "key-1", "key-2"]
    monkeypatch.undo()
    assert bench.ok(*line).out.count("added as") == 2


def test_an_owner_of_that_registry_is_proposed(bench: Bench, config: Path) -> None:
    bench.nuget("release", secret=OTHER_V4)
    bench.run("import", str(config), answers=["y", "", "", "", "Contoso.*", "", "20d", "n"])
    assert "Owner [contoso]: " in bench.prompts
    assert bench.vault().find("nuget.org").owner == "contoso"


def test_on_a_terminal_lines_break_between_words(
    fresh: Bench, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    piped = fresh.ok("import", str(config), "--dry-run").out
    told = fresh.ok("import", str(config), "--dry-run", stdout=Screen()).out
    assert len(told.splitlines()) > len(piped.splitlines())
    assert told.split() == piped.split()


def test_dry_run_takes_nothing_and_needs_no_vault(fresh: Bench, config: Path) -> None:
    done = fresh.ok("import", str(config), "--dry-run")
    assert done.out.count(": new") == 2
    assert not fresh.path.exists()


def test_without_a_file_it_lists_the_usual_places(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")
    home = tmp_path / "user"
    (home / ".gem").mkdir(parents=True)
    (home / ".gem" / "credentials").write_text(f":rubygems_api_key: {GEM}\n")
    bench.environ |= {"HOME": str(home), "NUGET_API_KEY": OTHER_V4}
    bench.nuget("release", secret=OTHER_V4)
    done = bench.ok("import")
    assert f"{home}/.gem/credentials:1: a RubyGems key (rubygems), rubygems: new" in done.out
    assert (
        "environment: a nuget.org v4 key (nuget.org), NUGET_API_KEY: in the vault as release"
        in (done.out)
    )
    assert f"keyfob import {home}/.gem/credentials" in done.err
    assert len(bench.vault().keys) == 1


def test_a_key_that_was_cut_off_is_its_registrys_all_the_same(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / ".npmrc").write_text(f"//registry.example/:_authToken={NPM[:-1]}\n")
    done = bench.run("import", str(tmp_path / ".npmrc"), "--dry-run")
    assert "an npm token (npm), cut off or mistyped" in done.out


def test_the_environment(bench: Bench) -> None:
    bench.environ["NUGET_API_KEY"] = V4
    done = bench.ok("import", "--from", "environment", "--yes", *GIVEN)
    assert bench.secret_of("NUGET_API_KEY") == V4
    assert "unset NUGET_API_KEY" in done.out


def test_json_says_all_but_the_secret(bench: Bench, config: Path) -> None:
    done = bench.run("import", str(config), "--yes", "--json", *GIVEN)
    rows = json.loads(done.out)
    assert rows[0] == {
        "source": "nuget",
        "file": str(config),
        "line": 3,
        "title": "https://www.nuget.org",
        "format": "nuget v4",
        "registry": "nuget.org",
        "owner": "",
        "state": "added",
        "key": "nuget.org",
        "reason": "",
        "warning": "",
        "commands": [],
        "remove": '<add key="https://www.nuget.org" value="••••" />',
    }
    assert rows[1]["state"] == "left out"
    assert V4[9:] not in done.out
    assert "made-up-feed-key" not in done.out


def test_an_export_is_to_be_deleted(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"name,password\nx,{V4}\n")
    assert "delete it when you are done" in bench.ok("import", str(path), "--dry-run").err


def test_a_file_that_is_not_what_its_name_says(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "NuGet.Config"
    path.write_text("[not, xml]")
    done = bench.run("import", str(path))
    assert done.status == 1
    assert done.out == f"{path}: It was skipped: it is not XML.\n"
    assert done.err == "No key was found.\n"


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (("import", "--yes"), 2),
        (("import", "--from", "npmrc"), 2),
        (("import", "x", "--from", "environment"), 2),
        (("import", "nowhere.csv"), 6),
        (("import", "pyproject.toml"), 2),
        (("import", "x", "--from", "unheard-of"), 2),
    ],
)
def test_wrong_usage(bench: Bench, line: tuple[str, ...], status: int) -> None:
    assert bench.run(*line).status == status


def test_hostile_titles_reach_no_terminal_and_no_name(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"name,password\n\x1b]0;x\x07\u202e,{V4}\n", encoding="utf-8")
    done = bench.ok("import", str(path), "--yes", *GIVEN)
    assert "\x1b" not in done.out + done.err
    assert bench.vault().keys[0].name == "nuget.org"
