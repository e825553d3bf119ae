from __future__ import annotations

import pytest

from vault.registries.loader import known, load
from vault.registries.trusted import Ci, ci_of, publishes_without_key

HOSTS = {"pypi-host": "pypi.invalid", "npm-host": "npm.invalid"}


@pytest.mark.parametrize(
    ("place", "ci"),
    [
        ("GitHub Actions secret NUGET_KEY of contoso/core", Ci.GITHUB_ACTIONS),
        ("https://github.com/contoso/core/settings/secrets/actions", Ci.GITHUB_ACTIONS),
        ("gh secret set NUGET_KEY --repo contoso/core", Ci.GITHUB_ACTIONS),
        ("GitLab CI of contoso/core", Ci.GITLAB_CI),
        ("https://gitlab.com/contoso/core/-/settings/ci_cd", Ci.GITLAB_CI),
        ("glab variable set KEY", Ci.GITLAB_CI),
        ("CircleCI context release", Ci.CIRCLECI),
        ("Google Cloud Build", Ci.GOOGLE_CLOUD),
        ("https://github.contoso.example/core", None),
        ("https://gitlab.contoso.example/core", None),
        ("Jenkins on build-1", None),
        ("ghost writer", None),
        ("", None),
    ],
)
def test_a_places_text_tells_its_ci(place: str, ci: Ci | None) -> None:
    assert ci_of(place) == ci


def test_a_place_that_needs_no_key_is_told_with_the_page_to_set_it_up() -> None:
    assert publishes_without_key(load("nuget.org"), "GitHub Actions") == (
        "nuget.org lets GitHub Actions publish without a key (trusted publishing)."
        " Set it up at https://www.nuget.org/account/trustedpublishing"
    )
    said = publishes_without_key(load("pypi"), "GitLab CI", HOSTS.get)
    assert said is not None
    assert said.endswith("Set it up at https://pypi.invalid/manage/account/publishing/")


def test_without_a_known_host_the_sentence_stands_alone() -> None:
    said = publishes_without_key(load("npm"), "CircleCI", lambda _name: None)
    assert said == "npm lets CircleCI publish without a key (trusted publishing)."


@pytest.mark.parametrize(
    ("registry", "place"),
    [
        ("nuget.org", "GitLab CI"),
        ("nuget.org", "my laptop"),
        ("own-feed", "GitHub Actions"),
        ("rubygems", "CircleCI"),
    ],
)
def test_a_place_the_registry_does_not_know_needs_its_key(registry: str, place: str) -> None:
    assert publishes_without_key(load(registry), place) is None


def test_the_public_registries_that_offer_it() -> None:
    offering = [profile.id for profile in known() if profile.trusted_publishing]
    assert offering == ["nuget.org", "crates.io", "pypi", "testpypi", "npm", "rubygems"]
