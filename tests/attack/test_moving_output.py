"""Hostile text in the files that `keyfob import` and `keyfob scan` read, and in their names."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest

from tests.attack.hostile import TEXTS
from tests.attack.test_cli_output import check
from tests.vault.cli.bench import V4, Bench, Screen

NPM = "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"
GIVEN = ("--owner", "contoso", "--scope", "push", "--glob", "Contoso.*", "--expires", "30d")


def sources(text: str) -> dict[str, str]:
    """A file of each kind that has the text wherever it can stand."""
    line = " ".join(text.split())
    row = io.StringIO()
    csv.writer(row).writerows(
        [["name", "url", "username", "password"], [text, text, text, V4], [text, text, text, text]]
    )
    item = {"name": text, "login": {"username": text, "password": V4, "uris": [{"uri": text}]}}
    written = quoteattr("".join(char if char.isprintable() else "?" for char in text))
    return {
        "csv": row.getvalue(),
        "bitwarden": json.dumps({"items": [item, {"name": text, "notes": text}]}),
        "nuget": f"<configuration><apikeys><add key={written} value='{V4}'/>"
        f"<add key={written} value={written}/></apikeys></configuration>",
        "npmrc": f"//{text}/:_authToken={NPM}\n//b/:_authToken={text}\n//c/:_authToken=${{{text}}}",
        "pypirc": f"[{line}]\nrepository={text}\nusername={line}\npassword={V4}{line}\n",
        "cargo": f"[registries.{json.dumps(text)}]\ntoken={json.dumps(V4)} # {line}\n",
        "gem": f"{line}: {V4}\n{text}: {text}\n",
        "gh": f"{line}:\n  oauth_token: {V4} # {line}\n  user: {line}\n",
        "glab": f"hosts:\n  {line}:\n    token: {V4}\n    user: {line}\n",
        "netrc": f"machine {text} login {text} password {V4}\n",
    }


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_nothing_in_a_source_gets_through(tmp_path: Path, text: str) -> None:
    bench = Bench(tmp_path)
    bench.ok("init")
    name = text.replace("/", "-").replace("\0", "")[:60]
    for kind, content in sources(text).items():
        path = tmp_path / f"{name}-{kind}"
        path.write_text(content, encoding="utf-8")
        for more, answers in (
            (("--dry-run",), None),
            (("--yes",), None),
            ((), ["y", *[""] * 7, *["n"] * 30]),
            (("--yes", *GIVEN, "--registry", "own-feed"), None),
            (("--yes", "--json"), None),
        ):
            line = ("import", str(path), "--from", kind, *more)
            done = bench.run(*line, answers=answers)
            check(bench, line, done)
            assert V4[9:] not in done.out + done.err, kind
            assert NPM[9:] not in done.out + done.err, kind
    for stdout in (None, Screen()):
        line = ("scan", str(tmp_path))
        check(bench, line, bench.run(*line, stdout=stdout))


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_nor_in_the_environment(tmp_path: Path, text: str) -> None:
    bench = Bench(tmp_path)
    bench.ok("init")
    bench.environ[f"A{text}"] = V4
    bench.environ["CARGO_REGISTRY_TOKEN"] = text
    for more in (("--dry-run",), ("--yes", *GIVEN)):
        line = ("import", "--from", "environment", *more)
        done = bench.run(*line)
        check(bench, line, done)
        assert V4[9:] not in done.out + done.err
