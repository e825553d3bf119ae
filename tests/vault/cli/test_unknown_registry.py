"""Keys of a registry that keyfob does not know any more: the profile is gone, the keys stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.vault.cli.bench import NUGET, V4, Bench
from vault.keys.glob import Glob
from vault.keys.grant import grants_for
from vault.keys.key import Draft
from vault.keys.lifetime import Lifetime
from vault.keys.secret import Secret

GONE = "gone-feed"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A vault with a key of a registry nobody knows, and one of nuget.org."""
    bench = Bench(tmp_path)
    bench.ok("init")
    bench.ok("new", "known", *NUGET, "--glob", "Contoso.*", "--secret-stdin", stdin=V4)
    vault = bench.vault()
    grants = grants_for(["push"], [Glob.parse("Contoso.*")])
    draft = Draft("stray", GONE, "build", grants, Lifetime(bench.now))
    vault.add(draft, Secret("made-up and of no use"))
    vault.lock()
    return bench


@pytest.mark.parametrize(
    ("line", "shows"),
    [
        (("list",), GONE),
        (("list", "--registry", GONE), "stray"),
        (("show", "stray"), GONE),
        (("check",), ""),
        (("edit", "stray", "--note", "still here"), ""),
        (("revoke", "stray"), ""),
        (("remove", "stray", "--yes"), ""),
    ],
)
def test_it_can_be_looked_at_and_dealt_with(
    bench: Bench, line: tuple[str, ...], shows: str
) -> None:
    done = bench.ok(*line)
    assert shows in done.out


def test_which_passes_over_it_or_says_that_nobody_knows(bench: Bench) -> None:
    done = bench.run("which", "push", "Contoso.Core")
    assert done.status == 0
    assert "known" in done.out


def test_run_takes_a_key_that_is_known_beside_it(bench: Bench) -> None:
    done = bench.ok("run", "--dry-run", "--key", "known", "--env", "KEY", "--", "true")
    assert "known" in done.out + done.err


@pytest.mark.parametrize(
    "line",
    [
        ("rotate", "stray", "--secret-stdin"),
        ("edit", "stray", "--scope", "push", "--glob", "A.*"),
        ("run", "--dry-run", "--key", "stray", "--env", "KEY", "--", "true"),
    ],
)
def test_what_needs_the_registrys_rules_is_refused_in_one_sentence(
    bench: Bench, line: tuple[str, ...]
) -> None:
    done = bench.run(*line, stdin="another made-up one")
    assert (done.status, f"keyfob knows no registry '{GONE}'" in done.err) == (2, True), done
