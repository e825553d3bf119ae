"""What holds for every profile that comes with keyfob: keys, lifetimes, globs, pages, addresses."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from vault.errors import ValueRefusedError
from vault.keys.formats.recognition import Outcome
from vault.keys.grant import grants_for
from vault.keys.key import Draft
from vault.registries.addresses import profiles_for
from vault.registries.hosts import resolve
from vault.registries.loader import known, load
from vault.registries.profile import Profile

NOW = datetime(2026, 11, 22, 12, 34, 56, tzinfo=UTC)
EXAMPLES = {
    "nuget.org": "oy2iuvoucviouojnrbzaqxjewdop3yseppnqlewvavhupm",
    "crates.io": "cioEXAMPLEexample0000EXAMPLEexample",
    "pypi": "pypi-AgEIcHlwaS5vcmcCJDAwMDAwMDAwLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDAwMAACKlszLCIwMDAw"
    "MDAwMC0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwMDIiXQAABiBa86S3d8ZBga3cOeEOb49YUBZLxG-SkajBSS1uFXlRDg",
    "testpypi": "pypi-AgENdGVzdC5weXBpLm9yZwIkMDAwMDAwMDAtMDAwMC00MDAwLTgwMDAtMDAwMDAwMDAwMDAwAAIq"
    "WzMsIjAwMDAwMDAwLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDAwMiJdAAAGIFrzpLd3xkGBrdw54Q5vj1hQFkvEb5KRqMF"
    "JLW4VeVEO",
    "npm": "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",
    "rubygems": "rubygems_0123456789abcdef0123456789abcdef0123456789abcdef",
    "github-fine-grained": "github_pat_1EXAMPLEEXAMPLEEXAMPLE_" + "EXAMPLE" * 8 + "EXA",
    "github-packages": "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",
    "dockerhub": "dckr_pat_EXAMPLEexample0000EXAMPLEex",
    "hex": "0123456789abcdef0123456789abcdef",
    "gitlab-pat": "glpat-EXAMPLEexample000000",
    "gitlab-project": "glpat-EXAMPLEexample000000",
    "gitlab-deploy": "gldt-EXAMPLEexample000000",
    "azure-artifacts": "a" * 52 + "JQQJ99AL" + "A" * 16 + "AZDO2kgE",
    "gitea": "0123456789abcdef0123456789abcdef01234567",
    "bagetter": "whatever the server was told",
    "nexus": "36aafd87-44d7-423b-adb9-ed01493aeb75",
    "proget": "0123456789abcdef0123456789abcdef01234567",
    "nuget.server": "whatever the server was told",
    "own-feed": "whatever the server was told",
}
HOSTS = {"pypi-host": "pypi.invalid", "testpypi-host": "test.invalid", "npm-host": "npm.invalid"}

every_profile = pytest.mark.parametrize("profile", known(), ids=lambda profile: profile.id)


def draft(profile: Profile, glob: str = "", owner: str = "contoso") -> Draft:
    actions = profile.parse_actions([profile.offered[0].id])
    globs = profile.parse_globs([glob or profile.glob_example(owner)])
    text = "never" if profile.lifetimes.never_ok else "7d"
    life, _ = profile.parse_lifetime(text, NOW)
    return Draft("CI & co", profile.id, owner, grants_for(actions, globs), life)


@every_profile
def test_its_key_is_recognised_as_its_own(profile: Profile) -> None:
    found = profile.recognise(EXAMPLES[profile.id])
    expected = Outcome.UNKNOWN if " " in EXAMPLES[profile.id] else Outcome.OK
    assert found.verdict is expected, found
    assert "is not" not in found.note


@every_profile
def test_a_key_of_another_registry_is_told_from_it(profile: Profile) -> None:
    other = EXAMPLES["npm" if profile.id == "nuget.org" else "nuget.org"]
    foreign = profile.recognise(other).verdict is Outcome.OTHER_REGISTRY
    assert foreign is not profile.any_format


@every_profile
def test_every_length_it_offers_is_one_it_takes(profile: Profile) -> None:
    rules = profile.lifetimes
    for length in (*rules.options, *filter(None, (rules.default, rules.maximum))):
        life, _ = profile.parse_lifetime(f"{length.days}d", NOW)
        assert life.expires is not None
        assert life.expires <= NOW + length
    if rules.maximum is not None:
        with pytest.raises(ValueRefusedError):
            profile.parse_lifetime(f"{rules.maximum.days + 2}d", NOW)


def test_a_registry_that_counts_days_ends_a_key_before_its_last_one() -> None:
    gitlab = load("gitlab-pat")
    life, _ = gitlab.parse_lifetime("30d", NOW)
    assert life.expires == datetime(2026, 12, 22, tzinfo=UTC)
    exact, _ = gitlab.parse_lifetime("2026-12-24", NOW)
    assert exact.expires == datetime(2026, 12, 24, tzinfo=UTC)
    with pytest.raises(ValueRefusedError, match="end before it begins"):
        gitlab.parse_lifetime("2h", NOW)


@every_profile
def test_the_fields_of_its_page_are_filled(profile: Profile) -> None:
    fields = profile.fields_for(draft(profile))
    assert bool(fields) is (profile.secret_source == "issued")
    assert all(field.value and "{" not in field.value + field.hint for field in fields)


@every_profile
def test_its_everything_is_taken_and_its_example_is_less(profile: Profile) -> None:
    assert profile.parse_globs(["*"])[0].everything
    assert not profile.parse_globs([profile.glob_example("contoso")])[0].everything


@every_profile
def test_its_pages_are_complete_for_a_key(profile: Profile) -> None:
    key = draft(profile, owner="contoso/my tool")
    for which in ("create", "manage"):
        page = profile.page(which, HOSTS.get, key=key)
        assert (page is None) is (profile.self_hosted)
        if page is not None:
            parts = urlsplit(page)
            assert parts.scheme == "https"
            assert not set("{} ") & set(page)


def test_a_page_fills_itself_in_where_it_can() -> None:
    def query(registry: str, glob: str) -> dict[str, list[str]]:
        profile = load(registry)
        page = profile.page("create", HOSTS.get, key=draft(profile, glob))
        return parse_qs(urlsplit(page or "").query)

    assert query("gitlab-pat", "contoso/*") == {"name": ["CI & co"], "scopes": ["api"]}
    assert query("github-packages", "*") == {
        "description": ["CI & co"],
        "scopes": ["write:packages"],
    }
    assert query("pypi", "contoso-docs") == {"selected_project": ["contoso-docs"]}
    assert query("pypi", "*") == {}
    assert query("nuget.org", "A.*") == {"forceApiKeys": ["true"]}


def test_a_page_of_its_owner_needs_the_key() -> None:
    azure = load("azure-artifacts")
    assert azure.page("manage") is None
    assert azure.page("manage", key=draft(azure, owner="con toso")) == (
        "https://dev.azure.com/con%20toso/_usersSettings/tokens"
    )


def test_no_address_belongs_to_two_registries_but_the_three_of_gitlab() -> None:
    gitlab = ["gitlab-pat", "gitlab-project", "gitlab-deploy"]
    for profile in known():
        for written in profile.addresses:
            address = resolve(written, HOSTS.get)
            assert address is not None
            found = [each.id for each in profiles_for(address, HOSTS.get)]
            assert found == (gitlab if profile.id in gitlab else [profile.id])


def test_a_server_of_ones_own_has_no_address_that_keyfob_could_know() -> None:
    own = [profile for profile in known() if profile.self_hosted]
    assert [profile.id for profile in own] == [
        *("gitea", "bagetter", "nexus", "proget", "nuget.server", "own-feed"),
    ]
    assert not any(profile.addresses for profile in own)
