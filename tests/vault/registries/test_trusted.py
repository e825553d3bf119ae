from __future__ import annotations

from datetime import UTC, datetime

import pytest

from vault.keys.glob import Glob
from vault.keys.grant import Grant
from vault.keys.key import Key
from vault.keys.lifetime import Lifetime
from vault.keys.place import Place
from vault.registries.hosts import HostReader
from vault.registries.loader import known, load
from vault.registries.trusted import (
    Ci,
    Keyless,
    ask_keyless,
    ci_of,
    keyless_places,
    publishes_without_key,
    say_places,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
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
        ("Secret of GitHub. Ask Ada", Ci.GITHUB_ACTIONS),
        ("gh secret set KEY --repo github.com/contoso/core", Ci.GITHUB_ACTIONS),
        ("gh secret set KEY -R contoso/Contoso.Core", Ci.GITHUB_ACTIONS),
        ("gh secret set KEY --repo github.contoso.example/contoso/core", None),
        ("gh secret set KEY -R git.contoso.example/contoso/core", None),
        ("GitLab variable at https://gitlab.contoso.example/core", None),
        ("CircleCI of github.com/contoso/core", None),
        ("Azure Pipelines of GitHub contoso/core", None),
        ("Jenkins job github-release", None),
        ("", None),
    ],
)
def test_a_places_text_tells_its_ci(place: str, ci: Ci | None) -> None:
    assert ci_of(place) == ci


def key_for(registry: str, *actions: str, places: tuple[Place, ...] = ()) -> Key:
    grants = tuple(Grant(action, Glob("*")) for action in actions)
    return Key("1", "ci", registry, "contoso", grants, Lifetime(NOW), places=places)


def at(
    registry: str, where: str, action: str, *, host_of: HostReader = HOSTS.get
) -> Keyless | None:
    """What is said of a CI's secret there, of a key that may do this."""
    place = Place("ci-secret", where)
    return publishes_without_key(load(registry), key_for(registry, action), place, host_of)


def test_a_place_that_needs_no_key_is_told_with_the_page_to_set_it_up() -> None:
    said = at("nuget.org", "GitHub Actions", "push-version")
    assert said is not None
    assert said.page == "https://www.nuget.org/account/trustedpublishing"
    assert ask_keyless([said]) == (
        "Do you need a key at GitHub Actions at all?"
        " nuget.org lets GitHub Actions publish without a key (trusted publishing)."
        " Set it up at https://www.nuget.org/account/trustedpublishing"
    )
    said = at("pypi", "GitLab CI", "upload")
    assert said is not None
    assert ask_keyless([said]).endswith(
        "Set it up at https://pypi.invalid/manage/account/publishing/"
    )


def test_without_a_known_host_the_sentence_stands_alone() -> None:
    said = at("npm", "CircleCI", "read-write", host_of=lambda _name: None)
    assert said is not None
    assert said.page == ""
    assert ask_keyless([said]).endswith("publish without a key (trusted publishing).")


@pytest.mark.parametrize(
    ("registry", "where", "action"),
    [
        ("nuget.org", "GitLab CI", "push"),
        ("nuget.org", "my laptop", "push"),
        ("own-feed", "GitHub Actions", "push"),
        ("rubygems", "CircleCI", "push"),
        ("nuget.org", "GitHub Actions", "unlist"),
        ("crates.io", "GitHub Actions", "yank"),
        ("crates.io", "GitHub Actions", "publish-new"),
        ("nuget.org", "GitHub Actions", "no such action"),
    ],
)
def test_what_cannot_be_done_without_a_key_is_not_said(
    registry: str, where: str, action: str
) -> None:
    assert at(registry, where, action) is None


def test_the_places_of_a_key_that_could_do_without_it() -> None:
    places = (
        Place("file", "~/src/github/NuGet.Config"),
        Place("person", "Ada of GitHub"),
        Place("ci-secret", "GitHub contoso/waived", waived=NOW),
        Place("ci-secret", "core", "gh secret set NUGET_KEY -R contoso/core"),
        Place("ci-secret", "GitLab CI of contoso/core"),
        Place("ci-secret", "GitHub contoso/web"),
    )
    found = keyless_places(load("nuget.org"), key_for("nuget.org", "push", places=places))
    assert [one.place.where for one in found] == ["core", "GitHub contoso/web"]
    assert say_places(found) == "core and 1 more"
    assert say_places(found[:1]) == "core"
    assert ask_keyless([]) == ""


def test_the_public_registries_that_offer_it() -> None:
    offering = [profile.id for profile in known() if profile.trusted_publishing]
    assert offering == ["nuget.org", "crates.io", "pypi", "testpypi", "npm", "rubygems"]
