from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.vault.apis.own import own_api, own_profile
from vault.apis import api_of
from vault.errors import ProfileError
from vault.registries.hosts import configured_host
from vault.registries.loader import known, load, parse_profile


def test_the_registries_that_make_keys_through_an_api() -> None:
    has = {profile.id for profile in known() if profile.api is not None}
    assert has == {"gitlab-pat", "gitlab-project", "gitea", "rubygems", "npm", "hex"}


@pytest.mark.parametrize(
    ("base", "address"),
    [
        ("gitlab-pat", "https://gitlab.com/api/v4"),
        ("gitlab-project", "https://gitlab.com/api/v4"),
        ("rubygems", "https://rubygems.org"),
        ("hex", "https://hex.pm/api"),
    ],
)
def test_a_public_registry_is_asked_at_its_own_address(base: str, address: str) -> None:
    api = api_of(load(base))
    assert api is not None
    assert api.address == address
    assert api.warning == ""


@pytest.mark.parametrize("registry", ["gitea", "npm", "nuget.org", "gitlab-deploy"])
def test_without_an_api_or_an_address_there_is_none(registry: str) -> None:
    assert api_of(load(registry), lambda _: None) is None


def test_npms_own_address_is_not_what_a_mirror_is_configured_as(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".npmrc").write_text("registry=https://mirror.contoso.example/\n")
    assert configured_host("npm-host") == "mirror.contoso.example"
    assert api_of(load("npm")) is None


def test_a_profile_of_ones_own_says_where_its_server_is() -> None:
    api = own_api("gitlab-pat", "https://git.contoso.example/api/v4/")
    assert api.address == "https://git.contoso.example/api/v4"
    assert api.title == "ours"


def test_a_profile_of_ones_own_without_an_address_has_no_api() -> None:
    profile = parse_profile('base = "gitlab-pat"\n', "ours.toml")
    assert api_of(profile) is None


def test_a_profile_in_its_bases_place_with_another_server_sends_no_key_to_the_bases_api() -> None:
    moved = 'base = "gitlab-pat"\naddresses = ["https://git.contoso.example/"]\n'
    assert api_of(parse_profile(moved, "gitlab-pat.toml")) is None
    kept = api_of(parse_profile('base = "gitlab-pat"\n', "gitlab-pat.toml"))
    assert kept is not None
    assert kept.address == "https://gitlab.com/api/v4"


def test_a_server_without_encryption_is_warned_of() -> None:
    assert "not encrypted" in own_api("gitea", "http://git.contoso.example/api/v1").warning


def test_no_network_library_is_loaded_before_a_call() -> None:
    code = (
        "import sys; from vault.apis import api_of; from vault.registries.loader import load;"
        "api_of(load('gitlab-pat'));"
        "print([name for name in ('http.client', 'ssl', 'truststore') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


@pytest.mark.parametrize(
    "address",
    [
        "gitlab.contoso.example",
        "ftp://gitlab.contoso.example",
        "https://me:word@gitlab.contoso.example",
        "https://gitlab.contoso.example/?key=1",
        "https://gitlab.contoso.example/a b",
        "https://",
    ],
)
def test_an_address_that_cannot_be_one_is_refused_with_file_and_line(address: str) -> None:
    with pytest.raises(ProfileError, match=r"ours\.toml: line \d: api: address must be"):
        own_profile("gitlab-pat", address)
