from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from vault.errors import PlaceNotFoundError, ValueRefusedError
from vault.keys.key import Key
from vault.keys.lifetime import Lifetime
from vault.keys.place import (
    MAX_PLACES,
    Place,
    behind,
    find_place,
    merged,
    new_place,
    places_behind,
)
from vault.keys.turn import Turn

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
CI = Place("ci-secret", "GitHub contoso/core NUGET_KEY")


def key(*places: Place, turned: datetime | None = None) -> Key:
    history = () if turned is None else (Turn(turned),)
    return Key("1", "ci", "nuget.org", "o", (), Lifetime(NOW), places=places, history=history)


def settled(confirmed: datetime | None = None, waived: datetime | None = None) -> Place:
    return Place("file", "x", confirmed=confirmed, waived=waived)


def test_a_place_is_behind_until_something_was_said_of_it() -> None:
    assert behind(CI, key(CI))
    assert not behind(settled(confirmed=NOW), key())
    assert not behind(settled(waived=NOW), key())


def test_what_was_said_before_the_last_turn_is_about_an_older_secret() -> None:
    turned = key(turned=NOW)
    assert behind(settled(confirmed=NOW - HOUR, waived=NOW - HOUR), turned)
    assert not behind(settled(confirmed=NOW - HOUR, waived=NOW + HOUR), turned)
    assert not behind(settled(confirmed=NOW), turned)


def test_a_secret_that_was_made_before_it_came_here_does_not_count_from_then() -> None:
    """A token may say that it was made yesterday; what was confirmed today had the old one."""
    place = settled(confirmed=NOW - HOUR)
    early = Key(
        "1", "ci", "pypi", "o", (), Lifetime(NOW - 24 * HOUR), places=(place,), history=(Turn(NOW),)
    )
    assert places_behind(early) == (place,)


@pytest.mark.parametrize("ahead", [timedelta(0), HOUR, timedelta(days=400)])
def test_a_turn_puts_a_place_behind_even_if_a_clock_was_ahead(ahead: timedelta) -> None:
    place = settled(confirmed=NOW + ahead, waived=NOW + ahead).settled_before(NOW)
    assert behind(place, key(place, turned=NOW))
    earlier = settled(confirmed=NOW - HOUR)
    assert earlier.settled_before(NOW) is earlier
    assert CI.settled_before(NOW) is CI


def test_a_place_is_found_whatever_its_case_or_by_its_beginning() -> None:
    places = (CI, Place("file", "github pages"))
    assert find_place(places, " GITHUB contoso/core nuget_key ") is CI
    assert find_place(places, "github c", prefix=True) is CI
    for where, prefix, said in (
        ("github", True, "Several"),
        ("github c", False, "no such place"),
        ("", True, "no such place"),
    ):
        with pytest.raises(PlaceNotFoundError, match=said) as caught:
            find_place(places, where, prefix=prefix)
        assert CI.where in caught.value.hint
    with pytest.raises(PlaceNotFoundError) as caught:
        find_place((), "x")
    assert caught.value.hint == "It has none yet."


def test_a_place_as_a_user_describes_it_is_checked() -> None:
    place = new_place("CI-secret", " GitHub ", " gh secret set X ")
    assert place == Place("ci-secret", "GitHub", "gh secret set X")
    for kind, where, command in (
        ("cloud", "x", ""),
        ("file", " ", ""),
        ("file", "a\x1b]0;x\x07", ""),
        ("file", "x" * 201, ""),
        ("file", "x", "gh 'a"),
    ):
        with pytest.raises(ValueRefusedError):
            new_place(kind, where, command)


def test_merging_keeps_what_is_known_and_refuses_two_of_one_name() -> None:
    known = settled(confirmed=NOW)
    moved = merged((known, CI), (CI, Place("machine", "X", "tee x")))
    assert moved == (CI, Place("machine", "X", "tee x", confirmed=NOW))
    with pytest.raises(ValueRefusedError, match="already"):
        merged((), (CI, Place("file", CI.where.upper())))
    with pytest.raises(ValueRefusedError, match=str(MAX_PLACES)):
        merged((), [Place("file", str(number)) for number in range(MAX_PLACES + 1)])
