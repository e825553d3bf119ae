from __future__ import annotations

import shlex

from tests.vault.cli.bench import V4, Bench


def test_the_key_is_marked_and_its_settings_and_secret_stay(bench: Bench) -> None:
    bench.nuget("ci")
    before = bench.vault().find("ci")
    done = bench.ok("revoke", "ci")
    after = bench.vault().find("ci")
    assert after.lifetime.revoked == bench.now
    assert (after.grants, after.owner) == (before.grants, before.owner)
    assert bench.secret_of("ci") == V4
    assert "nuget.org takes the key until you end it at https://www.nuget.org" in done.err


def test_a_second_time_changes_nothing(bench: Bench) -> None:
    bench.nuget("ci")
    bench.ok("revoke", "ci")
    first = bench.now
    bench.later(days=1)
    assert "revoked already" in bench.ok("revoke", "ci").err
    assert bench.vault().find("ci").lifetime.revoked == first


def test_an_own_feed_without_a_page_is_told_in_words(bench: Bench) -> None:
    bench.feed("feed")
    assert "until you end it there." in bench.ok("revoke", "feed").err


def test_no_such_key(bench: Bench) -> None:
    assert bench.run("revoke", "nope").status == 5


def test_what_brings_it_back_can_be_pasted_into_a_shell(bench: Bench) -> None:
    name = 'it\'s "$mine"'
    bench.nuget(name)
    _, _, advice = bench.ok("revoke", name).err.partition("Bring it back with: ")
    assert shlex.split(advice.splitlines()[0]) == ["keyfob", "rotate", name]
