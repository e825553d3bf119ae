from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vault.keys.formats.test_caveats import CAVEATS, TEXTS
from vault.keys.formats.caveats import (
    Caveat,
    Expiration,
    ProjectName,
    RequestUser,
    caveat_text,
)
from vault.keys.formats.macaroon import Macaroon, attenuate, macaroon_text, parse_macaroon
from vault.keys.formats.recognition import MalformedKeyError

MACAROONS = st.builds(
    Macaroon,
    prefix=st.sampled_from(["pypi", "devpi"]),
    location=st.none() | TEXTS,
    identifier=TEXTS,
    caveats=st.lists(TEXTS, max_size=4).map(tuple),
    signature=st.binary(min_size=32, max_size=32),
)
TOKEN = macaroon_text(
    Macaroon("pypi", "test.invalid", "id-1", (caveat_text(RequestUser("u-1")),), b"k" * 32)
)


@given(MACAROONS)
def test_a_token_is_read_back_as_it_was_written(macaroon: Macaroon) -> None:
    assert parse_macaroon(macaroon_text(macaroon)) == macaroon


@given(MACAROONS, st.data())
def test_no_part_of_a_token_passes_for_the_whole(macaroon: Macaroon, data: st.DataObject) -> None:
    token = macaroon_text(macaroon)
    cut = data.draw(st.integers(len(macaroon.prefix) + 1, len(token) - 1))
    with pytest.raises(MalformedKeyError):
        parse_macaroon(token[:cut])


@given(st.text(alphabet="pydevi-AgEIcHQB_=0", max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        assert parse_macaroon(f"pypi-{text}").prefix == "pypi"
    except MalformedKeyError as error:
        assert error.exit_code == 2  # noqa: PT017 - either outcome is fine, a crash is not


def test_the_padding_some_tools_add_is_ignored() -> None:
    assert parse_macaroon(TOKEN + "==") == parse_macaroon(TOKEN)


@given(st.lists(CAVEATS, max_size=3))
def test_narrowing_chains_the_signature_and_keeps_what_was_there(caveats: list[Caveat]) -> None:
    before, after = parse_macaroon(TOKEN), parse_macaroon(attenuate(TOKEN, caveats))
    signature = before.signature
    for caveat in caveats:
        message = caveat_text(caveat).encode()
        signature = hmac.new(signature, message, hashlib.sha256).digest()
    added = tuple(caveat_text(caveat) for caveat in caveats)
    assert after == replace(before, caveats=before.caveats + added, signature=signature)


def test_restrictions_only_ever_add_up() -> None:
    token = attenuate(TOKEN, [Expiration(2_000_000_000, 0), ProjectName(("a", "b"))])
    token = attenuate(token, [Expiration(1_900_000_000, 0), ProjectName(("b", "c"))])
    macaroon = parse_macaroon(token)
    assert macaroon.projects == ("b",)
    assert macaroon.expires == datetime.fromtimestamp(1_900_000_000, UTC)
    assert not macaroon.user_wide


@pytest.mark.parametrize(
    ("caveats", "user_wide"),
    [
        (['[3,"u"]'], True),
        (['{"version": 1, "permissions": "user"}'], True),
        (['[3,"u"]', "[0,9,1]"], True),
        (['[1,["p"]]'], False),
        (['[2,["uuid"]]'], False),
        (['[4,"publisher"]'], False),
        (['[99,"from the future"]'], False),
        (["expires=1795350999"], False),
    ],
)
def test_a_token_is_called_user_wide_only_when_all_of_it_is_understood(
    caveats: list[str], *, user_wide: bool
) -> None:
    macaroon = Macaroon("pypi", None, "id", tuple(caveats), b"k" * 32)
    assert macaroon.user_wide == user_wide


def test_an_end_beyond_the_calendar_is_no_end() -> None:
    macaroon = Macaroon("pypi", None, "id", ("[0,99999999999999999,0]",), b"k" * 32)
    assert macaroon.expires is None


def test_the_signature_is_not_in_the_repr() -> None:
    assert "kkk" not in repr(parse_macaroon(TOKEN))
