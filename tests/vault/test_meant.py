from __future__ import annotations

import pytest

from vault.errors import ValueRefusedError
from vault.meant import meant
from vault.registries.loader import load


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("lits", "Did you mean list? "),
        ("LITS", "Did you mean list? "),
        ("Contoso-puhs", "Did you mean contoso-Push or contoso-pull? "),
        ("zzzz", ""),
        ("", ""),
        ("x" * 100_000, ""),
    ],
)
def test_what_is_near_is_named_as_it_is_written_and_what_was_typed_is_not(
    word: str, said: str
) -> None:
    assert meant(word, ["list", "contoso-pull", "contoso-Push", "lock"]) == said


def test_no_more_are_named_than_asked_for() -> None:
    assert meant("kay", ["key", "kay1", "okay"], most=1).count(" or ") == 0


def test_an_action_nearly_right_is_answered_with_the_right_one() -> None:
    with pytest.raises(ValueRefusedError) as refused:
        load("nuget.org").parse_actions(["unlits"])
    assert refused.value.hint == "Did you mean unlist? Choose from push, push-version, unlist."
