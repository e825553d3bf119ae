from __future__ import annotations

import pytest

from vault.keys.formats.guid import parse_guid


@pytest.mark.parametrize(
    "text",
    [
        "36aafd8744d7423badb9ed01493aeb75",
        "{36AAFD87-44D7-423B-ADB9-ED01493AEB75}",
        "(36aafd87-44d7-423b-adb9-ed01493aeb75)",
        " 36aafd87-44d7-423b-adb9-ed01493aeb75 ",
        "{0x36aafd87,0x44d7,0x423b,{0xad,0xb9,0xed,0x01,0x49,0x3a,0xeb,0x75}}",
        "{0x36aafd87, 0x44d7, 0x423b, {0xad, 0xb9, 0xed, 0x1, 0x49, 0x3a, 0xeb, 0x75}}",
    ],
)
def test_every_way_to_write_a_guid_is_the_same_key(text: str) -> None:
    assert parse_guid(text) == parse_guid("36aafd87-44d7-423b-adb9-ed01493aeb75")


@pytest.mark.parametrize(
    "text",
    [
        "{36aafd87-44d7-423b-adb9-ed01493aeb75)",
        "36aafd87-44d7423badb9-ed01493aeb75",
        "36aafd87-44d7-423b-adb9-ed01493aeb7g",
        "{0x36aafd87,0x44d7}",
        "",
    ],
)
def test_what_is_no_guid_is_none(text: str) -> None:
    assert parse_guid(text) is None


def test_nothing_secret_is_in_the_repr() -> None:
    key = parse_guid("36aafd87-44d7-423b-adb9-ed01493aeb75")
    assert repr(key) == "GuidKey()"
