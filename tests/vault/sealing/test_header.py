from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vault.sealing.samples import NOON, sample
from vault.errors import DamagedError, NewerFormatError, ValueRefusedError
from vault.keys.lifetime import Lifetime, State
from vault.sealing.beginning import MAGIC, MAX_HEADER
from vault.sealing.header import (
    MAX_EXPIRIES,
    Expiry,
    Header,
    count_expiries,
    read_header,
    write_header,
)

HOUR = timedelta(hours=1)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  hypothesis adds the zone
LIVES = st.builds(
    lambda created, length, revoked: Lifetime(
        created,
        None if length is None else created + length,
        created if revoked else None,
    ),
    MOMENTS,
    st.none() | st.timedeltas(timedelta(0), timedelta(days=3650)),
    st.booleans(),
)
URGENCY = [State.FINE, State.SOON, State.URGENT, State.EXPIRED]


def fields_of(header: Header) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(write_header(header)[len(MAGIC) :])
    return fields


def read_fields(fields: object) -> Header:
    return read_header(MAGIC + json.dumps(fields).encode() + b"\n")


# What is counted


@given(st.lists(LIVES, max_size=30))
def test_every_key_is_counted_once(lives: list[Lifetime]) -> None:
    expiries, never, revoked = count_expiries(lives)
    assert sum(expiry.count for expiry in expiries) + never + revoked == len(lives)
    assert revoked == sum(life.revoked is not None for life in lives)
    assert never == sum(life.revoked is None and life.expires is None for life in lives)
    assert list(expiries) == sorted(expiries)
    assert count_expiries(reversed(lives)) == (expiries, never, revoked)


@given(LIVES, st.timedeltas(timedelta(days=-40), timedelta(days=4000)))
def test_nobody_is_warned_late_nor_more_than_hours_early(life: Lifetime, after: timedelta) -> None:
    expiries, _, _ = count_expiries([life])
    for expiry in expiries:
        now = life.created + after
        told = URGENCY.index(expiry.lifetime.state(now))
        assert told >= URGENCY.index(life.state(now))
        assert told <= URGENCY.index(life.state(now + 2 * HOUR))


def test_ends_are_rounded_down_and_lives_up() -> None:
    life = Lifetime(NOON - timedelta(minutes=30), NOON + timedelta(days=1, minutes=59))
    assert count_expiries([life])[0] == (Expiry(NOON + timedelta(days=1), 26, 1),)


def test_an_end_before_its_beginning_has_no_length() -> None:
    expiries, _, _ = count_expiries([Lifetime(NOON, NOON - HOUR)])
    assert expiries == (Expiry(NOON - HOUR, 0, 1),)


def test_too_many_hours_become_days() -> None:
    lives = [Lifetime(NOON, NOON + hours * HOUR) for hours in range(1, 5001)]
    expiries, _, _ = count_expiries(lives)
    assert len(expiries) == 417  # on most of the 209 days end lives of two lengths in days
    assert sum(expiry.count for expiry in expiries) == 5000
    assert {expiry.hour.hour for expiry in expiries} == {0}
    assert {expiry.life_hours % 24 for expiry in expiries} == {0}


def test_any_number_of_different_ends_fits_the_header() -> None:
    lives = [Lifetime(NOON, NOON + timedelta(days=days)) for days in range(1, 20_001)]
    expiries, never, revoked = count_expiries(lives)
    assert len(expiries) == MAX_EXPIRIES
    assert sum(expiry.count for expiry in expiries) == 20_000
    last = expiries[-1]
    assert last.count == 20_000 - MAX_EXPIRIES + 1
    assert last.hour.date() == (NOON + timedelta(days=MAX_EXPIRIES)).date()
    assert last.life_hours == 20_000 * 24
    header = replace(sample().header, expiries=expiries, never=never, revoked=revoked)
    assert read_header(write_header(header)) == header


def test_the_longest_life_on_the_first_day_is_still_a_lifetime() -> None:
    """The header is shown before it is authenticated: no number in it may break the showing."""
    expiry = Expiry(datetime(1, 1, 1, 5, tzinfo=UTC), 10**8, 1)
    assert expiry.lifetime.state(NOON) is State.EXPIRED


# What is written and read

EXPIRIES = st.builds(
    Expiry,
    MOMENTS.map(lambda moment: moment.replace(minute=0, second=0, microsecond=0)),
    st.integers(0, 10**8),
    st.integers(1, 10**6),
)
UNKNOWN = st.dictionaries(
    st.text(max_size=8).map("x-{}".format),
    st.recursive(
        st.none() | st.booleans() | st.integers(-9, 9) | st.text(), st.lists, max_leaves=5
    ),
    max_size=3,
)
HEADERS = st.builds(
    Header,
    st.text("0123456789abcdef", min_size=32, max_size=32),
    st.integers(0, 2**53 - 1),
    MOMENTS.map(lambda moment: moment.replace(microsecond=0)),
    st.lists(UNKNOWN.map(lambda fields: {"type": "later", **fields}), max_size=3).map(tuple),
    st.lists(EXPIRIES, max_size=5).map(tuple),
    st.integers(0, 10**9),
    st.integers(0, 10**9),
    UNKNOWN,
)


@given(HEADERS)
def test_a_header_reads_back_and_is_written_the_same_again(header: Header) -> None:
    data = write_header(header)
    assert read_header(data) == header
    assert write_header(read_header(data)) == data


def test_what_follows_the_header_is_not_looked_at() -> None:
    head = write_header(sample().header)
    assert read_header(head + b"\xff\n{") == read_header(head) == sample().header


def test_it_is_one_compact_line_in_the_order_of_format_md() -> None:
    line = write_header(sample().header)
    assert line.startswith(b'KEYFOB1\n{"format":1,"check":"')
    assert list(fields_of(sample().header)) == [
        "format", "check", "vault", "generation", "saved", "slots", "expiries", "never", "revoked",
    ]  # fmt: skip
    assert line.endswith(b'"expiries":[["2026-12-22T12:00:00Z",720,1]],"never":1,"revoked":0}\n')


def test_a_header_over_its_limit_is_not_written() -> None:
    with pytest.raises(ValueRefusedError, match="1 MiB"):
        write_header(replace(sample().header, other={"x": "y" * MAX_HEADER}))


# What is refused


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"KEYF", "cut short"),
        (b"KEYFOB1", "cut short"),
        (MAGIC, "cut short"),
        (MAGIC + b'{"format":1', "cut short"),
        (MAGIC + b" " * MAX_HEADER + b"\n", "no end"),
        (b"KEYFOB1\r\n{}\r\n", "copy as text"),
        (b"PK\x03\x04", "not a keyfob vault"),
        (bytes(5000), "not a keyfob vault"),
        (b"\xef\xbb\xbfKEYFOB1\n{}\n", "not a keyfob vault"),
        (b"KEYFOB0\n{}\n", "not a keyfob vault"),
        (b"KEYFOBX\n{}\n", "not a keyfob vault"),
        (MAGIC + b"\n", "cannot be read"),
        (MAGIC + b"[]\n", "cannot be read"),
        (MAGIC + b"[" * 100_000 + b"\n", "cannot be read"),
    ],
    ids=lambda value: repr(value[:12]),
)
def test_what_is_no_vault_is_told_in_one_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(DamagedError, match=sentence) as caught:
        read_header(data)
    assert caught.value.message.endswith(".")
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("magic", [b"KEYFOB2\n", b"KEYFOB2\r\n", b"KEYFOB10\n", b"KEYFOB9999\n"])
def test_a_newer_format_is_not_called_damage(magic: bytes) -> None:
    with pytest.raises(NewerFormatError, match="newer keyfob"):
        read_header(magic + b"anything")


def test_a_newer_format_number_in_the_header_counts_too() -> None:
    with pytest.raises(NewerFormatError, match="format 2"):
        read_fields({**fields_of(sample().header), "format": 2})


@pytest.mark.parametrize("name", list(fields_of(sample().header)))
@pytest.mark.parametrize("value", [None, True, -1, "", "x", {}, [1], [[]], [{}], {"type": 1}])
def test_every_field_is_checked(name: str, value: object) -> None:
    with pytest.raises(DamagedError):
        read_fields({**fields_of(sample().header), name: value})


@pytest.mark.parametrize("name", list(fields_of(sample().header)))
def test_no_field_may_be_missing(name: str) -> None:
    fields = fields_of(sample().header)
    del fields[name]
    with pytest.raises(DamagedError):
        read_fields(fields)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("vault", "A" * 32),
        ("vault", "a" * 31),
        ("vault", "../" + "a" * 29),
        ("generation", 2**53),
        ("generation", 1.5),
        ("saved", "2026-13-01T00:00:00Z"),
        ("slots", [{"type": None}]),
        ("slots", [{"salt": "AA=="}]),
        ("expiries", [["2026-12-22T12:00:00Z", 720]]),
        ("expiries", [["2026-12-22T12:00:00Z", 720, 0]]),
        ("expiries", [["2026-12-22T12:00:00Z", -1, 1]]),
        ("expiries", [["2026-12-22T12:00:00Z", 10**8 + 1, 1]]),
        ("expiries", [["2026-12-22", 720, 1]]),
        ("expiries", [["2026-12-22T12:00:00Z", 720, 1]] * (MAX_EXPIRIES + 1)),
    ],
)
def test_bounds_are_kept(name: str, value: object) -> None:
    with pytest.raises(DamagedError):
        read_fields({**fields_of(sample().header), name: value})


@pytest.mark.parametrize(
    "nested", [lambda deep: {"later": deep}, lambda deep: {"slots": [{"type": "x", "y": deep}]}]
)
def test_depth_that_could_not_be_written_again_is_refused(
    nested: Callable[[object], dict[str, object]],
) -> None:
    deep: object = 1
    for _ in range(200):
        deep = [deep]
    with pytest.raises(DamagedError, match="too deep"):
        read_fields({**fields_of(sample().header), **nested(deep)})


def test_no_flipped_bit_of_a_header_gets_more_than_an_answer() -> None:
    head = write_header(sample().header)
    for at in range(len(head)):
        for bit in range(8):
            changed = bytearray(head)
            changed[at] ^= 1 << bit
            try:
                read_header(bytes(changed))
            except (DamagedError, NewerFormatError) as error:
                assert error.message.endswith((".", ")."))  # noqa: PT017  most flips must raise


@given(st.binary(max_size=200))
def test_no_bytes_at_all_get_more_than_an_answer(data: bytes) -> None:
    for hostile in (
        data,
        MAGIC + data,
        MAGIC + data + b"\n",
        MAGIC + b'{"format":' + data + b"}\n",
    ):
        with pytest.raises((DamagedError, NewerFormatError)):
            read_header(hostile)


def test_reading_it_needs_no_cryptography() -> None:
    program = (
        "import sys, vault.sealing.header, vault.store.file, vault.store.state;"
        "heavy = {'cryptography', 'textual', 'pyperclip', 'platformdirs'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
