from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from vault.keys.glob import Glob
from vault.keys.grant import Grant
from vault.keys.key import Key
from vault.keys.lifetime import Lifetime
from vault.keys.place import Place
from vault.registries.loader import load
from vault.rotation.steps import leaves_old, remaining, steps

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CI = Place("ci-secret", "GitHub contoso/core KEY")
ADA = Place("person", "Ada", confirmed=NOW)


def key(registry: str, days: float = 5) -> Key:
    life = Lifetime(NOW - timedelta(days=25), NOW + timedelta(days=days))
    profile = load(registry)
    grant = Grant(profile.offered[0].id, Glob("contoso-core", profile.matching))
    return Key("1", "ci", registry, "contoso", (grant,), life, places=(CI, ADA))


def test_nuget_org_ends_the_old_value_itself_so_that_every_place_is_urgent() -> None:
    profile = load("nuget.org")
    flow = steps(key("nuget.org"), profile, NOW)
    assert [step.kind for step in flow] == ["make", "paste", "replace", "replace"]
    assert "nuget.org/account/apikeys" in flow[0].page
    assert [(field.label, field.value) for field in flow[0].fields] == [("Key Name", "ci")]
    assert [step.place for step in flow[2:]] == [CI, ADA]
    assert not leaves_old(key("nuget.org"), profile, NOW)


@pytest.mark.parametrize("registry", ["crates.io", "pypi", "npm", "rubygems"])
def test_where_both_values_work_the_old_one_is_ended_last(registry: str) -> None:
    profile = load(registry)
    flow = steps(key(registry), profile, NOW)
    regenerates = profile.rotation.kind == "regenerate"
    assert [step.kind for step in flow][:4] == ["make", "paste", "replace", "replace"]
    assert [step.kind for step in flow][4:] == ([] if regenerates else ["retire"])
    assert leaves_old(key(registry), profile, NOW) is not regenerates
    assert (len(flow[0].fields) > 1) is not regenerates


def test_an_old_value_that_is_dead_needs_no_ending() -> None:
    profile = load("pypi")
    assert not leaves_old(key("pypi", days=-1), profile, NOW)
    revoked = key("pypi")
    assert not leaves_old(replace(revoked, lifetime=revoked.lifetime.cut(NOW)), profile, NOW)


def test_keyfob_makes_the_secret_of_an_own_feed() -> None:
    flow = steps(key("own-feed"), load("own-feed"), NOW)
    assert flow[1].sentence == "keyfob makes the new secret"
    assert flow[0].fields == ()


def test_what_is_left_is_what_is_behind_and_the_old_value() -> None:
    profile = load("pypi")
    assert [step.place for step in remaining(key("pypi"), profile)] == [CI]
    left = remaining(replace(key("pypi"), retire=NOW), profile)
    assert [step.kind for step in left] == ["replace", "retire"]
    assert "PyPI" in left[1].sentence
    unknown = remaining(replace(key("pypi"), retire=NOW, registry="of-tomorrow"), None)
    assert "of-tomorrow" in unknown[1].sentence
