from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.keys.formats import base62


@given(st.integers(min_value=0), st.integers(0, 30))
def test_a_number_is_read_back_at_any_width(number: int, width: int) -> None:
    digits = base62.encode(number, width)
    assert len(digits) >= width
    assert base62.decode(digits) == number


@pytest.mark.parametrize("digits", ["-1", "a b", "é", "+"])
def test_other_characters_are_no_digits(digits: str) -> None:
    assert not base62.is_base62(digits)
    with pytest.raises(ValueError):
        base62.decode(digits)


@given(st.text(alphabet=base62.DIGITS, min_size=1, max_size=40))
def test_a_payload_and_its_checksum_check_out(payload: str) -> None:
    digits = base62.checksum(payload)
    assert len(digits) == base62.CRC_DIGITS
    assert base62.checks_out(payload + digits)


def test_the_published_example_of_the_scheme() -> None:
    assert base62.checksum("zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ") == "0mLq17"
