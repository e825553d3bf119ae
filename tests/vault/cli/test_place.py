from __future__ import annotations

import json
import shlex

import pytest

from tests.vault.cli.bench import V4, Bench

WHERE = "GitHub contoso/core NUGET_KEY"


@pytest.fixture
def key(bench: Bench) -> Bench:
    """A vault with one key."""
    bench.nuget("ci")
    return bench


def add(bench: Bench, where: str = WHERE, *more: str) -> None:
    bench.ok("place", "add", "ci", "--kind", "ci-secret", "--where", where, *more)


def places(bench: Bench) -> list[dict[str, object]]:
    return list(json.loads(bench.ok("place", "list", "--json").out))


def test_a_place_is_added_behind_and_listed(key: Bench) -> None:
    add(key, WHERE, "--command", "gh secret set NUGET_KEY --repo contoso/core")
    assert places(key) == [
        {
            "key": "ci",
            "kind": "ci-secret",
            "where": WHERE,
            "command": "gh secret set NUGET_KEY --repo contoso/core",
            "confirmed": None,
            "waived": None,
            "behind": True,
        }
    ]
    lines = key.ok("place", "list", "ci").out.splitlines()
    assert lines[0].split() == ["STATE", "KEY", "KIND", "PLACE", "SINCE"]
    assert lines[1].split("  ")[0] == "! behind"


def test_confirm_and_waive_take_the_beginning_of_its_name(key: Bench) -> None:
    add(key)
    add(key, "Ada")
    key.ok("place", "confirm", "ci", "github")
    key.ok("place", "waive", "ci", "ADA")
    found = places(key)
    assert [place["behind"] for place in found] == [False, False]
    assert found[0]["confirmed"] == found[1]["waived"] == "2026-11-22T12:00:00Z"
    told = key.ok("place", "list").out
    assert "● confirmed" in told
    assert "∅ waived" in told


def test_it_is_told_how_a_new_place_is_confirmed_or_installed(key: Bench) -> None:
    told = key.ok("place", "add", "ci", "--kind", "person", "--where", "Ada's laptop").err
    confirm = told.partition("already: ")[2].splitlines()[0]
    assert "To install it: keyfob rotate" in told
    key.ok(*shlex.split(confirm)[1:])
    assert places(key)[0]["behind"] is False


def test_a_command_is_refused_before_a_password_is_asked_for(key: Bench) -> None:
    del key.environ["KEYFOB_PASSWORD_FILE"]
    line = ("place", "add", "ci", "--kind", "file", "--where", "x", "--command", "a >/dev/null")
    done = key.run(*line)
    assert done.status == 2
    assert "sh -c" in done.err


def test_one_that_has_the_secret_already_is_added_confirmed(key: Bench) -> None:
    add(key, WHERE, "--confirmed")
    assert places(key)[0]["behind"] is False


def test_a_removed_place_is_forgotten(key: Bench) -> None:
    add(key)
    assert WHERE in key.ok("place", "remove", "ci", WHERE.lower()).err
    assert places(key) == []
    assert "keyfob place add" in key.ok("place", "list").err


def test_show_tells_of_places(key: Bench) -> None:
    add(key, WHERE, "--command", "gh secret set NUGET_KEY")
    told = key.ok("show", "ci").out
    assert f"! behind    ci-secret {WHERE}" in told
    assert "gh secret set NUGET_KEY" in told
    assert json.loads(key.ok("show", "ci", "--json").out)["places"][0]["where"] == WHERE


def test_removing_a_key_tells_where_it_may_still_be(key: Bench) -> None:
    add(key)
    assert f"It may still be installed at: {WHERE}" in key.ok("remove", "ci", "--yes").err


@pytest.mark.parametrize(
    ("argv", "status", "said"),
    [
        (["confirm", "ci", "nowhere"], 5, WHERE),
        (["remove", "ci", "nowhere"], 5, "no such place"),
        (["confirm", "nope", WHERE], 5, "nope"),
        (["list", "nope"], 5, "nope"),
        (["add", "ci", "--kind", "file", "--where", WHERE.upper()], 2, "already"),
        (["add", "ci", "--kind", "cloud", "--where", "x"], 2, "--kind"),
        (["add", "ci", "--kind", "file"], 2, "--where"),
        (["add", "ci", "--kind", "file", "--where", " "], 2, "--where"),
        (["add", "ci", "--kind", "file", "--where", "a\x1b]0;x\x07"], 2, "cannot be shown"),
        (["add", "ci", "--kind", "file", "--where", "x", "--command", "gh 'a"], 2, "quote"),
        (["add", "ci", "--kind", "file", "--where", "x", "--command", "a | b"], 2, "sh -c"),
        (["add", "ci", "--kind", "file", "--where", "x", "--command", f"a {V4}"], 2, "secret"),
        (["confirm", "ci"], 2, "keyfob place confirm ci WHERE"),
        (["remove"], 2, "keyfob place remove KEY WHERE"),
        (["remove", "ci", "--where", "A b"], 2, "keyfob place remove ci 'A b'"),
        (["add", "ci", "A b"], 2, "keyfob place add ci --kind KIND --where 'A b'"),
        (["confirm", "ci", WHERE, "--json"], 2, "--json"),
        (["list", "--kind", "file"], 2, "--kind"),
        (["list", "ci", WHERE], 2, "keyfob place list [KEY]"),
    ],
)
def test_what_is_wrong_is_said_and_changes_nothing(
    key: Bench, argv: list[str], status: int, said: str
) -> None:
    add(key)
    before = places(key)
    done = key.run("place", *argv)
    assert done.status == status
    assert said in done.err
    assert V4 not in done.err
    assert places(key) == before
