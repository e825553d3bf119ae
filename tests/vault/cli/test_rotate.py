from __future__ import annotations

from tests.vault.cli.bench import OTHER_V4, V4, Bench
from vault.keys.key import Key
from vault.keys.lifetime import State


def rotated(bench: Bench, name: str) -> Key:
    return bench.vault().find(name)


def test_a_new_secret_and_the_clock_restarts(bench: Bench) -> None:
    bench.nuget("ci")
    bench.later(days=40)
    done = bench.ok("rotate", "ci", "--secret-stdin", stdin=OTHER_V4 + "\n")
    key = rotated(bench, "ci")
    assert bench.secret_of("ci") == OTHER_V4
    assert key.revision == 2
    assert key.lifetime.created == bench.now
    assert str(key.lifetime.duration) == "30 days, 0:00:00"
    assert "the old value stops working at once" in done.err
    assert "rotated   once" in bench.ok("show", "ci").out


def test_it_is_asked_for_on_a_terminal(bench: Bench) -> None:
    bench.nuget("ci")
    done = bench.ok("rotate", "ci", answers=[OTHER_V4])
    assert "https://www.nuget.org/account/apikeys" in done.err
    assert bench.secret_of("ci") == OTHER_V4


def test_a_revoked_key_comes_back_to_life(bench: Bench) -> None:
    bench.nuget("ci")
    bench.ok("revoke", "ci")
    bench.ok("rotate", "ci", "--secret-stdin", stdin=OTHER_V4)
    assert rotated(bench, "ci").lifetime.state(bench.now) is State.FINE


def test_the_same_value_again_is_refused(bench: Bench) -> None:
    bench.nuget("ci")
    bench.later(days=1)
    done = bench.run("rotate", "ci", "--secret-stdin", "--allow-duplicate", stdin=V4)
    assert done.status == 2
    assert "This is the value ci has already." in done.err
    assert rotated(bench, "ci").revision == 1


def test_another_keys_value_is_pointed_out(bench: Bench) -> None:
    bench.nuget("ci")
    bench.nuget("other", secret=OTHER_V4)
    done = bench.run("rotate", "ci", "--secret-stdin", stdin=OTHER_V4)
    assert done.status == 2
    assert "other holds this very secret" in done.err


def test_an_own_feed_makes_it_where_none_is_typed_or_nobody_can_be_asked(bench: Bench) -> None:
    bench.feed("feed")
    seen = {bench.secret_of("feed")}
    for answers in (["", "n"], None):
        done = bench.ok("rotate", "feed", answers=answers)
        assert "Enter it at the feed: keyfob copy feed\n" in done.err
        assert bench.secret_of("feed").startswith("kfob_")
        seen.add(bench.secret_of("feed"))
    assert len(seen) == 3


def test_an_own_feed_makes_and_copies_the_new_secret(bench: Bench) -> None:
    bench.feed("feed")
    old = bench.secret_of("feed")
    bench.ok("rotate", "feed", "--generate", "--copy")
    new = bench.secret_of("feed")
    assert new != old
    assert [secret.reveal() for secret in bench.clipboard.copies] == [new]


def test_another_length_can_be_given_and_is_checked(bench: Bench) -> None:
    bench.nuget("ci")
    bench.ok("rotate", "ci", "--expires", "8d", "--secret-stdin", stdin=OTHER_V4)
    assert str(rotated(bench, "ci").lifetime.duration) == "8 days, 0:00:00"
    assert bench.run("rotate", "ci", "--expires", "90d", "--secret-stdin", stdin=V4).status == 2


def test_a_length_the_registry_gives_no_more_is_pointed_out(bench: Bench) -> None:
    bench.nuget("old", "--created", "2026-07-01", "--expires", "90d")
    done = bench.ok("rotate", "old", "--secret-stdin", stdin=OTHER_V4)
    assert "30 days at most" in done.err
    assert "--expires" in done.err


def test_no_such_key(bench: Bench) -> None:
    assert bench.run("rotate", "nope", "--secret-stdin", stdin=V4).status == 5
