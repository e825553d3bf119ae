from __future__ import annotations

import io
import json

from tests.vault.cli.bench import V4, Bench


def test_it_tells_everything_but_the_secret(bench: Bench) -> None:
    bench.nuget("contoso-push", "--note", "made for CI")
    done = bench.ok("show", "contoso-push")
    lines = {line.split()[0]: line.split(maxsplit=1)[1] for line in done.out.splitlines()[1:]}
    mark = lines.pop("secret")
    assert mark.startswith("nuget v4, fingerprint ")
    assert lines == {
        "state": "● fine",
        "registry": "nuget.org",
        "owner": "contoso",
        "may": "push on Contoso.*",
        "created": "2026-11-22 12:00 UTC",
        "expires": "2026-12-22 12:00 UTC, in 30 days",
        "copied": "never",
        "note": "made for CI",
    }
    assert V4 not in done.out + done.err


def test_the_beginning_of_a_name_will_do_if_it_is_one_keys(bench: Bench) -> None:
    bench.feed("contoso-push")
    bench.feed("contoso-unlist")
    assert bench.ok("show", "Contoso-P").out.startswith("contoso-push\n")
    done = bench.run("show", "cont")
    assert done.status == 5
    assert "contoso-push, contoso-unlist" in done.err


def test_a_whole_name_beats_a_longer_one(bench: Bench) -> None:
    bench.feed("ci")
    bench.feed("ci-old")
    assert bench.ok("show", "ci").out.startswith("ci\n")


def test_no_such_key_offers_near_ones(bench: Bench) -> None:
    bench.feed("contoso-push")
    done = bench.run("show", "contoso-psuh")
    assert done.status == 5
    assert "Did you mean contoso-push?" in done.err


def test_json_is_one_object_like_those_of_list(bench: Bench) -> None:
    bench.nuget("ci")
    assert [json.loads(bench.ok("show", "ci", "--json").out)] == json.loads(
        bench.ok("list", "--json").out
    )


def test_reveal_prints_the_secret_and_nothing_else_and_remembers_it(bench: Bench) -> None:
    bench.nuget("ci")
    bench.later(hours=1)
    done = bench.ok("show", "ci", "--reveal")
    assert done.out == V4 + "\n"
    assert done.err == ""
    assert bench.vault().find("ci").copied == bench.now


def test_a_secret_that_is_not_ascii_comes_out_as_it_went_in(bench: Bench) -> None:
    bench.nuget("ci", secret="gehëim-日本")
    raw = io.BytesIO()
    narrow = io.TextIOWrapper(raw, encoding="ascii", errors="replace")
    bench.ok("show", "ci", "--reveal", stdout=narrow)
    assert raw.getvalue().decode() == "gehëim-日本\n"
