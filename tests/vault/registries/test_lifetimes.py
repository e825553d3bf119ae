from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from vault.errors import ValueRefusedError
from vault.keys.lifetime import Lifetime
from vault.registries.loader import load
from vault.registries.profile import Profile

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NUGET, FEED, CRATES, PYPI = (load(name) for name in ("nuget.org", "own-feed", "crates.io", "pypi"))
EXPIRY = json.loads(
    (Path(__file__).parents[2] / "vectors" / "nuget_expiry.json").read_text(encoding="utf-8")
)


def test_what_nuget_org_offers_is_taken_without_a_word() -> None:
    for days in EXPIRY["restricted_mode"]["server_accepts_days"]:
        assert NUGET.parse_lifetime(f"{days}d", NOW) == (
            Lifetime(NOW, NOW + timedelta(days=days)),
            "",
        )


def test_a_shorter_life_is_recorded_with_a_remark() -> None:
    lifetime, note = NUGET.parse_lifetime("2026-12-01", NOW)
    assert lifetime.expires == datetime(2026, 12, 1, tzinfo=UTC)
    assert note == "nuget.org offers 1d, 8d, 30d; this was recorded as it is."


@pytest.mark.parametrize("text", ["31d", "90d", "2027-06-01", "721h"])
def test_a_new_nuget_org_key_cannot_outlive_30_days(text: str) -> None:
    with pytest.raises(ValueRefusedError) as refused:
        NUGET.parse_lifetime(text, NOW)
    assert refused.value.message == "nuget.org gives a key 30 days at most, and this is longer."
    assert "17 August 2026" in refused.value.hint
    assert refused.value.exit_code == 2


def test_a_key_made_before_the_change_may_be_longer_up_to_the_old_maximum() -> None:
    last = datetime(2026, 8, 16, 23, 59, 59, tzinfo=UTC)
    lifetime, note = NUGET.parse_lifetime("60d", last)
    assert lifetime.expires == last + timedelta(days=60)
    assert "30 days at most" in note
    with pytest.raises(ValueRefusedError, match="gives a key 30 days"):
        NUGET.parse_lifetime("60d", last + timedelta(seconds=1))
    with pytest.raises(ValueRefusedError, match="gave a key 365 days"):
        NUGET.parse_lifetime("366d", last)


ANNOUNCED = [
    row
    for row in EXPIRY["announced_cutoff_vectors"]["vectors"]
    if row["expires"] and row["created"] < "2026-08-17"
]


@pytest.mark.parametrize("row", ANNOUNCED)
def test_old_long_keys_end_when_the_registry_said_they_would(row: dict[str, Any]) -> None:
    created = datetime.fromisoformat(row["created"])
    lifetime, _note = NUGET.parse_lifetime(row["expires"], created)
    assert lifetime == Lifetime(created, datetime.fromisoformat(row["effective"]))


def test_never_is_for_registries_that_know_it() -> None:
    with pytest.raises(ValueRefusedError, match="always has an end"):
        NUGET.parse_lifetime("never", NOW)
    for profile in (FEED, CRATES, PYPI):
        assert profile.parse_lifetime(" NEVER ", NOW)[0] == Lifetime(NOW)


def test_where_nobody_ends_a_key_the_date_is_called_a_reminder() -> None:
    for profile in (FEED, PYPI):
        assert "keyfob's reminder" in profile.parse_lifetime("90d", NOW)[1]
    assert CRATES.parse_lifetime("45d", NOW)[1] == ""


@pytest.mark.parametrize(
    ("text", "expires"),
    [
        ("2w", NOW + timedelta(days=14)),
        ("2026-12-24", datetime(2026, 12, 24, tzinfo=UTC)),
        ("20261224", datetime(2026, 12, 24, tzinfo=UTC)),
        ("2026-12-24T18:30:00+02:00", datetime(2026, 12, 24, 16, 30, tzinfo=UTC)),
        ("2026-12-24T18:30", datetime(2026, 12, 24, 18, 30, tzinfo=UTC)),
    ],
)
def test_durations_dates_and_times_are_understood(text: str, expires: datetime) -> None:
    assert CRATES.parse_lifetime(text, NOW)[0].expires == expires


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2026-13-45", "'2026-13-45' is not a date."),
        ("soon", "'soon' is not a duration."),
        ("", "'' is not a duration."),
        ("2026-11-22", "The key would end before it begins."),
        ("1999-01-01", "The key would end before it begins."),
        ("9999-12-31", "The lifetime is longer than a hundred years."),
        ("101y", "The lifetime is longer than a hundred years."),
    ],
)
def test_anything_else_is_refused_with_a_sentence(text: str, message: str) -> None:
    with pytest.raises(ValueRefusedError) as refused:
        FEED.parse_lifetime(text, NOW)
    assert refused.value.message == message


@pytest.mark.parametrize(
    ("rules", "hint"),
    [
        (NUGET, "Write 30d, 12h, 2w, or a date such as 2026-12-24."),
        (FEED, "Write 30d, 12h, 2w, a date such as 2026-12-24, or never."),
    ],
)
def test_what_is_no_lifetime_is_told_all_that_is_one(rules: Profile, hint: str) -> None:
    with pytest.raises(ValueRefusedError) as refused:
        rules.parse_lifetime("tomorrow", NOW)
    assert (refused.value.message, refused.value.hint) == ("'tomorrow' is not a duration.", hint)
