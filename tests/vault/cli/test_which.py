from __future__ import annotations

import json

import pytest

from tests.vault.cli.bench import NUGET, V4, Bench, Screen
from tests.vault.cli.unlocked import agent_of, forget_password
from vault.registries.loader import load


@pytest.fixture
def team(bench: Bench) -> Bench:
    """A vault with a wide key, a narrow one, one for versions, one elsewhere, one expired."""
    for name, scope, glob, days in (
        ("wide", "push", "Contoso.*", "30d"),
        ("narrow", "push", "Contoso.Core", "30d"),
        ("versions", "push-version", "Contoso.Core", "30d"),
        ("below", "push", "Contoso.Core.*", "30d"),
        ("old", "push", "Contoso.Core", "1d"),
    ):
        bench.ok(
            "new", name, *NUGET[:-1], scope, "--glob", glob, "--expires", days, "--secret-stdin",
            stdin=f"{V4[:-3]}{len(name)}{len(glob)}\n",
        )  # fmt: skip
    bench.feed("feed")
    bench.later(days=2)
    return bench


def rows(bench: Bench, *argv: str) -> list[tuple[str, bool | None]]:
    done = bench.run("which", *argv, "--json")
    return [(row["name"], row["may"]) for row in json.loads(done.out)]


def test_the_narrowest_that_may_comes_first_and_the_dead_last(team: Bench) -> None:
    found = rows(team, "push", "Contoso.Core", "--registry", "nuget.org")
    assert found == [
        ("narrow", True),
        ("wide", True),
        ("versions", None),
        ("below", False),
        ("old", False),
    ]


def test_every_line_says_why_not(team: Bench) -> None:
    done = team.run("which", "push", "Contoso.Core")
    lines = done.out.splitlines()
    assert done.status == 0
    assert lines[0].startswith("✓ may      narrow  ")
    said = {line.split()[0]: line.strip() for line in lines if line.startswith(" ")}
    assert said["versions"] == (
        "versions may publish new versions of Contoso.Core, but not create it if the id is new."
    )
    assert "needs a . after Contoso.Core" in said["below"]
    assert said["old"] == "old expired 1 day ago."


def test_whether_the_id_exists_settles_what_depends(team: Bench) -> None:
    assert ("versions", True) in rows(team, "push", "Contoso.Core", "--existing")
    assert ("versions", False) in rows(team, "push", "Contoso.Core", "--new")
    assert ("versions", True) in rows(team, "push-version", "Contoso.Core")


def test_no_key_may_is_status_1(team: Bench) -> None:
    done = team.run("which", "push", "Fabrikam.Core")
    assert done.status == 1
    assert "✓" not in done.out
    assert "does not cover Fabrikam.Core" in done.out


def test_an_owner_leaves_only_keys_that_act_for_it(team: Bench) -> None:
    for state in ("--new", "--existing"):
        done = team.run("which", "push", "Contoso.Core", "--owner", "fabrikam", state)
        assert done.status == 1, done.out
    assert "narrow acts for contoso" in done.out
    assert team.run("which", "push", "Contoso.Core", "--owner", "Contoso").status == 0


def test_an_empty_vault_says_how_to_begin(bench: Bench) -> None:
    done = bench.run("which", "push", "Contoso.Core")
    assert (done.status, done.out) == (1, "")
    assert "keyfob new --help" in done.err


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("fly", "Contoso.Core"), "no action 'fly'"),
        (("push", " "), "no package id"),
        (("push", "Contoso\x1b[2J"), "no package id"),
        (("push-version", "Contoso.Core", "--new"), "existing package ids only"),
        (("push-new", "Contoso.Core", "--existing"), "new package ids only"),
        (("push", "Contoso.Core", "--registry", "nowhere"), "no registry 'nowhere'"),
        (("push", "Contoso.Core", "--new", "--existing"), "not allowed with"),
        (("push", "Contoso.Core", "--registry", "crates.io"), "crates.io holds nothing named"),
    ],
)
def test_a_question_that_is_none_is_refused(bench: Bench, argv: tuple[str, ...], said: str) -> None:
    done = bench.run("which", *argv)
    assert done.status == 2
    assert said in done.err


def test_json_tells_what_would_do(team: Bench) -> None:
    found = json.loads(team.run("which", "push", "Contoso.Core", "--json").out)
    below = next(row for row in found if row["name"] == "below")
    assert below["reason"] == "no grant for this package"
    assert below["near"]["use"] == "Contoso.Core*"
    assert V4[:20] not in json.dumps(found)


def test_with_the_vault_unlocked_no_password_is_asked_for(bench: Bench) -> None:
    bench.nuget("ci")
    with agent_of(bench):
        bench.ok("unlock")
        forget_password(bench)
        assert rows(bench, "push", "Contoso.Core") == [("ci", True)]


def test_a_long_sentence_is_wrapped_at_the_terminals_width(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    bench.nuget("ci")
    out = bench.run("which", "push", "Fabrikam.Web." * 4 + "x", stdout=Screen()).out
    assert all(len(line) <= 60 for line in out.splitlines()[1:])
    assert len(out.splitlines()) > 2


def test_keys_of_registries_that_hold_no_such_name_are_left_out_and_counted(bench: Bench) -> None:
    bench.nuget("ci")
    for name, registry in (("code", "github-fine-grained"), ("images", "dockerhub")):
        bench.ok(
            "new", name, "--registry", registry, "--owner", "contoso", "--glob", "*",
            "--scope", load(registry).offered[0].id, "--expires", "30d", "--secret-stdin",
            stdin=f"made-up-{name}\n",
        )  # fmt: skip
    done = bench.run("which", "push", "Contoso.Core")
    assert "code" not in done.out
    assert done.err.strip() == ("2 keys are left out: their registries hold nothing so named.")
    assert rows(bench, "push", "Contoso.Core") == [("ci", True)]
    assert bench.run("which", "push", "Contoso.Core", "--json").err == ""
    assert ("code", True) in rows(bench, "push", "contoso/core")


def test_a_registry_is_called_by_its_title_and_in_json_by_its_id(bench: Bench) -> None:
    bench.feed("feed")
    assert "own feed" in bench.run("which", "push", "Contoso.Core").out
    found = json.loads(bench.run("which", "push", "Contoso.Core", "--json").out)
    assert found[0]["registry"] == "own-feed"
    assert (
        "There is no key for PyPI."
        in bench.run("which", "push", "contoso", "--registry", "PyPI").err
    )
