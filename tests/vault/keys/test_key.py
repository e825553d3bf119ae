from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.errors import ValueRefusedError
from vault.keys.glob import Glob
from vault.keys.grant import grants_for
from vault.keys.key import (
    MAX_NAME,
    MAX_NOTE,
    Key,
    check_name,
    check_note,
    check_owner,
    name_key,
)
from vault.keys.lifetime import Lifetime

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@given(st.text(max_size=MAX_NAME + 8))
def test_a_name_is_trimmed_printable_and_normalised_or_refused(text: str) -> None:
    try:
        name = check_name(text)
    except ValueRefusedError:
        bad = not text.strip().isprintable()
        assert bad or not 0 < len(text.strip()) <= MAX_NAME
        return
    assert name == name.strip()
    assert len(name) > 0
    assert name.isprintable()
    assert unicodedata.is_normalized("NFC", name)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "The name is empty."),
        ("   ", "The name is empty."),
        ("x" * 65, "The name has 65 characters; 64 is the most it may have."),
        ("ci\x1b]0;pwned\x07", "Character 3 of the name (U+001B) cannot be shown."),
        ("ci\u202egnp", "Character 3 of the name (U+202E) cannot be shown."),
        ("a\nb", "Character 2 of the name (U+000A) cannot be shown."),
    ],
)
def test_a_bad_name_is_refused_with_the_place(text: str, message: str) -> None:
    with pytest.raises(ValueRefusedError) as refused:
        check_name(text)
    assert refused.value.message == message


def test_an_owner_is_required_and_a_note_is_not() -> None:
    assert check_owner(" contoso ") == "contoso"
    with pytest.raises(ValueRefusedError, match="owner is empty"):
        check_owner(" ")
    assert check_note(" ") == ""
    with pytest.raises(ValueRefusedError, match="note has 1,025"):
        check_note("x" * (MAX_NOTE + 1))


def test_names_that_look_alike_compare_alike() -> None:
    assert name_key("Caf\u00e9 CI") == name_key("CAFE\u0301 ci")
    assert name_key("a") != name_key("b")


def test_a_key_lists_its_globs_and_actions_once() -> None:
    globs = (Glob("Contoso.*"), Glob("Alpha"))
    grants = grants_for(("push", "unlist"), globs)
    key = Key("0" * 32, "ci", "nuget.org", "contoso", grants, Lifetime(NOW))
    assert key.globs == globs
    assert key.actions == ("push", "unlist")
    assert key.covers("contoso.web")
    assert not key.covers("Alpha.Core")


def test_fields_of_a_newer_keyfob_are_kept_but_not_shown() -> None:
    key = Key("0" * 32, "ci", "nuget.org", "o", (), Lifetime(NOW), other={"links": ["x"]})
    assert "links" not in repr(key)
