from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.sealing.recovery import format_code, looks_like_code, parse_code

CODES = st.binary(min_size=20, max_size=20)
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def test_the_code_of_format_md() -> None:
    assert format_code(bytes(20)) == "0000-0000-0000-0000-0000-0000-0000-0000-Q8EY"


@given(CODES)
def test_a_code_reads_back(code: bytes) -> None:
    assert parse_code(format_code(code)) == code


@given(CODES)
def test_how_it_is_written_down_does_not_matter(code: bytes) -> None:
    text = format_code(code)
    for variant in (
        text.lower(),
        text.replace("-", ""),
        text.replace("-", " "),
        f"  {text}\n",
        text.replace("-", "\N{EN DASH}"),
        text.replace("0", "O").replace("1", "I"),
        text.replace("0", "o").replace("1", "l"),
    ):
        assert parse_code(variant) == code


@given(CODES, st.integers(0, 31), st.sampled_from(ALPHABET))
def test_a_typo_is_noticed_and_still_looks_like_a_code(code: bytes, at: int, char: str) -> None:
    plain = format_code(code).replace("-", "")
    typo = plain[:at] + char + plain[at + 1 :]
    # One changed character passes a 20-bit checksum once in a million: not in a fixed run.
    assert parse_code(typo) == (code if typo == plain else None)
    assert looks_like_code(typo)


def test_two_neighbours_swapped_or_a_character_lost_is_noticed() -> None:
    plain = format_code(bytes(range(20))).replace("-", "")
    for at in range(35):
        swapped = plain[:at] + plain[at + 1] + plain[at] + plain[at + 2 :]
        assert swapped == plain or parse_code(swapped) is None
        lost = plain[:at] + plain[at + 1 :]
        assert parse_code(lost) is None
        assert looks_like_code(lost)


@pytest.mark.parametrize(
    "text", ["", "hunter2", "correct horse battery staple", "-" * 36, "é" * 36]
)
def test_a_password_is_no_code(text: str) -> None:
    assert parse_code(text) is None
    assert not looks_like_code(text)


@given(st.text(max_size=60))
def test_any_text_can_be_asked_about(text: str) -> None:
    assert parse_code(text) is None
    assert looks_like_code(text) in {True, False}
