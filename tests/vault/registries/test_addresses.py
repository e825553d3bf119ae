from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from vault.registries.addresses import profile_for, profiles_for
from vault.registries.hosts import host_from, npm_urls, resolve
from vault.registries.loader import known, known_at
from vault.registries.profile import Profile

HOSTS = {"pypi-host": "pypi.invalid", "npm-host": "npm.invalid", "testpypi-host": "test.invalid"}


@pytest.mark.parametrize(
    ("address", "registry"),
    [
        ("https://api.nuget.org/v3/index.json", "nuget.org"),
        ("https://API.NuGet.org:443/v3/index.json", "nuget.org"),
        ("https://www.nuget.org/api/v2/package", "nuget.org"),
        ("sparse+https://index.crates.io/", "crates.io"),
        ("https://github.com/rust-lang/crates.io-index", "crates.io"),
        ("https://github.com/contoso/tool.git", "github-fine-grained"),
        ("https://upload.pypi.invalid/legacy/", "pypi"),
        ("https://test.invalid/legacy/", "testpypi"),
        ("https://registry.npm.invalid", "npm"),
        ("https://index.docker.io/v1/", "dockerhub"),
        ("https://rubygems.org", "rubygems"),
    ],
)
def test_an_address_tells_its_registry(address: str, registry: str) -> None:
    found = profile_for(address, HOSTS.get)
    assert found is not None
    assert found.id == registry


@pytest.mark.parametrize(
    "address",
    [
        "http://api.nuget.org/v3/index.json",
        "https://api.nuget.org:8443/v3/index.json",
        "https://api.nuget.org.evil.invalid/v3/index.json",
        "https://api.nuget.org@evil.invalid/",
        "https://evil.invalid/https://api.nuget.org/",
        "https://evil.invalid\\@api.nuget.org/",
        "https://crates.io-index.invalid/",
        "ftp://crates.io/",
        "https://[bad/",
        "https://crates.io:notaport/",
        "https://api.nuget.org\x1b[31m/",
        "crates.io",
        "",
    ],
)
def test_an_address_that_only_looks_like_one_is_nobodys(address: str) -> None:
    assert profile_for(address, HOSTS.get) is None


def test_an_address_of_several_registries_tells_them_all_in_their_order() -> None:
    found = profiles_for("https://gitlab.com/api/v4/projects/7/packages/npm/")
    assert [profile.id for profile in found] == ["gitlab-pat", "gitlab-project", "gitlab-deploy"]
    assert profile_for("https://gitlab.com/api/v4/projects/7/packages/npm/") is found[0]


def test_the_longest_beginning_leaves_out_what_is_above_it() -> None:
    found = profiles_for("https://github.com/rust-lang/crates.io-index")
    assert [profile.id for profile in found] == ["crates.io"]


def test_a_path_is_left_by_no_dots() -> None:
    address = "https://github.com/rust-lang/crates.io-index/../../contoso"
    assert profile_for(address, HOSTS.get) is None


def test_without_a_configured_host_no_address_is_its() -> None:
    assert profile_for("https://pypi.invalid/legacy/", lambda _name: None) is None


def test_npms_host_is_the_one_its_configuration_names(tmp_path: Path) -> None:
    npmrc = tmp_path / ".npmrc"
    npmrc.write_text(
        'registry=https://old.invalid/\n; x\nregistry = "https://registry.npm.invalid"\n'
    )
    assert host_from(npm_urls([tmp_path / "absent", npmrc])) == "npm.invalid"


@pytest.mark.parametrize("profile", known(), ids=lambda profile: profile.id)
def test_a_profile_is_among_those_of_each_of_its_hosts(profile: Profile) -> None:
    for written in profile.addresses:
        host = urlsplit(resolve(written, lambda name: f"{name}.invalid") or "").hostname
        assert host
        assert profile in known_at(host)


def test_who_asks_for_one_host_reads_few_profiles() -> None:
    assert len(known_at("rubygems.org")) < len(known()) / 2
