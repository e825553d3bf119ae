from __future__ import annotations

import io
import json

import pytest

from tests.vault.cli.bench import NUGET, OTHER_V4, Bench, Screen


@pytest.fixture
def full(bench: Bench) -> Bench:
    """Five keys, one in each state but urgent, at 22 November 2026, noon."""
    bench.now = bench.now.replace(day=2)
    bench.feed("expired", "--expires", "10d")
    bench.feed("soon", "--expires", "29d")
    bench.feed("gone", "--expires", "90d")
    bench.ok("revoke", "gone")
    bench.now = bench.now.replace(day=22)
    bench.feed("never", "--expires", "never")
    bench.nuget("fine", "--scope", "unlist")
    return bench


def names(out: str) -> list[str]:
    return [line.split()[2] for line in out.splitlines()[1:]]


def test_the_most_urgent_comes_first(full: Bench) -> None:
    done = full.ok("list")
    assert names(done.out) == ["expired", "soon", "fine", "never", "gone"]
    assert done.err == ""


def test_a_line_says_all_that_matters(full: Bench) -> None:
    lines = full.ok("list").out.splitlines()
    assert lines[0].split() == ["STATE", "NAME", "REGISTRY", "SCOPE", "PACKAGES", "EXPIRES"]
    assert lines[1].split(maxsplit=6) == [
        "✗", "expired", "expired", "own-feed", "push", "Contoso.*", "2026-11-12, 10 days ago",
    ]  # fmt: skip
    assert lines[3].split("  ")[-1] == "2026-12-22, in 30 days"
    assert "push, unlist" in lines[3]
    assert lines[4].endswith("never")
    assert lines[5].endswith("revoked 2026-11-02")


def test_columns_stand_in_line(full: Bench) -> None:
    lines = full.ok("list").out.splitlines()
    at = lines[0].index("REGISTRY")
    assert {line[at - 2 : at] for line in lines} == {"  "}
    assert {line[at : at + 8] for line in lines[1:]} == {"own-feed", "nuget.or"}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--registry", "nuget.org"], ["fine"]),
        (["--owner", "Contoso"], ["fine"]),
        (["--state", "expired", "--state", "soon"], ["expired", "soon"]),
        (["--state", "soon", "--registry", "nuget.org"], []),
    ],
)
def test_filters(full: Bench, words: list[str], expected: list[str]) -> None:
    found = json.loads(full.ok("list", "--json", *words).out)
    assert [row["name"] for row in found] == expected


def test_nothing_found_is_said_on_stderr(full: Bench) -> None:
    done = full.ok("list", "--owner", "nobody")
    assert (done.out, done.err) == ("", "No key fits.\n")


def test_an_empty_vault_says_what_to_do(bench: Bench) -> None:
    done = bench.ok("list")
    assert done.out == ""
    assert "keyfob new" in done.err
    assert json.loads(bench.ok("list", "--json").out) == []


def test_json_has_every_field_and_nothing_of_the_secret(bench: Bench) -> None:
    bench.nuget("ci", "--scope", "unlist", "--note", "x")
    (row,) = json.loads(bench.ok("list", "--json").out)
    mark = row.pop("fingerprint")
    assert len(mark) == 6
    assert row == {
        "name": "ci",
        "registry": "nuget.org",
        "owner": "contoso",
        "grants": [
            {"action": "push", "glob": "Contoso.*"},
            {"action": "unlist", "glob": "Contoso.*"},
        ],
        "created": "2026-11-22T12:00:00Z",
        "expires": "2026-12-22T12:00:00Z",
        "state": "fine",
        "days_left": 30,
        "revoked": None,
        "revision": 1,
        "format": "nuget v4",
        "copied": None,
        "used": None,
        "note": "x",
        "places": [],
        "history": [],
        "retire": None,
        "asked": None,
    }


@pytest.mark.parametrize(
    ("hours", "state", "days_left"),
    [(0, "fine", 30), (20 * 24, "soon", 10), (29.5 * 24, "urgent", 0), (32.5 * 24, "expired", -2)],
)
def test_days_left_is_whole_days_and_negative_once_past(
    bench: Bench, hours: float, state: str, days_left: int
) -> None:
    bench.nuget("ci")
    bench.later(hours=hours)
    (row,) = json.loads(bench.ok("list", "--json").out)
    assert (row["state"], row["days_left"]) == (state, days_left)


def test_without_an_end_no_days_are_left(bench: Bench) -> None:
    bench.feed("ever", "--expires", "never")
    (row,) = json.loads(bench.ok("list", "--json").out)
    assert (row["expires"], row["state"], row["days_left"]) == (None, "never", None)


def test_json_is_ascii_whatever_the_names(bench: Bench) -> None:
    bench.feed("clé-日本")
    out = bench.ok("list", "--json").out
    assert out.isascii()
    assert json.loads(out)[0]["name"] == "clé-日本"


class TestOnATerminal:
    @pytest.fixture(autouse=True)
    def _eighty_columns(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("COLUMNS", "80")

    def test_states_are_coloured(self, full: Bench) -> None:
        out = full.run("list", stdout=Screen()).out
        assert "\x1b[31m✗ expired\x1b[0m" in out
        assert "\x1b[32m● fine   \x1b[0m" in out

    @pytest.mark.parametrize(("variable", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
    def test_unless_nobody_wants_that(self, full: Bench, variable: str, value: str) -> None:
        full.environ[variable] = value
        assert "\x1b" not in full.run("list", stdout=Screen()).out

    def test_long_values_are_cut_to_the_width_and_the_date_is_not(self, bench: Bench) -> None:
        long = ["--glob", "Contoso." + "Very" * 10 + ".Long", "--glob", "Fabrikam.*"]
        bench.ok(
            "new", "a-name-of-quite-some-length-in-characters", *NUGET, *long,
            "--secret-stdin", stdin=OTHER_V4,
        )  # fmt: skip
        bench.environ["NO_COLOR"] = "1"
        out = bench.run("list", stdout=Screen()).out
        assert all(len(line) <= 80 for line in out.splitlines())
        assert out.splitlines()[1].endswith("2026-12-22, in 30 days")
        assert "…" in out

    def test_into_a_pipe_nothing_is_cut(self, bench: Bench) -> None:
        glob = "Contoso." + "Very" * 20
        bench.ok("new", "ci", *NUGET, "--glob", glob, "--secret-stdin", stdin=OTHER_V4)
        assert glob in bench.run("list", stdout=io.StringIO()).out


def test_rotations_that_were_left_half_done_are_said_in_one_line(full: Bench) -> None:
    assert "--continue" not in full.ok("list").err
    name = json.loads(full.ok("list", "--json").out)[0]["name"]
    full.ok("place", "add", name, "--kind", "person", "--where", "Ada")
    (said,) = full.ok("list").err.splitlines()
    assert said.endswith(f"still works: {name}. Go on with: keyfob rotate --continue")
    full.ok("place", "waive", name, "Ada")
    assert full.ok("list").err == ""
