"""No verb shows a secret or a password, whatever becomes of it; the file shows no name either."""

from __future__ import annotations

import base64

import pytest

from tests.vault.cli.bench import NUGET, OTHER_V4, PASSWORD, V4, Bench
from vault.keys.secret import Secret

EVERY_RUN = (
    (["list"], ""),
    (["list", "--json"], ""),
    (["show", "contoso-push"], ""),
    (["show", "contoso-push", "--json"], ""),
    (["check", "--within", "90d"], ""),
    (["check", "--json", "--within", "90d"], ""),
    (["copy", "contoso-push"], ""),
    (["copy", "contoso-push", "--for", "0"], ""),
    (["edit", "contoso-push", "--note", "x"], ""),
    (["edit", "contoso-push", "--glob", V4 + " "], ""),
    (["new", "again", *NUGET, "--glob", "A", "--secret-stdin"], V4),
    (["new", "bad\x1b", *NUGET, "--glob", "A", "--secret-stdin"], OTHER_V4),
    (["new", "two", *NUGET, "--glob", "A", "--secret-stdin"], OTHER_V4 + "\n" + V4),
    (["rotate", "contoso-push", "--secret-stdin"], V4),
    (["rotate", "contoso-push", "--secret-stdin"], OTHER_V4),
    (["revoke", "contoso-push"], ""),
    (["remove", "contoso-push", "--yes"], ""),
)


@pytest.mark.parametrize(("words", "stdin"), EVERY_RUN, ids=lambda value: str(value)[:40])
def test_no_verb_prints_a_secret_or_the_password(
    bench: Bench, words: list[str], stdin: str
) -> None:
    bench.nuget("contoso-push")
    done = bench.run(*words, stdin=stdin)
    told = done.out + done.err
    for hidden in (V4, OTHER_V4, PASSWORD):
        if hidden + " " not in words:
            assert hidden not in told


def test_reveal_is_the_one_exception(bench: Bench) -> None:
    bench.nuget("contoso-push")
    assert bench.ok("show", "contoso-push", "--reveal").out == V4 + "\n"


def test_neither_a_name_nor_a_secret_is_in_any_file_beside_the_vault(bench: Bench) -> None:
    bench.nuget("contoso-push", "--note", "for the robots")
    bench.ok("edit", "contoso-push", "--owner", "fabrikam")
    for file in bench.path.parent.iterdir():
        data = file.read_bytes()
        for word in (V4, "contoso", "Contoso", "fabrikam", "nuget.org", "robots", PASSWORD):
            assert word.encode() not in data
            assert base64.b64encode(word.encode()).rstrip(b"=")[:-1] not in data


def test_no_secret_is_in_what_this_machine_remembers(bench: Bench) -> None:
    bench.nuget("contoso-push")
    files = list((bench.home / "state").iterdir())
    assert files
    assert all(V4.encode() not in file.read_bytes() for file in files)


def test_secrets_are_wiped_after_use(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Secret] = []
    init = Secret.__init__

    def remember(self: Secret, value: str | bytes | bytearray) -> None:
        init(self, value)
        made.append(self)

    bench.nuget("first")
    monkeypatch.setattr(Secret, "__init__", remember)
    bench.ok("show", "first", "--reveal")
    bench.nuget("second", secret=OTHER_V4)
    bench.ok("rotate", "first", "--secret-stdin", stdin="another-made-up-value")
    assert made
    assert [bool(secret) for secret in made] == [False] * len(made)


@pytest.mark.parametrize("error", [MemoryError, RecursionError, ValueError, UnicodeError])
def test_a_crash_prints_no_secret(
    bench: Bench, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(secret: Secret, _: float) -> None:
        raise error(secret.reveal())

    bench.nuget("contoso-push")
    monkeypatch.setattr(bench.clipboard, "copy", fail)
    done = bench.run("copy", "contoso-push")
    assert done.status == 70
    assert done.err == f"keyfob: stopped by an unexpected error ({error.__name__}).\n"
