from __future__ import annotations

import pytest

from vault.keys.formats.nuget_v4 import holds_v4, is_generated_v4, parse_v4

V4 = "oy2iuvoucviouojnrbzaqxjewdop3yseppnqlewvavhupm"


@pytest.mark.parametrize(
    ("text", "parses"),
    [
        (V4, True),
        (V4.upper(), True),
        (V4[:20] + "?" * 26, True),
        (V4[:-1], False),
        (V4 + "a", False),
        ("oy3" + V4[3:], False),
        ("oy2q" + V4[4:], False),
        (V4[:19] + "1" + V4[20:], False),
        ("", False),
    ],
)
def test_the_server_looks_at_the_length_and_the_first_half(text: str, *, parses: bool) -> None:
    assert (parse_v4(text) is not None) == parses


def test_the_generators_own_shape_is_tighter() -> None:
    assert is_generated_v4(V4)
    assert not is_generated_v4(V4.upper())
    assert not is_generated_v4(V4[:-1] + "b")


def test_the_parts_are_there_and_not_in_the_repr() -> None:
    key = parse_v4(V4.upper())
    assert key is not None
    assert key.id_part + key.password_part == V4
    assert repr(key) == "V4Key()"


def test_a_scanner_finds_a_v4_key_in_a_file_but_not_in_a_longer_word() -> None:
    assert holds_v4(f"<add key='x' value='{V4}' />")
    assert holds_v4(V4.upper())
    assert not holds_v4(f"a{V4}")
    assert not holds_v4(V4.title())
