from __future__ import annotations

import pytest

from tests.vault.cli.bench import FEED, NUGET, OTHER_V4, V4, V5, Bench
from vault.keys.grant import Grant


def test_a_piped_secret_is_kept_with_all_that_was_said(bench: Bench) -> None:
    done = bench.ok(
        "new", "contoso-push", *NUGET, "--scope", "unlist", "--glob", "Contoso.*",
        "--glob", "Fabrikam.Core", "--expires", "8d", "--note", "made for CI", "--secret-stdin",
        stdin=V4 + "\n",
    )  # fmt: skip
    (key,) = bench.vault().keys
    assert (key.name, key.registry, key.owner, key.note) == (
        "contoso-push", "nuget.org", "contoso", "made for CI",
    )  # fmt: skip
    assert [(grant.action, grant.glob.text) for grant in key.grants] == [
        ("push", "Contoso.*"), ("push", "Fabrikam.Core"),
        ("unlist", "Contoso.*"), ("unlist", "Fabrikam.Core"),
    ]  # fmt: skip
    assert key.lifetime.created == bench.now
    assert str(key.lifetime.duration) == "8 days, 0:00:00"
    assert key.format == "nuget v4"
    assert bench.secret_of("contoso-push") == V4
    assert done.out == ""
    assert "Created contoso-push" in done.err
    assert "expires 2026-11-30" in done.err


def test_the_secret_is_asked_for_where_it_is_not_piped(bench: Bench) -> None:
    done = bench.ok("new", "ci", *NUGET, "--glob", "Contoso.*", answers=[f"  {V4} "])
    assert bench.prompts == ["Secret of ci (not shown): "]
    assert bench.secret_of("ci") == V4
    assert "https://www.nuget.org/account/apikeys" in done.err


def test_the_format_of_the_secret_is_said_and_never_refused(bench: Bench) -> None:
    assert "nuget.org key (v4)" in bench.nuget("known").err
    done = bench.nuget("odd", secret="some-made-up-text")
    assert "not a nuget.org key" in done.err
    assert bench.secret_of("odd") == "some-made-up-text"


def test_an_own_feed_gets_a_generated_secret(bench: Bench) -> None:
    done = bench.feed("feed")
    secret = bench.secret_of("feed")
    assert secret.startswith("kfob_")
    assert secret not in done.err + done.out
    assert "keyfob copy feed\n" in done.err


def test_an_own_feed_takes_a_secret_it_has_already(bench: Bench) -> None:
    bench.ok("new", "feed", *FEED, "--secret-stdin", stdin="whatever the feed has\n")
    assert bench.secret_of("feed") == "whatever the feed has"


def test_an_own_feed_gets_one_where_none_is_typed_or_nobody_can_be_asked(bench: Bench) -> None:
    done = bench.ok("new", "feed", *FEED, answers=[""])
    assert bench.prompts == ["Secret of feed (not shown; Enter alone makes one): "]
    assert bench.secret_of("feed").startswith("kfob_")
    assert "keyfob copy feed\n" in done.err
    bench.ok("new", "typed", *FEED, answers=["the feed has it"])
    assert bench.secret_of("typed") == "the feed has it"
    bench.ok("new", "alone", *FEED)
    assert bench.secret_of("alone").startswith("kfob_")


def test_a_registry_that_issues_keys_gets_none_generated(bench: Bench) -> None:
    done = bench.run("new", "ci", *NUGET, "--glob", "Contoso.*", "--generate")
    assert done.status == 2
    assert "--generate" in done.err
    assert bench.vault().keys == []


def test_copy_hands_the_new_secret_over(bench: Bench) -> None:
    bench.feed("feed", "--copy")
    assert [secret.reveal() for secret in bench.clipboard.copies] == [bench.secret_of("feed")]
    assert bench.vault().find("feed").copied == bench.now


def test_a_key_that_states_its_own_dates_is_believed(bench: Bench) -> None:
    bench.now = bench.now.replace(year=2024, month=12, day=5, hour=13, minute=31)
    done = bench.nuget("short", "--expires", "30d", secret=V5)
    (key,) = bench.vault().keys
    assert key.lifetime.expires is not None
    assert f"{key.lifetime.created:%d %H:%M} {key.lifetime.expires:%d %H:%M}" == (
        "05 13:30 05 13:45"
    )
    assert "The key itself says that it expires at 2024-12-05 13:45 UTC" in done.err


def test_a_secret_that_is_there_already_is_pointed_out(bench: Bench) -> None:
    bench.nuget("first")
    done = bench.run("new", "second", *NUGET, "--glob", "A", "--secret-stdin", stdin=V4 + "\n")
    assert done.status == 2
    assert "first holds this very secret already" in done.err
    assert V4 not in done.err
    bench.nuget("second", "--allow-duplicate")
    assert bench.secret_of("second") == V4


def test_a_taken_name_is_refused_before_a_secret_is_asked_for(bench: Bench) -> None:
    bench.nuget("CI")
    done = bench.run("new", "ci", *NUGET, "--glob", "A", answers=[])
    assert done.status == 2
    assert "exists already" in done.err


@pytest.mark.parametrize("missing", ["--registry", "--owner", "--scope", "--glob"])
def test_what_is_missing_is_named(bench: Bench, missing: str) -> None:
    words = [*NUGET, "--glob", "Contoso.*"]
    at = words.index(missing)
    del words[at : at + 2]
    done = bench.run("new", "ci", *words, "--secret-stdin", stdin=V4)
    assert done.status == 2
    assert done.err.startswith(f"keyfob: Missing: {missing}.\n")


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--glob", "Contoso Core", "Character 8"),
        ("--glob", " ", "--glob: is empty"),
        ("--scope", "", "--scope: is empty"),
        ("--expires", "", "not a duration"),
        ("--scope", "pusch", "pusch"),
        ("--scope", "push-version", "exclude each other"),
        ("--registry", "nuget", "nuget"),
        ("--expires", "365d", "30 days at most"),
        ("--expires", "never", "always has an end"),
        ("--expires", "2026-11-01", "before it begins"),
        ("--expires", "soon", "not a duration"),
        ("--created", "yesterday", "not a date"),
        ("--created", "2027-01-01", "past century"),
        ("--created", "0001-01-01", "past century"),
        ("--created", "0001-01-01T00:00:00+14:00", "not a date"),
        ("--expires", "9999-12-31T23:59:59-12:00", "not a date"),
        ("--owner", "a\x1b[31mb", "U+001B"),
        ("--owner", "a\u202eb", "U+202E"),
        ("--note", "a\x9bb", "U+009B"),
        ("--note", "n" * 10_000, "10,000"),
    ],
)
def test_a_bad_value_is_refused_and_nothing_kept(
    bench: Bench, option: str, value: str, said: str
) -> None:
    done = bench.run(
        "new", "ci", *NUGET, "--glob", "Contoso.*", option, value, "--secret-stdin", stdin=V4
    )
    assert done.status == 2
    assert said in done.err
    assert done.err.isascii() or done.err.replace("\n", "").isprintable()
    assert bench.vault().keys == []


@pytest.mark.parametrize(
    "name", ["", " ", "a\x1b]52;c;YQ==\x07", "a\x9b1m", "a\u202eb", "x" * 10_000]
)
def test_a_hostile_name_is_refused_and_shown_inert(bench: Bench, name: str) -> None:
    done = bench.run("new", name, *NUGET, "--glob", "A", "--secret-stdin", stdin=V4)
    assert done.status == 2
    assert done.err.replace("\n", "").isprintable()
    assert len(done.err) < 400


@pytest.mark.parametrize("secret", ["", "\n", " \t\n", "one\ntwo\n", "x" * 70_000])
def test_a_secret_that_is_none_is_refused(bench: Bench, secret: str) -> None:
    done = bench.run("new", "ci", *NUGET, "--glob", "A", "--secret-stdin", stdin=secret)
    assert done.status == 2
    assert bench.vault().keys == []
    assert "one\n" not in done.err


def test_a_secret_the_terminal_cut_off_is_refused(bench: Bench) -> None:
    done = bench.run("new", "ci", *NUGET, "--glob", "A", answers=["x" * 4095] * 3)
    assert done.status == 2
    assert "--secret-stdin" in done.err


def test_without_a_terminal_the_secret_needs_a_pipe(bench: Bench) -> None:
    done = bench.run("new", "ci", *NUGET, "--glob", "A")
    assert done.status == 3
    assert "--secret-stdin" in done.err


def test_the_default_lifetime_is_the_registrys(bench: Bench) -> None:
    bench.nuget("ci")
    assert str(bench.vault().find("ci").lifetime.duration) == "30 days, 0:00:00"


def test_an_older_key_keeps_the_lifetime_it_was_given(bench: Bench) -> None:
    done = bench.nuget("old", "--created", "2026-07-01", "--expires", "90d")
    life = bench.vault().find("old").lifetime
    assert f"{life.created:%Y-%m-%d}" == "2026-07-01"
    assert f"{life.expires:%Y-%m-%d}" == "2026-09-29"
    assert "30 days at most" in done.err


def test_a_star_is_taken_with_a_warning(bench: Bench) -> None:
    done = bench.ok("new", "wide", *NUGET, "--glob", "*", "--secret-stdin", stdin=OTHER_V4)
    assert "* alone covers every package" in done.err
    (grant,) = bench.vault().find("wide").grants
    assert isinstance(grant, Grant)
    assert grant.glob.everything


def test_fields_prints_the_registrys_form_and_touches_nothing(fresh: Bench) -> None:
    done = fresh.ok("new", "contoso-push", *NUGET, "--glob", "Contoso.*", "--fields")
    lines = done.out.splitlines()
    assert lines[0] == "Page: https://www.nuget.org/account/apikeys?forceApiKeys=true"
    assert "Key Name: contoso-push" in lines
    assert "Expires In: 30 days" in lines
    assert "Package Owner: contoso" in lines
    assert "Glob Pattern: Contoso.*" in lines
    assert not fresh.path.exists()


def test_fields_of_an_own_feed_says_that_there_is_no_form(fresh: Bench) -> None:
    done = fresh.ok("new", "feed", *FEED, "--fields")
    assert done.out == ""
    assert "There is no form" in done.err


CUT = "pypi-bogus"


@pytest.mark.parametrize("doubtful", [CUT, "oops" + V4, "npm_" + "a" * 36])
def test_a_typed_secret_that_keyfob_doubts_is_asked_about_before_it_is_kept(
    bench: Bench, doubtful: str
) -> None:
    done = bench.ok("new", "ci", *NUGET, "--glob", "A", answers=[doubtful, "", V4])
    asked = "Secret of ci (not shown): "
    assert bench.prompts == [asked, "Keep it all the same? [y/N] ", asked]
    assert "keyfob: It was not kept." in done.err
    assert bench.secret_of("ci") == V4


def test_a_doubtful_secret_is_kept_when_that_is_said(bench: Bench) -> None:
    bench.ok("new", "ci", *NUGET, "--glob", "A", answers=["some-made-up-text", "y"])
    assert bench.secret_of("ci") == "some-made-up-text"


def test_a_doubtful_secret_that_is_piped_is_kept_and_said_to_be_doubtful(bench: Bench) -> None:
    assert "Kept all the same, unasked" in bench.nuget("odd", secret="some-made-up-text").err
    assert "all the same" not in bench.nuget("known").err


def test_an_own_feed_is_asked_about_a_damaged_key_only(bench: Bench) -> None:
    bench.ok("new", "own", *FEED, answers=["anything"])
    bench.ok("new", "cut", *FEED, answers=[CUT, "n", V4])
    assert bench.secret_of("cut") == V4


def test_two_globs_that_no_one_key_covers_are_refused(bench: Bench) -> None:
    both = ("--glob", "Contoso.*", "--glob", "Fabrikam.*")
    done = bench.run("new", "ci", *NUGET, *both, "--secret-stdin", stdin=V4)
    assert done.status == 2
    assert "Make another key for Fabrikam.*." in done.err
    bench.nuget("ci")
    assert bench.run("edit", "ci", *both).status == 2
    assert [glob.text for glob in bench.vault().find("ci").globs] == ["Contoso.*"]
