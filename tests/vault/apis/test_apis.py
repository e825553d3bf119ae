from __future__ import annotations

import subprocess
import sys

import pytest

from tests.vault.apis.own import own_api, own_profile
from vault.apis import api_of
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
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (own := __import__("pathlib").Path(str(tmp_path)) / ".npmrc").write_text(
        "registry=https://mirror.contoso.example/\n"
    )
    assert own.exists()
    assert api_of(load("npm")) is None


def test_a_profile_of_ones_own_says_where_its_server_is() -> None:
    api = own_api("gitlab-pat", "https://git.contoso.example/api/v4/")
    assert api.address == "https://git.contoso.example/api/v4"
    assert api.title == "ours"


def test_a_profile_of_ones_own_without_an_address_has_no_api() -> None:
    profile = parse_profile('base = "gitlab-pat"\n', "ours.toml")
    assert api_of(profile) is None


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


def test_the_profile_is_the_one_that_was_given() -> None:
    assert own_profile("hex", "https://hex.contoso.example").api is not None
