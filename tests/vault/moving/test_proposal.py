"""What is known of a key before anyone asks, and what would be a guess."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.vault.cli.bench import V4, V5
from tests.vault.moving.reading import GEM, NPM
from vault.errors import VaultError
from vault.keys.formats.caveats import ProjectName
from vault.keys.formats.macaroon import Macaroon, attenuate, macaroon_text
from vault.keys.secret import Secret
from vault.moving.found import Found
from vault.moving.proposal import (
    Settings,
    identify,
    make_draft,
    suggest_expires,
    suggest_glob,
    suggest_name,
    suggest_scope,
)
from vault.registries.loader import load

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PYPI = macaroon_text(Macaroon("pypi", "a.example", "id", (), b"\0" * 32))


def found(secret: str, title: str = "", address: str = "", registry: str = "") -> Found:
    return Found(Secret(secret), 1, "", title, address=address, registry=registry)


@pytest.mark.parametrize(
    ("key", "registry"),
    [
        (found(V4), "nuget.org"),
        (found("anything", address="https://www.nuget.org"), "nuget.org"),
        (found("anything", registry="crates.io"), "crates.io"),
        (found(NPM, address="https://www.nuget.org"), "npm"),
        (found(GEM, registry="unheard-of"), "rubygems"),
        (found("anything", address="https://feed.contoso.example/"), None),
        (found("anything"), None),
    ],
)
def test_whose_key_it_is(key: Found, registry: str | None) -> None:
    profile = identify(key).profile
    assert (profile and profile.id) == registry


def test_a_name_nobody_has() -> None:
    nuget = load("nuget.org")
    assert suggest_name(found(V4, "NuGet push"), nuget, ["nuget PUSH"]).text == "NuGet push-2"
    assert suggest_name(found(V4, "https://www.nuget.org"), nuget, []).text == "nuget.org"
    assert suggest_name(found(V4, "a\x1bb"), nuget, ["nuget.org", "nuget.org-2"]).text == (
        "nuget.org-3"
    )
    assert suggest_name(found("x", "y" * 90), None, []).text == "key"
    host = found(NPM, "host.example", "https://host.example/")
    assert suggest_name(host, load("npm"), []).text == "npm"


def test_what_the_key_itself_says_is_sure() -> None:
    pypi, nuget = load("pypi"), load("nuget.org")
    token = pypi.recognise(attenuate(PYPI, [ProjectName(("contoso", "fabrikam"))]))
    assert suggest_glob(pypi, token, "me").text == "contoso, fabrikam"
    assert suggest_glob(pypi, token, "me").sure
    assert suggest_scope(pypi).sure
    assert (suggest_expires(pypi, token).text, suggest_expires(pypi, token).sure) == ("never", True)
    dated = nuget.recognise(V5)
    assert suggest_expires(nuget, dated).sure


def test_the_rest_is_a_guess() -> None:
    nuget = load("nuget.org")
    seen = nuget.recognise(V4)
    assert not suggest_scope(nuget).sure
    assert not suggest_expires(nuget, seen).sure
    assert suggest_glob(nuget, seen, "contoso").text == "contoso.*"
    assert not suggest_glob(nuget, seen, "contoso").sure


def test_a_keys_own_dates_count() -> None:
    nuget = load("nuget.org")
    settings = Settings("a", "contoso", ("push",), ("Contoso.*",), "30d")
    draft, _ = make_draft(nuget, nuget.recognise(V5), settings, NOW)
    assert draft.lifetime.created == datetime(2024, 12, 5, 13, 30, tzinfo=UTC)
    assert draft.lifetime.expires == draft.lifetime.created + timedelta(minutes=15)


@pytest.mark.parametrize(
    "wrong",
    [
        Settings("", "contoso", ("push",), ("A",), "30d"),
        Settings("a", "", ("push",), ("A",), "30d"),
        Settings("a", "contoso", ("fly",), ("A",), "30d"),
        Settings("a", "contoso", ("push",), ("?",), "30d"),
        Settings("a", "contoso", ("push",), ("A",), "60d"),
    ],
)
def test_the_registrys_rules_hold(wrong: Settings) -> None:
    nuget = load("nuget.org")
    with pytest.raises(VaultError):
        make_draft(nuget, nuget.recognise(V4), wrong, NOW)
