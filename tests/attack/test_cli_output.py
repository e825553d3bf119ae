"""Hostile text through every field and argument, and every verb's stdout, stderr and prompts."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.attack.hostile import SECRET, TEXTS, faked, plant, unfit
from tests.vault.cli.bench import FEED, NUGET, PASSWORD, V4, Bench, Outcome, Screen
from tests.vault.cli.test_completion import complete
from vault.cli import VERBS
from vault.registries.loader import known

COLOUR = re.compile(r"\x1b\[[0-9]*m")
KNOWN = "nuget.org"

Line: TypeAlias = tuple[str, ...]


@pytest.fixture(params=list(TEXTS))
def text(request: pytest.FixtureRequest) -> str:
    return TEXTS[request.param]


@pytest.fixture
def bench(tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A machine whose vault holds the text in every field of two keys."""
    bench = Bench(tmp_path)
    bench.ok("init")
    # Its index is written by the save after these.
    vault = bench.vault()
    plant(vault, text, bench.now, monkeypatch)
    plant(vault, text, bench.now, monkeypatch, registry=KNOWN)
    vault.lock()
    bench.ok("new", "harmless", *FEED, "--generate")
    return bench


def reading(text: str) -> tuple[Line, ...]:
    """What shows the keys, or is asked for one that is not there."""
    known = text + KNOWN
    return (
        ("list",),
        ("list", "--owner", text),
        ("list", "--registry", text),
        ("list", "--state", text),
        ("show", text),
        ("show", known),
        ("show", text[:1]),
        ("show", "nothing like " + text),
        ("check",),
        ("check", "--within", text),
        ("check", "--quiet"),
        ("check", "--format", "prompt"),
        ("check", "--format", "github"),
        ("check", "--format", text),
        ("remind", "run", "--dry-run"),
        ("remind", "install", "--dry-run", "--at", text),
        ("remind", "install", "--dry-run"),
        ("remind", "status"),
        ("remind", text),
        ("registries",),
        ("registries", text),
        ("registries", "--json", text),
        ("which", "push", text),
        ("which", text, "Contoso.Core", "--registry", text),
        ("which", "push", "Contoso.Core", "--owner", text),
        ("unlock", "--for", text),
        ("lock", "--vault", text),
        ("agent", "--for", text),
        ("agent",),
        ("run", "--dry-run", "--", "dotnet", "nuget", "push", text, "-s", KNOWN),
        ("run", "--dry-run", "--key", known, "--env", "KEY", "--", text),
        ("run", "--dry-run", "--key", text, "--registry", text, "--env", text, "--", "true"),
        ("hook", text),
        ("hook", "install", text),
        ("hook", "install", "keyring", "--dry-run", "--dir", text),
        ("copy", text),
        ("copy", known, "--for", "0"),
        ("copy", known, "--for", text),
        ("export", text),
        ("export", "--json", text),
        ("export", "--age", text, "-"),
        ("export", "--age-passphrase-file", text, "-"),
        ("backup", "list"),
        ("backup", "list", text),
        ("backup", "check", text),
        ("backup", "create", text, text),
        ("backup", "restore", "--from", text),
        ("backup", text),
        ("place", "list"),
        ("place", "list", text),
        ("place", "list", "--json"),
        ("place", text),
        ("doctor",),
        ("doctor", "--json"),
        ("doctor", "--scan", text),
        ("completion", text),
        ("scan", text),
        ("scan", ".github", "--json"),
        ("import", "--dry-run"),
        ("import", text),
        ("import", text, "--from", "npmrc"),
        ("import", "pyproject.toml", "--from", text),
        ("import", "pyproject.toml", "--from", "nuget"),
    )


def writing(text: str) -> tuple[Line, ...]:
    """What changes them, and what it refuses."""
    known = text + KNOWN
    return (
        ("new", text, *NUGET, "--glob", "A", "--secret-stdin"),
        ("new", "again", *NUGET, "--glob", "A", "--secret-stdin"),
        ("new", "a", "--registry", text, "--owner", "b", "--scope", "push", "--glob", "A"),
        ("new", "a", "--registry", KNOWN, "--owner", text, "--scope", text, "--glob", text),
        ("new", "a", *NUGET, "--glob", "A", "--expires", text, "--note", text, "--fields"),
        ("new", "a", *NUGET, "--glob", text, "--fields"),
        ("edit", text, "--note", "x"),
        ("edit", known, "--note", "x"),
        ("edit", known, "--scope", "push", "--glob", "Contoso.*"),
        ("edit", "harmless", "--name", text),
        ("edit", "harmless", "--owner", text, "--note", text),
        ("edit", "harmless", "--glob", text),
        ("rotate", text, "--secret-stdin"),
        ("rotate", known, "--secret-stdin"),
        ("rotate", known, "--expires", text),
        ("rotate", known, "--why", text),
        ("rotate", known, "--continue"),
        ("rotate", "--continue", "--run-commands"),
        ("rotate", "--all-due"),
        ("place", "add", known, "--kind", text, "--where", "x"),
        ("place", "add", known, "--kind", "file", "--where", text, "--command", text),
        ("place", "add", known, "--kind", "file", "--where", "x", "--command", text),
        ("place", "confirm", known, "nothing like " + text),
        ("place", "confirm", known, text),
        ("place", "waive", text, text),
        ("place", "remove", known, text),
        ("revoke", text),
        ("revoke", known),
        ("import", "--from", "environment", "--registry", text, "--owner", text, "--glob", text),
        ("import", "tests/vectors/token_formats.json", "--from", "netrc", "--note", text),
        ("init",),
        ("init", "--index", text),
        ("password", "--new-password-file", text),
        ("recover", "--code-file", text),
    )


def no_command(text: str) -> tuple[Line, ...]:
    """What is no command line."""
    return (
        (text,),
        ("list", text),
        ("list", f"--{text}"),
        ("list", "--vault", text),
        ("list", "--password-file", text),
    )


def removing(text: str) -> tuple[Line, ...]:
    """What takes them away."""
    known = text + KNOWN
    return (
        ("remove", text),
        ("remove", known),
        ("remove", known, "--yes"),
        ("remove", text, "--yes"),
    )


def lines(text: str) -> tuple[Line, ...]:
    """Every verb, with the text as a key, as a value, and as what is wrong."""
    return (*reading(text), *writing(text), *no_command(text), *removing(text))


def test_every_verb_is_among_them() -> None:
    missing = set(VERBS) - {line[0] for line in lines("x")}
    assert not missing, f"add {missing} to the command lines of this test"


def check(bench: Bench, line: tuple[str, ...], done: Outcome) -> None:
    told = COLOUR.sub("", done.out) + done.err + "".join(bench.prompts)
    assert not unfit(told), (line[0], unfit(told))
    assert not faked(told), line
    assert done.status != 70, (line, "an error nobody foresaw", done.err)
    assert SECRET not in told


def test_nothing_gets_through_to_the_terminal(bench: Bench, text: str) -> None:
    for line in lines(text):
        done = bench.run(*line, stdin=V4 + "\n", answers=["no", *["q"] * 9])
        check(bench, line, done)


def test_nor_where_stdout_is_a_terminal(bench: Bench, text: str) -> None:
    for line in (
        ("list",),
        ("show", text),
        ("check",),
        ("which", "push", text),
        ("backup", "list"),
    ):
        out = Screen()
        done = bench.run(*line, stdout=out)
        check(bench, line, done)


@pytest.mark.parametrize("verb", ["list", "show", "check"])
def test_json_is_plain_ascii_and_gives_back_the_very_text(
    bench: Bench, text: str, verb: str
) -> None:
    words = {"list": ["list"], "show": ["show", text], "check": ["check"]}[verb]
    done = bench.run(*words, "--json")
    assert done.out.isascii()
    assert not unfit(done.out)
    found = json.loads(done.out)
    rows = found if isinstance(found, list) else [found]
    assert text in [row["name"] for row in rows]
    assert text in [row["registry"] for row in rows]


def test_a_hostile_path_gets_nothing_through_either(tmp_path: Path, text: str) -> None:
    name = text.replace("/", "-")[:60]  # as a directory's name can be
    bench = Bench(tmp_path)
    bench.path = tmp_path / name / "keys.keyfob"
    bench.environ["KEYFOB_VAULT"] = str(bench.path)
    check(bench, ("list",), bench.run("list"))
    check(bench, ("init",), bench.ok("init"))
    bench.path.chmod(0o644)
    bench.path.parent.chmod(0o777)
    for line in (("list",), ("init",), ("backup", "list"), ("backup", "list", str(bench.path))):
        check(bench, line, bench.run(*line))
    check(bench, ("password",), bench.run("password", answers=["wrong"] * 9))
    bench.path.write_bytes(b"KEYFOB1\n{}")
    for line in (("list",), ("check",), ("backup", "list"), ("backup", "restore", "--yes")):
        check(bench, line, bench.run(*line))


def test_a_hostile_own_profile_gets_nothing_through(
    bench: Bench, text: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own = tmp_path / "profiles"
    own.mkdir()
    monkeypatch.setattr("vault.registries.loader._own_directory", lambda: own)
    shipped = Path("vault/registries/nuget.org.toml").read_text(encoding="utf-8")
    quoted = json.dumps(text[:200], ensure_ascii=False).replace("\x7f", "\\u007f")
    fields = ("title", "owner_help", "secret_noun", "label", "form", "help", "note", "longer_note")
    for at, field in enumerate(fields):
        row = f"{field} = {quoted}".replace("\\", "\\\\")
        poisoned = re.sub(rf'(?m)^{field} = ".*"$', row, shipped)
        assert quoted in poisoned
        poisoned = poisoned.replace('id = "nuget.org"', f'id = "p{at}"')
        (own / f"p{at}.toml").write_text(poisoned, encoding="utf-8")
    assert {f"p{at}" for at in range(len(fields))} <= {profile.id for profile in known(own)}
    for at in range(len(fields)):
        to = (
            "--registry",
            f"p{at}",
            "--owner",
            "contoso",
            "--scope",
            "push",
            "--glob",
            "Contoso.*",
        )
        line = ("new", f"key{at}", *to)
        check(bench, line, bench.run(*line, "--fields"))
        check(bench, line, bench.run(*line, answers=[V4, *"yyyyy"]))
        for after in (("edit", f"key{at}", "--note", "x"), ("revoke", f"key{at}"), ("list",)):
            check(bench, after, bench.run(*after))


@pytest.mark.usefixtures("text")
def test_completion_offers_no_name_that_could_do_anything(bench: Bench) -> None:
    for typed in ("copy ", "show ", "remove "):
        offered = complete(bench, typed)
        assert not [word for word in offered if unfit(word)]
        assert not faked("\n".join(offered))


def test_completion_quotes_what_a_shell_would_run(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.ok("init")
    bench.feed("a$(touch pwned)`id`;b")
    [offered] = complete(bench, "copy a")
    assert offered.replace("\\", "") == "a$(touch pwned)`id`;b"
    for char in "$`;":
        assert f"\\{char}" in offered


def test_a_hostile_registry_page_on_the_clipboard_is_no_key(tmp_path: Path) -> None:
    """What a page can put on the clipboard in place of a key: more, less, or another one's key."""
    bench = Bench(tmp_path)
    bench.ok("init")
    pasted = {
        "an escape": V4[:9] + "\x1b]52;c;UFdORUQ=\x07" + V4[9:],
        "a C1 control": V4 + "\x9b2J",
        "a bidi override": V4[:9] + "\u202e" + V4[9:],
        "zero width": V4[:9] + "\u200b" + V4[9:],
        "a NUL": V4[:9] + "\0" + V4[9:],
        "a command": V4 + "\nrm -rf ~\n",
        "nothing": "\n",
        "a page": "<html>" * 100_000,
    }
    words = ("new", "release", *NUGET, "--glob", "Contoso.*")
    for what, value in pasted.items():
        for done in (
            bench.run(*words, "--secret-stdin", stdin=value),
            bench.run(*words, answers=[value.rstrip("\n")] * 3),
        ):
            assert done.status == 2, (what, done)
            check(bench, words, done)
            assert V4[9:] not in done.err
    assert bench.vault().keys == []


def test_another_registrys_key_on_the_clipboard_is_named_as_that(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.ok("init")
    words = ("new", "release", *NUGET, "--glob", "Contoso.*", "--secret-stdin")
    done = bench.run(*words, stdin="npm_" + "a" * 36)
    assert "This looks like an npm token, not a nuget.org key." in done.err
    check(bench, words, done)


def test_the_password_never_shows(bench: Bench, text: str) -> None:
    for line in lines(text):
        done = bench.run(*line, answers=[PASSWORD] * 9)
        assert PASSWORD not in done.out + done.err
