from __future__ import annotations

import base64
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.keys.secret import Secret
from vault.rotation.masking import LINES, last_lines

VALUE = "pypi-AgEIcHlwaS5vcmc/CJGY0+made=up"


def shown(text: str | bytes) -> str:
    data = text.encode() if isinstance(text, str) else text
    return "\n".join(last_lines(data, Secret(VALUE)))


@pytest.mark.parametrize(
    "text",
    [
        f"token={VALUE}!",
        f"the first half of it: {VALUE[:15]}",
        f"url?key={quote(VALUE, safe='')}",
        f"{VALUE[:12]}\n{VALUE[12:24]}\n{VALUE[24:]}",
        f"{VALUE[:16]}\x1b[31m{VALUE[16:]}\x1b[0m",
        f"{VALUE}{VALUE}",
    ],
)
def test_no_part_of_a_secret_is_shown(text: str) -> None:
    told = shown(text)
    assert "•••" in told
    pieces = [VALUE[at : at + 8] for at in range(len(VALUE) - 7)]
    assert not [piece for piece in pieces if piece in told or quote(piece, safe="") in told]


@given(st.binary(max_size=20), st.binary(max_size=20))
def test_base64_is_seen_through_at_any_offset(before: bytes, after: bytes) -> None:
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        told = shown(b"Authorization: Basic " + encode(before + VALUE.encode() + after))
        core = encode(before + VALUE.encode() + after).decode()
        start = (len(before) * 8 + 5) // 6
        assert core[start : start + 30] not in told
        assert "•••" in told


@given(st.text(alphabet=st.characters(blacklist_characters="\x1b"), max_size=200))
def test_what_holds_no_secret_is_only_made_inert(text: str) -> None:
    told = last_lines(text.encode("utf-8", "replace"), Secret(VALUE))
    assert all(line.isprintable() for line in told)
    assert len(told) <= LINES


def test_escapes_and_broken_text_reach_no_terminal() -> None:
    told = shown(b"\x1b]0;title\x07\x1b[2J\x1b[31mred\x1b[0m \xff\xfe \x9b2J \x1bPq\n\n")
    assert told.startswith("red")
    assert told.isprintable()


def test_only_the_last_lines_are_shown() -> None:
    assert shown("\n".join(str(number) for number in range(99))) == "93\n94\n95\n96\n97\n98"
    assert len(shown("x" * 10_000)) == 200


def test_a_short_secret_is_masked_too() -> None:
    assert last_lines(b"it is abc", Secret("abc")) == ("it is •••",)
    assert last_lines(b"it is abc", Secret("")) == ("it is abc",)
