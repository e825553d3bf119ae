from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.keys.formats.caveats import (
    Caveat,
    Expiration,
    OIDCPublisher,
    ProjectID,
    ProjectName,
    RequestUser,
    caveat_text,
    is_old_user_caveat,
    parse_caveat,
)
from vault.keys.formats.recognition import MalformedKeyError

TEXTS = st.text(max_size=200)
CAVEATS: st.SearchStrategy[Caveat] = st.one_of(
    st.builds(Expiration, st.integers(), st.integers()),
    st.builds(ProjectName, st.lists(TEXTS).map(tuple)),
    st.builds(ProjectID, st.lists(TEXTS).map(tuple)),
    st.builds(RequestUser, TEXTS),
    st.builds(OIDCPublisher, TEXTS),
)


@given(CAVEATS)
def test_a_caveat_is_read_back_as_it_was_written(caveat: Caveat) -> None:
    assert parse_caveat(caveat_text(caveat)) == caveat
    assert " " not in caveat_text(Expiration(1, 2))


@pytest.mark.parametrize(
    ("text", "caveat"),
    [
        ('{"exp": 50, "nbf": 10}', Expiration(50, 10)),
        ('{"version": 1, "permissions": {"projects": ["a"]}}', ProjectName(("a",))),
        ('{"project_ids": ["x"]}', ProjectID(("x",))),
        ('[0,50,10,"ignored"]', Expiration(50, 10)),
        (b'[3,"u"]', RequestUser("u")),
    ],
)
def test_the_older_forms_mean_what_they_meant(text: str | bytes, caveat: Caveat) -> None:
    assert parse_caveat(text) == caveat


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "[9999999]",
        "[true,50,10]",
        "[0,true,10]",
        "[0,50.0,10]",
        '[1,"foo"]',
        "[1,[1]]",
        "[[1],2]",
        "[3]",
        "{}",
        '{"version": 1}',
        '{"version": 1, "permissions": "user"}',
        '{"version": 1, "permissions": []}',
        '{"version": 1, "permissions": {"otherkey": "foo"}}',
        '{"exp": "50", "nbf": 10}',
        "not json",
        "[" * 100_000,
    ],
)
def test_what_the_registry_would_not_accept_is_refused(text: str) -> None:
    with pytest.raises(MalformedKeyError):
        parse_caveat(text)


def test_the_old_user_form_is_known_by_name_although_it_names_no_user() -> None:
    assert is_old_user_caveat('{"version": 1, "permissions": "user"}')
    assert not is_old_user_caveat('{"version": 1, "permissions": {"projects": []}}')
    assert not is_old_user_caveat("nonsense")
