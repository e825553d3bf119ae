"""cargo's credentials."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.vault.moving.reading import CRATES, read, removed


def test_tokens_with_their_lines(tmp_path: Path) -> None:
    text = (
        f'[registry]\ntoken = "{CRATES}"\n\n'
        '[registries.mine]\ntoken = "Bearer made-up-word" # x\n'
        '[registries.pair]\nsecret-key = "k3.secret.made-up"\n'
    )
    found = read(tmp_path, "cargo", text)
    assert found.seen == [
        (CRATES, 2, "crates.io", "", "crates.io", ""),
        ("made-up-word", 5, "mine", "", "", ""),
    ]
    assert removed(found) == ['token = "••••"', 'token = "••••" # x']
    assert found.reasons == {"pair": "It is a key pair that signs by itself, and no token."}


@pytest.mark.parametrize(
    "content",
    ["[registry", "a = " + "[" * 100_000, "a = 1" + "0" * 10_000, "a." * 100_000 + "a = 1"],
    ids=["malformed", "deep", "a long number", "a key that would take minutes"],
)
def test_what_is_no_toml_is_skipped(tmp_path: Path, content: str) -> None:
    found = read(tmp_path, "cargo", content)
    assert found.seen == []
    assert set(found.reasons) <= {""}


@pytest.mark.parametrize("content", ["registry = 1", "registries = [1]", "[registry]\ntoken = 5"])
def test_other_types_hold_no_key(tmp_path: Path, content: str) -> None:
    assert read(tmp_path, "cargo", content).seen == []
