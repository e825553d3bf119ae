"""The guided rotation: every answer at a terminal, real commands, and leaving at any point."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import pytest

from tests.vault.cli.bench import OTHER_V4, V4, Answers, Bench
from vault.errors import ClipboardError

PYPI = ("--registry", "pypi", "--owner", "contoso", "--scope", "upload", "--glob", "contoso-core")
TOKEN = (
    "pypi-AgEIcHlwaS5vcmcCJDAwMDAwMDAwLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDAwMAACKlszLCIwMDAwMDAwMC0w"
    "MDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwMDIiXQAABiBa86S3d8ZBga3cOeEOb49YUBZLxG-SkajBSS1uFXlRDg"
)
NEW_TOKEN = TOKEN.replace("Ska", "Skb")


def python(code: str) -> str:
    return shlex.join([sys.executable, "-c", code])


def into(path: Path) -> str:
    return python(f"import sys; open({str(path)!r}, 'w').write(sys.stdin.read())")


FAILS = python("import sys; print('no such repo ' + sys.stdin.read()); sys.exit(3)")


def add(bench: Bench, where: str, command: str = "", kind: str = "ci-secret") -> None:
    bench.ok(
        "place", "add", "ci", "--kind", kind, "--where", where, "--command", command, "--confirmed"
    )


def behind(bench: Bench, name: str = "ci") -> list[str]:
    found = json.loads(bench.ok("show", name, "--json").out)["places"]
    return [place["where"] for place in found if place["behind"]]


@pytest.fixture
def key(bench: Bench, tmp_path: Path) -> Bench:
    """A key of nuget.org with a place that has a command, and two that have none."""
    bench.nuget("ci")
    add(bench, "file of the build", into(tmp_path / "installed"))
    add(bench, "Ada", kind="person")
    add(bench, "https://ci.example/settings", kind="other")
    bench.later(days=29)
    return bench


def test_every_place_is_gone_through(key: Bench, tmp_path: Path) -> None:
    done = key.ok("rotate", "ci", "--why", "monthly", answers=[OTHER_V4, "r", "d", "w"])
    assert (tmp_path / "installed").read_text() == OTHER_V4
    assert behind(key) == []
    for said in (
        "the old value stops working at once",
        "https://www.nuget.org/account/apikeys",
        "Key Name: ci",
        "1 of 3: ci-secret, file of the build",
        f"command: {sys.executable}",
        "It ended well. Confirmed.",
        "3 of 3",
        "every place has the present secret, or was waived",
    ):
        assert said in done.err
    assert OTHER_V4 not in done.err
    shown = key.ok("show", "ci").out
    assert "∅ waived" in shown
    assert "2026-12-21 12:00 UTC  monthly, at file of the build, Ada, https://" in shown
    (turn,) = json.loads(key.ok("show", "ci", "--json").out)["history"]
    assert turn == {
        "at": "2026-12-21T12:00:00Z",
        "why": "monthly",
        "places": ["file of the build", "Ada", "https://ci.example/settings"],
    }


def test_a_command_is_run_only_if_the_user_says_so(key: Bench, tmp_path: Path) -> None:
    key.ok("rotate", "ci", answers=[OTHER_V4, "", "", ""])
    assert not (tmp_path / "installed").exists()
    assert len(behind(key)) == 3


def test_what_was_left_is_gone_on_with(key: Bench) -> None:
    done = key.ok("rotate", "ci", answers=[OTHER_V4, "d", "q"])
    assert behind(key) == ["Ada", "https://ci.example/settings"]
    assert "Behind: Ada" in done.err
    assert "keyfob rotate ci --continue" in done.err
    assert "rotate --continue" in key.ok("list").err
    key.ok("rotate", "ci", "--continue", answers=["d", "later"])
    assert behind(key) == ["https://ci.example/settings"]
    key.ok("rotate", "--continue", answers=["d"])
    assert behind(key) == []
    assert "Nothing is left to do." in key.ok("rotate", "--continue", answers=[]).err
    assert key.secret_of("ci") == OTHER_V4


def test_rotating_again_first_offers_to_finish(key: Bench) -> None:
    key.ok("rotate", "ci", answers=[OTHER_V4, "q"])
    key.ok("rotate", "ci", answers=["", "d", "d", "d"])
    assert behind(key) == []
    assert key.secret_of("ci") == OTHER_V4
    key.ok("rotate", "ci", answers=[V4, "q"])
    key.later(days=1)
    key.ok("rotate", "ci", answers=["n", "third-made-up-secret", "y", "q"])
    assert key.secret_of("ci") == "third-made-up-secret"


def test_ctrl_c_keeps_what_was_confirmed(key: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    ask = Answers.ask

    def interrupted(self: Answers, prompt: str) -> str:
        answer = ask(self, prompt)
        if answer == "^C":
            raise KeyboardInterrupt
        return answer

    monkeypatch.setattr(Answers, "ask", interrupted)
    done = key.run("rotate", "ci", answers=[OTHER_V4, "d", "^C"])
    assert done.status == 130
    assert "--continue" in done.err
    assert behind(key) == ["Ada", "https://ci.example/settings"]


def test_copying_and_opening_help_and_settle_nothing(key: Bench) -> None:
    key.ok("rotate", "ci", "--open", answers=[OTHER_V4, "c", "?", "d", "d", "o", "l"])
    assert [secret.reveal() for secret in key.clipboard.copies] == [OTHER_V4]
    assert key.browsed[0].startswith("https://www.nuget.org/")
    assert key.browsed[1:] == ["https://ci.example/settings"]
    assert behind(key) == ["https://ci.example/settings"]


def test_where_no_browser_opens_the_address_is_told_all_the_same(
    key: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key, "_browse", lambda _: False)
    done = key.ok("rotate", "ci", "--open", answers=[OTHER_V4, "q"])
    assert "https://www.nuget.org/account/apikeys" in done.err
    assert "No browser opens here." in done.err


def test_every_question_fits_a_terminal_of_80_columns(key: Bench) -> None:
    key.ok("place", "add", "ci", "--kind", "file", "--where", "https://x", "--command", "tee x")
    key.ok("rotate", "ci", answers=[OTHER_V4, "l", "l", "l", "l"])
    assert all(len(prompt) < 80 for prompt in key.prompts)
    assert any("[r]un" in prompt and "[o]pen" in prompt for prompt in key.prompts)


def test_a_clipboard_that_does_not_work_ends_nothing(
    key: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ClipboardError("No way to the clipboard works.")

    monkeypatch.setattr(key.clipboard, "copy", broken)
    done = key.ok("rotate", "ci", answers=[OTHER_V4, "c", "d", "d", "d"])
    assert "No way to the clipboard works." in done.err
    assert behind(key) == []


def test_a_command_that_fails_leaves_its_place_open_and_asks_again(bench: Bench) -> None:
    bench.nuget("ci")
    add(bench, "bad", FAILS)
    done = bench.ok("rotate", "ci", answers=[OTHER_V4, "r", "r", "l"])
    assert "failed with exit status 3" in done.err
    assert "| no such repo •••" in done.err
    assert OTHER_V4 not in done.err
    assert behind(bench) == ["bad"]
    bench.ok("rotate", "ci", "--continue", answers=["r", "d"])
    assert behind(bench) == []


def test_a_command_that_does_not_exist_is_said(bench: Bench) -> None:
    bench.nuget("ci")
    add(bench, "bad", "no-such-program-anywhere --x")
    done = bench.ok("rotate", "ci", answers=[OTHER_V4, "r", "l"])
    assert "There is no program" in done.err
    assert behind(bench) == ["bad"]


def test_without_a_terminal_what_is_behind_is_listed(key: Bench, tmp_path: Path) -> None:
    done = key.ok("rotate", "ci", "--secret-stdin", stdin=OTHER_V4)
    assert done.out == ""
    for where in ("file of the build", "Ada", "https://ci.example/settings"):
        assert f"Behind: {where}" in done.err
    assert not (tmp_path / "installed").exists()


def test_without_a_terminal_commands_can_be_run(key: Bench, tmp_path: Path) -> None:
    key.ok("rotate", "ci", "--secret-stdin", "--run-commands", stdin=OTHER_V4)
    assert (tmp_path / "installed").read_text() == OTHER_V4
    assert behind(key) == ["Ada", "https://ci.example/settings"]
    add(key, "bad", FAILS)
    key.later(days=1)
    done = key.run("rotate", "ci", "--secret-stdin", "--run-commands", stdin=V4)
    assert done.status == 1
    assert key.secret_of("ci") == V4
    assert "bad" in behind(key)
    assert key.run("rotate", "ci", "--continue", "--run-commands").status == 1


def test_the_old_token_is_ended_last_where_it_lives_on(bench: Bench) -> None:
    bench.ok("new", "ci", *PYPI, "--secret-stdin", stdin=TOKEN)
    add(bench, "Ada", kind="person")
    done = bench.ok("rotate", "ci", answers=[NEW_TOKEN, "l"])
    assert "Make a new key at PyPI" in done.err
    assert "Not before the new one is everywhere" in done.err
    assert "old value still to be revoked" in bench.ok("show", "ci").out
    bench.ok("rotate", "ci", "--continue", answers=["d", "n"])
    assert json.loads(bench.ok("show", "ci", "--json").out)["retire"]
    assert "Go on with" in bench.ok("list").err
    bench.ok("rotate", "ci", "--continue", answers=["y"])
    assert json.loads(bench.ok("show", "ci", "--json").out)["retire"] is None
    assert bench.ok("list").err == ""


def test_a_ci_that_needs_no_key_is_pointed_out(bench: Bench) -> None:
    bench.ok("new", "ci", *PYPI, "--secret-stdin", stdin=TOKEN)
    add(bench, "GitHub contoso/core PYPI_TOKEN")
    done = bench.ok("rotate", "ci", answers=[NEW_TOKEN, "l"])
    assert done.err.count("Do you need a key at GitHub contoso/core PYPI_TOKEN at all?") == 1
    assert done.err.index("Do you need a key") < done.err.index("Make a new key at PyPI")
    done = bench.ok("rotate", "ci", "--continue", answers=["l", "n"])
    assert done.err.count("Do you need a key at GitHub contoso/core PYPI_TOKEN at all?") == 1


def test_a_ci_is_pointed_out_before_a_registry_is_offered_to_make_the_value(bench: Bench) -> None:
    gem = ("--registry", "rubygems", "--owner", "ada", "--scope", "push", "--glob", "contoso")
    bench.ok("new", "ci", *gem, "--secret-stdin", stdin=f"rubygems_{'a1' * 24}")
    add(bench, "GitHub contoso/gem")
    new = f"rubygems_{'b2' * 24}"
    done = bench.ok("rotate", "ci", answers=["p", new, "l", "n"])
    assert bench.secret_of("ci") == new
    assert done.err.count("Do you need a key") == 1
    assert done.err.index("Do you need a key") < done.err.index("RubyGems can make the new value")


def test_a_place_that_is_no_ci_or_does_without_is_not_asked_about(bench: Bench) -> None:
    bench.ok("new", "ci", *PYPI, "--secret-stdin", stdin=TOKEN)
    add(bench, "~/src/github/.pypirc", kind="file")
    add(bench, "Jenkins on build-1")
    add(bench, "GitHub contoso/core")
    bench.ok("rotate", "ci", answers=[NEW_TOKEN, "d", "d", "w", "n"])
    assert "Do you need a key" not in bench.ok("rotate", "ci", answers=["n", TOKEN, "q"]).err


class TestTheNewValue:
    def test_the_same_value_is_asked_for_again(self, key: Bench) -> None:
        done = key.ok("rotate", "ci", answers=[V4, OTHER_V4, "q"])
        assert "This is the value ci has already." in done.err
        assert key.secret_of("ci") == OTHER_V4

    def test_three_times_and_no_more(self, key: Bench) -> None:
        assert key.run("rotate", "ci", answers=[V4, V4, V4]).status == 2
        assert key.secret_of("ci") == V4
        assert behind(key) == []

    def test_a_key_of_another_registry_is_kept_only_if_meant(self, key: Bench) -> None:
        key.ok("rotate", "ci", answers=[TOKEN, "n", OTHER_V4, "q"])
        assert key.secret_of("ci") == OTHER_V4
        key.ok("rotate", "ci", answers=["n", TOKEN, "y", "q"])
        assert key.secret_of("ci") == TOKEN


class TestAllDue:
    @pytest.fixture
    def three(self, bench: Bench) -> Bench:
        """One key that has expired, one that will today, one that has time."""
        bench.nuget("fine", "--expires", "30d", secret="fine-made-up-secret")
        bench.later(days=-5)
        bench.nuget("urgent", "--expires", "8d", secret="urgent-made-up-secret")
        bench.later(days=-10)
        bench.nuget("gone", "--expires", "8d", secret="gone-made-up-secret")
        bench.later(days=17.9)
        return bench

    def test_all_that_is_due_in_order_of_urgency(self, three: Bench) -> None:
        done = three.ok("rotate", "--all-due", answers=["", V4, "", OTHER_V4])
        assert "Key 1 of 2: gone" in done.err
        assert three.secret_of("gone") == V4
        assert three.secret_of("urgent") == OTHER_V4
        assert "No key is due." in three.ok("rotate", "--all-due", answers=[]).err

    def test_it_can_be_left_and_resumed(self, three: Bench) -> None:
        three.ok("place", "add", "gone", "--kind", "person", "--where", "Ada")
        three.ok("rotate", "--all-due", answers=["", V4, "q"])
        assert three.secret_of("gone") == V4
        assert three.secret_of("urgent") == "urgent-made-up-secret"
        done = three.ok("rotate", "--all-due", answers=["d", "s"])
        assert "Not finished: gone" in done.err
        assert behind(three, "gone") == []
        assert three.ok("rotate", "--all-due", answers=["q"]).status == 0

    def test_keyfob_makes_secrets_of_own_feeds(self, bench: Bench) -> None:
        bench.feed("feed", "--expires", "8d")
        bench.later(days=7.9)
        old = bench.secret_of("feed")
        bench.ok("rotate", "--all-due", answers=["", "n"])
        assert bench.secret_of("feed") not in {old, ""}

    def test_a_value_that_does_not_fit_holds_up_no_other_key(self, three: Bench) -> None:
        three.ok("rotate", "--all-due", answers=["", *["gone-made-up-secret"] * 3, "", V4])
        assert three.secret_of("gone") == "gone-made-up-secret"
        assert three.secret_of("urgent") == V4

    def test_it_needs_a_terminal(self, three: Bench) -> None:
        assert three.run("rotate", "--all-due").status == 3


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["ci", "--all-due"],
        ["--all-due", "--continue"],
        ["--all-due", "--secret-stdin"],
        ["ci", "--continue", "--generate"],
        ["ci", "--continue", "--why", "x"],
        ["ci", "--secret-stdin", "--why", "a\x1b[2J"],
    ],
)
def test_options_that_do_not_go_together(key: Bench, argv: list[str]) -> None:
    assert key.run("rotate", *argv, stdin=OTHER_V4).status == 2
    assert key.secret_of("ci") == V4
