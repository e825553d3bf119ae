from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from vault.keys.formats import base62
from vault.keys.formats.checksummed import OWN_PAYLOAD, OWN_PREFIX
from vault.keys.formats.recognise import recognise
from vault.keys.formats.recognition import Outcome
from vault.keys.own_secret import generate_own_secret


def test_a_new_secret_is_recognised_and_unlike_the_last() -> None:
    first, second = generate_own_secret(), generate_own_secret()
    assert first != second
    found = recognise(first.reveal())
    assert (found.format, found.registry, found.verdict) == (
        "keyfob secret",
        "own-feed",
        Outcome.OK,
    )


def test_it_holds_at_least_160_bits() -> None:
    text = generate_own_secret().reveal()
    assert text.startswith(OWN_PREFIX)
    assert len(text) == 43
    assert 62**OWN_PAYLOAD >= 2**160


def test_every_digit_is_equally_likely() -> None:
    fair = itertools.cycle(range(62 * 4))
    digits = "".join(
        generate_own_secret(lambda count: bytes(itertools.islice(fair, count)))
        .reveal()
        .removeprefix(OWN_PREFIX)[:OWN_PAYLOAD]
        for _ in range(31)
    )
    assert {digits.count(digit) for digit in base62.DIGITS} == {16}


def test_bytes_that_would_favour_some_digits_are_thrown_away() -> None:
    stream = iter([bytes(range(248, 256)) * 4, bytes(32)])
    payload = generate_own_secret(lambda _count: next(stream)).reveal().removeprefix(OWN_PREFIX)
    assert payload[:OWN_PAYLOAD] == "0" * OWN_PAYLOAD


@given(st.integers(0, 36), st.sampled_from(base62.DIGITS))
def test_every_single_typing_error_is_noticed(place: int, digit: str) -> None:
    text = generate_own_secret().reveal()
    at = len(OWN_PREFIX) + place
    typed = text[:at] + digit + text[at + 1 :]
    assert (recognise(typed).verdict is Outcome.OK) == (typed == text)
