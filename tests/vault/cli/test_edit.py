from __future__ import annotations

import pytest

from tests.vault.cli.bench import NUGET, V4, Bench
from vault.keys.grant import Grant
from vault.keys.key import Key


def key(bench: Bench, name: str) -> Key:
    return bench.vault().find(name)


def pairs(grants: tuple[Grant, ...]) -> list[tuple[str, str]]:
    return [(grant.action, grant.glob.text) for grant in grants]


def test_every_setting_can_be_changed_and_the_secret_stays(bench: Bench) -> None:
    bench.nuget("ci")
    bench.later(days=1)
    bench.ok(
        "edit", "ci", "--name", "contoso-ci", "--owner", "fabrikam", "--scope", "push-version",
        "--scope", "unlist", "--glob", "Fabrikam.*", "--expires", "8d", "--note", "renamed",
    )  # fmt: skip
    changed = key(bench, "contoso-ci")
    assert (changed.owner, changed.note) == ("fabrikam", "renamed")
    assert pairs(changed.grants) == [("push-version", "Fabrikam.*"), ("unlist", "Fabrikam.*")]
    assert str(changed.lifetime.duration) == "8 days, 0:00:00"
    assert changed.lifetime.created.day == 22
    assert bench.secret_of("contoso-ci") == V4


def test_globs_alone_keep_the_scope_and_the_reverse(bench: Bench) -> None:
    bench.nuget("ci", "--scope", "unlist")
    bench.ok("edit", "ci", "--glob", "A.*", "--glob", "B")
    assert pairs(key(bench, "ci").grants) == [
        ("push", "A.*"), ("push", "B"), ("unlist", "A.*"), ("unlist", "B"),
    ]  # fmt: skip
    bench.ok("edit", "ci", "--scope", "unlist")
    assert pairs(key(bench, "ci").grants) == [("unlist", "A.*"), ("unlist", "B")]


def test_an_empty_note_clears_it(bench: Bench) -> None:
    bench.nuget("ci", "--note", "x")
    bench.ok("edit", "ci", "--note", "")
    assert key(bench, "ci").note == ""


def test_a_revoked_key_stays_revoked(bench: Bench) -> None:
    bench.nuget("ci")
    bench.ok("revoke", "ci")
    bench.ok("edit", "ci", "--expires", "8d")
    assert key(bench, "ci").lifetime.revoked == bench.now


def test_what_the_registry_cannot_change_is_said(bench: Bench) -> None:
    bench.nuget("ci")
    done = bench.ok("edit", "ci", "--owner", "fabrikam", "--glob", "Fabrikam.*")
    assert "nuget.org cannot change the owner of a key it has made" in done.err
    assert "Change the packages at nuget.org too: https://" in done.err
    assert "cannot" not in bench.ok("edit", "ci", "--note", "x").err


def test_an_own_feed_can_change_everything(bench: Bench) -> None:
    bench.feed("feed")
    assert "cannot" not in bench.ok("edit", "feed", "--owner", "other").err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--glob", "a b"], "Character 2"),
        (["--scope", "fly"], "fly"),
        (["--expires", "60d"], "30 days"),
        (["--owner", "\x1b"], "U+001B"),
        (["--name", ""], "empty"),
        (["--name", "Other"], "exists already"),
        ([], "nothing to change"),
        (["--index", "off"], "no NAME"),
    ],
)
def test_a_bad_change_is_refused_and_nothing_changed(
    bench: Bench, words: list[str], said: str
) -> None:
    bench.nuget("ci")
    bench.feed("other")
    before = bench.vault().keys
    done = bench.run("edit", "ci", *words)
    assert done.status == 2
    assert said in done.err
    assert bench.vault().keys == before


def test_only_a_whole_name_is_edited(bench: Bench) -> None:
    bench.nuget("contoso-push")
    assert bench.run("edit", "contoso", "--note", "x").status == 5


def test_without_a_name_it_is_about_the_vault(bench: Bench) -> None:
    bench.feed("feed", "--expires", "1d")
    index = bench.home / "state"
    assert list(index.glob("*.index.json"))
    bench.ok("edit", "--index", "dates")
    assert bench.vault().index == "dates"
    assert not list(index.glob("*.index.json"))
    assert bench.run("edit").status == 2
    assert bench.run("edit", "--owner", "x").status == 2


def test_a_star_is_warned_about(bench: Bench) -> None:
    bench.ok("new", "ci", *NUGET, "--glob", "A", "--secret-stdin", stdin=V4)
    assert "* alone covers" in bench.ok("edit", "ci", "--glob", "*").err
