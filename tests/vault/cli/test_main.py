from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.vault.cli.bench import FEED, NUGET, V4, Bench
from vault.cli import INTERRUPTED, PIPE_CLOSED, UNEXPECTED, VERBS, main
from vault.cli.desk import Desk


def keyfob(*argv: str, home: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """The real program, without a terminal."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KEYFOB")}
    environ = kept | {
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CONFIG_HOME": str(home / "config"),
        **variables,
    }
    return subprocess.run(
        [sys.executable, "-m", "vault.cli", *argv],
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )


def test_help_lists_every_verb(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    told = capsys.readouterr().out
    for verb, about in VERBS.items():
        assert f"    {verb} " in told
        assert about in told


@pytest.mark.parametrize("name", VERBS)
def test_every_verb_explains_itself_with_an_example(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([name, "--help"]) == 0
    told = capsys.readouterr().out
    assert told.startswith(f"usage: keyfob {name} ")
    assert f"keyfob {name}" in told[told.index("example") :]
    assert "--password-file" in told


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("keyfob 0.")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Missing: VERB."),
        (["frobnicate"], "There is no such verb."),
        (["list", "--stat", "fine"], "Unknown option --stat."),
        (["list", "more"], "That is one argument too many."),
        (["list", "--state", "blue"], "--state: invalid choice"),
        (["check", "--within"], "--within: expected one argument."),
        (["show"], "Missing: NAME."),
        (["show", "x", "--json", "--reveal"], "--reveal: not allowed with argument --json."),
        (["list", "--vault", ""], "--vault: is empty."),
        (["completion", "tcsh"], "SHELL: invalid choice"),
    ],
)
def test_wrong_usage_is_two_and_one_clear_sentence(
    fresh: Bench, words: list[str], said: str
) -> None:
    done = fresh.run(*words)
    assert done.status == 2
    sentence, hint = done.err.splitlines()
    assert sentence.startswith(f"keyfob: {said}")
    assert hint.startswith("See: keyfob")
    assert done.out == ""


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("lits", "list"), ("rotat", "rotate"), ("rm", "remove"), ("Add", "new"), ("COPY", "copy")],
)
def test_a_verb_nearly_right_is_answered_with_the_right_one(
    fresh: Bench, typed: str, meant: str
) -> None:
    assert f"Did you mean {meant}? See: keyfob --help" in fresh.run(typed, "show").err


def test_a_verb_like_none_is_not_repeated(fresh: Bench) -> None:
    told = fresh.run(V4).err
    assert "Did you mean" not in told
    assert V4 not in told


@pytest.mark.parametrize(
    "words",
    [
        ["new", "ci", V4, *NUGET, "--glob", "A"],
        ["new", "ci", "--secret", V4, *NUGET, "--glob", "A"],
        ["new", "ci", f"--secret={V4}", *NUGET, "--glob", "A"],
        ["new", "ci", f"--secret-stdin={V4}", *NUGET, "--glob", "A"],
        ["new", "ci", f"--generate={V4}", *FEED],
        ["rotate", "ci", V4],
    ],
)
def test_a_secret_given_as_an_argument_is_refused_and_not_repeated(
    bench: Bench, words: list[str]
) -> None:
    done = bench.run(*words)
    assert done.status == 2
    assert V4 not in done.err


def test_the_vault_is_named_before_or_after_the_verb(bench: Bench) -> None:
    bench.feed("feed")
    path = bench.environ.pop("KEYFOB_VAULT")
    for words in (
        ["--vault", path, "list"],
        ["list", "--vault", path],
        ["list", f"--vault={path}"],
    ):
        assert "feed" in bench.ok(*words).out


def test_the_option_wins_over_the_variable(bench: Bench) -> None:
    done = bench.run("list", "--vault", str(bench.home / "none"))
    assert done.status == 6
    assert "none" in done.err


def test_a_key_may_be_called_like_a_verb(bench: Bench) -> None:
    for name in ("list", "check", "init"):
        bench.feed(name)
        assert bench.ok("show", name).out.startswith(f"{name}\n")


def raising(error: BaseException) -> Desk:
    """A desk whose clock raises."""

    def clock() -> None:
        raise error

    return Desk(stdout=io.StringIO(), stderr=io.StringIO(), clock=clock)  # type: ignore[arg-type]


def test_an_unexpected_error_shows_its_type_and_nothing_else() -> None:
    desk = raising(RuntimeError(f"with {V4} in it"))
    assert main(["list"], desk) == UNEXPECTED
    assert desk.stderr.getvalue() == (  # type: ignore[attr-defined]
        "keyfob: stopped by an unexpected error (RuntimeError).\n"
    )


def test_ctrl_c_is_quiet() -> None:
    desk = raising(KeyboardInterrupt())
    assert main(["list"], desk) == INTERRUPTED
    assert desk.stderr.getvalue() == ""  # type: ignore[attr-defined]


def test_a_reader_that_went_away_is_no_error(bench: Bench) -> None:
    class Gone(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    bench.feed("feed")
    done = bench.run("list", stdout=Gone())
    assert (done.status, done.err) == (PIPE_CLOSED, "")


class TestTheRealProgram:
    def test_from_nothing_to_a_key_and_back(self, tmp_path: Path) -> None:
        (tmp_path / "pw").write_text("made-up horse battery\n")
        (tmp_path / "pw").chmod(0o600)
        words = {"home": tmp_path, "KEYFOB_PASSWORD_FILE": str(tmp_path / "pw")}

        def run(*argv: str) -> subprocess.CompletedProcess[str]:
            return keyfob(*argv, **words)  # type: ignore[arg-type]

        assert run("list").returncode == 6
        assert run("init").returncode == 0
        assert run("new", "feed", *FEED, "--generate").returncode == 0
        revealed = run("show", "feed", "--reveal")
        assert revealed.stdout.startswith("kfob_")
        assert run("check").returncode == 0
        assert run("check", "--within", "100d").returncode == 1
        assert run("revoke", "feed").returncode == 0
        assert run("remove", "feed").returncode == 2
        assert run("remove", "feed", "--yes").returncode == 0
        assert run("show", "feed").returncode == 5
        file = tmp_path / "data" / "keyfob" / "keys.keyfob"
        file.write_bytes(file.read_bytes()[:-1] + b"?")
        assert run("list").returncode == 4

    def test_without_a_terminal_it_says_what_to_use(self, tmp_path: Path) -> None:
        done = keyfob("init", home=tmp_path)
        assert done.returncode == 3
        assert "--password-file" in done.stderr
        assert "Traceback" not in done.stderr

    def test_a_full_disk_behind_stdout_is_told(self, tmp_path: Path) -> None:
        if not Path("/dev/full").exists():
            pytest.skip("needs /dev/full")
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [sys.executable, "-m", "vault.cli", "completion", "bash"],
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
                env=os.environ | {"HOME": str(tmp_path)},
            )
        assert done.returncode == 6
        assert done.stderr.startswith("keyfob: The output cannot be written")
        assert "Exception ignored" not in done.stderr

    def test_closed_streams_are_survived(self, tmp_path: Path) -> None:
        done = subprocess.run(
            f'exec "{sys.executable}" -m vault.cli list --vault "{tmp_path}/none" >&- 2>&- <&-',
            shell=True,
            check=False,
        )
        assert done.returncode == 6
