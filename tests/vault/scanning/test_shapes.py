"""Keys among bytes: every format with a shape, and nothing that only looks like one."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vault.cli.bench import OTHER_V4, V4, V5
from vault.keys.formats.checksummed import FORMATS as CHECKSUMMED
from vault.keys.formats.prefixed import FORMATS as PREFIXED
from vault.keys.formats.recognise import recognise
from vault.keys.formats.recognition import Outcome, Recognition
from vault.scanning.shapes import RUN, keys_in

_VECTORS = json.loads(Path("tests/vectors/token_formats.json").read_text(encoding="utf-8"))
CRATES = "cio" + "EXAMPLEexample01" * 2


def _issued(text: str) -> bool:
    known = recognise(text)
    return known.verdict is Outcome.OK and known.registry is not None


KNOWN = sorted(
    {
        V4,
        V4.upper(),
        V5,
        CRATES,
        "github_pat_" + "a1B2_" * 16 + "ab",
        "rubygems_" + "0123456789abcdef" * 3,
        "glpat-" + "EXAMPLE-example_0001",
        "glpat-" + "EXAMPLEexample000000000000a" + ".01.0abcdefgh",
        "gldt-" + "EXAMPLE-example_0001",
        "dckr_pat_" + "EXAMPLE-example_0001-abcdef",
        "dckr_oat_" + "EXAMPLE-example_0001-abcdef00000",
        *(row["token"] for row in _VECTORS if _issued(row.get("token", ""))),
    }
)


def found(text: str | bytes) -> list[str]:
    data = text.encode() if isinstance(text, str) else text
    return [shaped.secret.reveal() for shaped in keys_in(data)]


@pytest.mark.parametrize("key", KNOWN, ids=lambda key: key[:9])
@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "key={}\n",
        '{{"k":"{}"}}',
        "https://u:{}@host/",
        "Bearer {}.",
        "first\\n{}\\n",
        "'{}',",
    ],
)
def test_a_key_is_found_wherever_it_stands(key: str, text: str) -> None:
    assert found(text.format(key)) == [key]


def test_every_prefix_the_formats_know_is_looked_for() -> None:
    prefixes = {form.prefix for form in CHECKSUMMED} | {form.prefix for form in PREFIXED}
    missing = {prefix for prefix in prefixes if not any(key.startswith(prefix) for key in KNOWN)}
    assert missing <= {"gho_", "ghu_", "ghs_", "ghr_", "kfob_"}  # made like ghp_


def test_every_key_holds_the_run_that_is_looked_for() -> None:
    for key in KNOWN:
        assert re.search(rf"[A-Za-z0-9_-]{{{RUN}}}", key), key


@pytest.mark.parametrize(
    "text",
    [
        "npm_" + "a" * 36,  # the checksum is wrong
        V5[:-1] + "x",
        V4 + "a",
        "a" + V4,
        V4[:30] + V4[30:].upper(),  # a mixed case nobody issues
        CRATES + "0",
        "gracious" + CRATES[3:],
        "pypi-" + "A" * 90,
        "0123456789abcdef0123456789abcdef",
        "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        "test_that_a_very_long_name_of_a_function_is_no_key_of_anybody",
    ],
)
def test_what_only_looks_like_one_is_none(text: str) -> None:
    assert found(f"x = {text}\n") == []


def test_a_run_of_beginnings_is_not_read_once_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def counted(text: str) -> Recognition:
        asked.append(text)
        return recognise(text)

    monkeypatch.setattr("vault.scanning.shapes.recognise", counted)
    assert found("pypi-AgEA" * 10_000) == []
    assert len(asked) < 100


def test_several_on_a_line_and_the_same_one_twice() -> None:
    assert found(f"{V4} {OTHER_V4},{V4}") == [V4, OTHER_V4, V4]


@given(st.binary(max_size=300), st.sampled_from(KNOWN), st.binary(max_size=300))
def test_whatever_stands_around_a_key_it_is_found_at_its_place(
    before: bytes, key: str, after: bytes
) -> None:
    data = before + b" " + key.encode() + b" " + after
    places = {shaped.at: shaped.secret.reveal() for shaped in keys_in(data)}
    assert places[len(before) + 1] == key
