from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.errors import DamagedError
from vault.sealing.encoding import (
    MAX_INTEGER,
    bind,
    check_depth,
    dump_json,
    format_time,
    from_base64,
    load_json_object,
    parse_integer,
    parse_time,
    to_base64,
)

PARTS = st.lists(st.binary(max_size=8), max_size=5)


@given(PARTS, PARTS)
def test_no_two_lists_bind_alike(one: list[bytes], other: list[bytes]) -> None:
    assert (bind(*one) == bind(*other)) == (one == other)


@given(st.binary(max_size=100))
def test_base64_reads_back(data: bytes) -> None:
    assert from_base64(to_base64(data), "it", len(data)) == data


@pytest.mark.parametrize(
    "text", ["QQ", "QQ=", "QR==", "QQ==\n", " QQ==", "Q-==", "QQ==QQ==", "é", None, 7, b"QQ=="]
)
def test_other_forms_of_base64_are_refused(text: object) -> None:
    with pytest.raises(DamagedError, match="it is not what it should be"):
        from_base64(text, "it")


def test_a_wrong_size_is_refused() -> None:
    with pytest.raises(DamagedError):
        from_base64("QUE=", "it", 3)


def test_a_time_is_written_in_utc() -> None:
    there = datetime(2026, 11, 22, 14, 30, 15, tzinfo=timezone(timedelta(hours=2)))
    assert format_time(there) == "2026-11-22T12:30:15Z"
    assert format_time(datetime(987, 1, 2, tzinfo=UTC)) == "0987-01-02T00:00:00Z"


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_time_reads_back_to_the_second(moment: datetime) -> None:
    assert parse_time(format_time(moment), "it") == moment.replace(microsecond=0)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22T12:00:00",
        "2026-11-22T12:00:00+00:00",
        "2026-11-22T12:00:00.5Z",
        "2026-11-22 12:00:00Z",
        "2026-02-30T12:00:00Z",
        "2026-11-22T24:00:01Z",
        "20261122T120000Z",
        "\N{ARABIC-INDIC DIGIT TWO}026-11-22T12:00:00Z",
        "2026-11-22T12:00:00Z\n",
        None,
        0,
    ],
)
def test_other_forms_of_time_are_refused(text: object) -> None:
    with pytest.raises(DamagedError, match="it is not a time"):
        parse_time(text, "it")


@pytest.mark.parametrize("value", [True, False, 1.0, "1", None, -1, 8, []])
def test_an_integer_is_one_and_within_bounds(value: object) -> None:
    with pytest.raises(DamagedError):
        parse_integer(value, "it", 0, 7)
    assert parse_integer(7, "it", 0, 7) == 7


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | st.text(max_size=9),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=5), children, max_size=3)
    ),
    max_leaves=5,
)


@given(st.dictionaries(st.text(max_size=5), JSON, max_size=3))
def test_json_reads_back_to_the_byte(value: dict[str, object]) -> None:
    data = dump_json(value)
    assert b"\n" not in data
    assert dump_json(load_json_object(data, "it")) == data


def test_half_a_character_survives() -> None:
    assert dump_json(load_json_object(b'{"a":"\\ud800"}', "it")) == b'{"a":"\\ud800"}'


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"1",
        b'{"a":1',
        b'{"a":1}{}',
        b'{"a":1,"a":1}',
        b'{"b":{"a":1,"a":2}}',
        b'{"a":NaN}',
        b'{"a":-Infinity}',
        b'{"a":1.0}',
        b'{"a":1e3}',
        b'{"a":9007199254740992}',
        b'{"a":' + b"9" * 100_000 + b"}",
        b'{"a":"\xff"}',
        b'\xef\xbb\xbf{"a":1}',
        '{"a":1}'.encode("utf-16"),
        b'{"a":' + b"[" * 100_000,
        b'{"a":' + b'{"a":' * 100_000,
    ],
    ids=lambda data: repr(data[:20]),
)
def test_hostile_json_is_damage_and_nothing_worse(data: bytes) -> None:
    with pytest.raises(DamagedError, match="it cannot be read"):
        load_json_object(data, "it")


def test_nesting_is_bounded() -> None:
    check_depth(json.loads("[" * 17 + "]" * 17), "it")
    with pytest.raises(DamagedError, match="too deep"):
        check_depth(json.loads("[" * 18 + "]" * 18), "it")
    with pytest.raises(DamagedError, match="too deep"):
        check_depth([json.loads('{"a":' * 17 + "1" + "}" * 17)], "it")
