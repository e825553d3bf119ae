from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.keys.formats import base62
from vault.keys.formats.marvin import marvin32
from vault.keys.formats.nuget_v5 import could_be_issued, parse_v5
from vault.keys.formats.recognise import recognise
from vault.keys.formats.recognition import MalformedKeyError, Outcome

DATES = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def issue(body: str) -> str:
    """A v5 key with its checksum, as the gallery would make it."""
    tail = marvin32(base64.b64decode(body)).to_bytes(4, "little")
    zeros = len(tail) - len(tail.lstrip(b"\0"))
    digits = "0" * zeros + base62.encode(int.from_bytes(tail, "big"))
    return body + digits.ljust(6, "0")[:4]


def body(created: datetime, owner: int, units: int, *, end: str = "NUGT", kind: str = "S") -> str:
    date = DATES[created.year - 2024] + DATES[created.month - 1]
    time = DATES[created.day - 1] + DATES[created.hour] + DATES[created.minute]
    owner_digits = base62.encode(owner, 6)
    return f"{'r' * 52}JQQJ99{date}N5P{owner_digits}{time}{kind}{base62.encode(units, 3)}{end}"


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2085, 12, 31)),  # noqa: DTZ001 - made aware below
    st.integers(1, 2**31 - 1),
    st.integers(1, 366 * 288),
)
def test_every_key_the_gallery_could_issue_is_read_back(
    moment: datetime, owner: int, units: int
) -> None:
    created = moment.replace(second=0, microsecond=0, tzinfo=UTC)
    text = issue(body(created, owner, units))
    key = parse_v5(text)
    assert (key.created, key.owner_key, key.environment) == (created, owner, "P")
    assert key.expires - key.created == key.lifetime == timedelta(minutes=5 * units)
    assert recognise(text).verdict is Outcome.OK


@given(st.integers(0, 83), st.sampled_from(DATES))
def test_a_single_wrong_character_never_passes(place: int, char: str) -> None:
    text = issue(body(datetime(2026, 3, 1, tzinfo=UTC), 42, 12))
    typed = text[:place] + char + text[place + 1 :]
    if typed == text:
        assert parse_v5(typed).owner_key == 42
    else:
        with pytest.raises(MalformedKeyError):
            parse_v5(typed)


MOMENT = datetime(2026, 3, 1, 10, 20, tzinfo=UTC)
GOOD = body(MOMENT, 42, 12)
MALFORMED = {
    "length": issue(GOOD)[:-1],
    "signature": issue(GOOD.replace("JQQJ99", "JQQJ9D")),
    "checksum": GOOD + "AAAA",
    "alphabet": "-" + issue(GOOD)[1:],
    "version": issue(GOOD.replace("N5P", "N6P")),
    "environment": issue(GOOD.replace("N5P", "N5+")),
    "kind": issue(body(MOMENT, 42, 12, kind="+")),
    "date": issue(GOOD[:69] + "9" + GOOD[70:]),
    "owner": issue(GOOD[:63] + "zzzzzz" + GOOD[69:]),
    "lifetime": issue(GOOD[:73] + "/0A" + GOOD[76:]),
}


@pytest.mark.parametrize("kind", MALFORMED)
def test_what_is_wrong_has_a_name(kind: str) -> None:
    with pytest.raises(MalformedKeyError) as refused:
        parse_v5(MALFORMED[kind])
    assert refused.value.kind == kind
    assert "r" * 9 not in refused.value.message


def test_the_thirtieth_of_february_does_not_exist() -> None:
    february = body(datetime(2026, 2, 1, tzinfo=UTC), 1, 1)
    with pytest.raises(MalformedKeyError) as refused:
        parse_v5(issue(february[:69] + DATES[29] + february[70:]))
    assert refused.value.kind == "date"


def test_both_spellings_of_the_checksum_pass() -> None:
    digest = marvin32(base64.b64decode(GOOD)).to_bytes(4, "little")
    assert parse_v5(GOOD + base64.b64encode(digest[:3]).decode()) == parse_v5(issue(GOOD))


def test_a_key_of_a_test_gallery_is_said_to_be_one() -> None:
    note = recognise(issue(GOOD.replace("N5P", "N5I"))).note
    assert "from a test environment" in note
    assert "test environment" not in recognise(issue(GOOD)).note


def test_a_lifetime_no_gallery_gives_is_pointed_out() -> None:
    found = recognise(issue(body(MOMENT, 42, 366 * 288 + 1)))
    assert found.verdict is Outcome.DAMAGED
    assert "lifetime" in found.note


@pytest.mark.parametrize(
    ("lifetime", "fits"),
    [
        (timedelta(minutes=5), True),
        (timedelta(days=366), True),
        (timedelta(days=366, minutes=5), False),
        (timedelta(minutes=7), False),
        (timedelta(0), False),
    ],
)
def test_the_gallery_gives_multiples_of_five_minutes_up_to_366_days(
    lifetime: timedelta, *, fits: bool
) -> None:
    assert could_be_issued(lifetime) == fits


def test_a_key_ends_just_after_its_last_instant() -> None:
    key = parse_v5(issue(GOOD))
    assert key.works_in("P", key.expires)
    assert not key.works_in("P", key.expires + timedelta(seconds=1))
    assert not key.works_in("I", key.created)


def test_nothing_secret_is_in_the_repr_of_a_parsed_key() -> None:
    assert "rrr" not in repr(parse_v5(issue(GOOD)))
