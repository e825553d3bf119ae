from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from vault.doctor.finding import Kind, Mend
from vault.doctor.keys import examine_keys
from vault.keys.glob import Glob
from vault.keys.grant import Grant
from vault.keys.key import Key
from vault.keys.lifetime import Lifetime
from vault.keys.place import Place
from vault.keys.turn import Turn
from vault.registries.loader import known

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PROFILES = {profile.id: profile for profile in known()}
DAY = timedelta(days=1)

HEALTHY = Key(
    id="1",
    name="ci",
    registry="nuget.org",
    owner="contoso",
    grants=(Grant("push-version", Glob("Contoso.*")),),
    lifetime=Lifetime(NOW - 5 * DAY, NOW + 25 * DAY),
    used=NOW - DAY,
)
AT_GITHUB = Place("ci-secret", "GitHub contoso/core", confirmed=NOW - DAY)


def kinds(key: Key) -> dict[Kind, str]:
    return {one.kind: one.sentence for one in examine_keys([key], PROFILES, NOW)}


def living(days: float, age: float = 5) -> Lifetime:
    return Lifetime(NOW - age * DAY, NOW + days * DAY)


def test_nothing_is_wrong_with_a_healthy_key() -> None:
    assert kinds(HEALTHY) == {}


@pytest.mark.parametrize(
    ("key", "kind", "said"),
    [
        (replace(HEALTHY, lifetime=living(-2, 30)), Kind.EXPIRED, "ci expired 2 days ago."),
        (replace(HEALTHY, lifetime=living(2, 28)), Kind.DUE, "ci expires in 2 days."),
        (
            replace(HEALTHY, places=(Place("file", "~/NuGet.Config"),)),
            Kind.HALF_DONE,
            "ci's present secret is not known to be at ~/NuGet.Config.",
        ),
        (
            replace(HEALTHY, retire=NOW - DAY),
            Kind.HALF_DONE,
            "ci's former secret may still work at nuget.org.",
        ),
        (
            replace(HEALTHY, grants=(Grant("push", Glob("*")),)),
            Kind.TOO_BROAD,
            "ci covers every package there is and every one to come.",
        ),
        (
            replace(
                HEALTHY, grants=(Grant("push", Glob("Contoso.Core")),), history=(Turn(NOW - DAY),)
            ),
            Kind.MORE_THAN_NEEDED,
            "ci may create packages, and the ones it names exist by now.",
        ),
        (
            replace(HEALTHY, registry="own-feed", lifetime=Lifetime(NOW - DAY)),
            Kind.NO_END,
            "ci never expires.",
        ),
        (
            replace(HEALTHY, used=None, lifetime=living(15, 15)),
            Kind.NEVER_USED,
            "ci was never handed out in its 15 days.",
        ),
        (
            replace(
                HEALTHY,
                registry="own-feed",
                used=NOW - 100 * DAY,
                copied=NOW - 95 * DAY,
                lifetime=living(200, 120),
            ),
            Kind.UNUSED,
            "ci was last handed out 95 days ago.",
        ),
        (
            replace(HEALTHY, registry="gone.example"),
            Kind.UNKNOWN_REGISTRY,
            "ci is for gone.example, of which keyfob knows nothing.",
        ),
        (
            replace(HEALTHY, used=NOW + 3 * DAY),
            Kind.CLOCK,
            "ci was used in the future, on 2026-11-25.",
        ),
        (
            replace(HEALTHY, places=(AT_GITHUB, replace(AT_GITHUB, where="GitHub contoso/web"))),
            Kind.KEYLESS,
            "ci may not be needed at GitHub contoso/core and 1 more.",
        ),
    ],
    ids=lambda value: str(value) if isinstance(value, Kind) else "",
)
def test_each_thing_that_is_wrong_is_found_alone(key: Key, kind: Kind, said: str) -> None:
    assert kinds(key) == {kind: said}


def test_a_dead_key_is_not_asked_what_it_is_good_for() -> None:
    revoked = Lifetime(NOW - 200 * DAY, NOW + 10 * DAY, revoked=NOW - DAY)
    broad = (Grant("push", Glob("*")),)
    key = replace(HEALTHY, lifetime=revoked, grants=broad, used=None)
    assert kinds(key) == {}


def test_a_young_key_is_not_asked_whether_it_is_used() -> None:
    assert kinds(replace(HEALTHY, used=None, lifetime=living(25, 5))) == {}


def test_many_places_are_counted() -> None:
    places = tuple(Place("machine", f"box {number}") for number in range(5))
    said = kinds(replace(HEALTHY, places=places))[Kind.HALF_DONE]
    assert said == "ci's present secret is not known to be at box 0, box 1, box 2 and 2 more."


def test_a_finding_names_its_key_and_what_mends_it() -> None:
    [one] = examine_keys([replace(HEALTHY, lifetime=living(-2, 30))], PROFILES, NOW)
    assert (one.key_id, one.key_name, one.mend) == ("1", "ci", Mend.ROTATE)


def test_what_no_ci_could_do_without_the_key_is_left_alone() -> None:
    for place in (
        Place("file", "~/github/NuGet.Config", confirmed=NOW),
        Place("ci-secret", "GitLab CI of contoso/core", confirmed=NOW),
        replace(AT_GITHUB, waived=NOW),
    ):
        assert kinds(replace(HEALTHY, places=(place,))) == {}
    revoked = Lifetime(NOW - 9 * DAY, NOW + 10 * DAY, revoked=NOW - DAY)
    assert kinds(replace(HEALTHY, places=(AT_GITHUB,), lifetime=revoked)) == {}


def test_the_page_is_found_out_once_for_all_keys() -> None:
    asked = []

    def host_of(name: str) -> str:
        asked.append(name)
        return "pypi.invalid"

    grants = (Grant("upload", Glob("contoso-core")),)
    key = replace(HEALTHY, registry="pypi", grants=grants, places=(AT_GITHUB,))
    found = list(examine_keys([key, key, key], PROFILES, NOW, host_of))
    assert [(one.mend, one.page) for one in found] == [
        (Mend.PAGE, "https://pypi.invalid/manage/account/publishing/")
    ] * 3
    assert asked == ["pypi-host"]
