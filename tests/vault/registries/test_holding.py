from __future__ import annotations

import pytest

from vault.registries.holding import holds, is_for, may_name
from vault.registries.loader import known, load

OF_MANY_KINDS = frozenset(
    {
        *("github-packages", "gitlab-pat", "gitlab-project", "gitlab-deploy", "gitea"),
        *("azure-artifacts", "proget", "own-feed"),
    }
)
OF_DOTNET = frozenset({"nuget.org", "bagetter", "nexus", "nuget.server"})
REPOSITORIES = frozenset({"github-fine-grained", "dockerhub"})


def test_registries_hold_what_their_profiles_say() -> None:
    assert holds(load("crates.io"), "cargo")
    assert not holds(load("crates.io"), "python")
    assert holds(load("own-feed"), "python")
    assert not holds(load("github-fine-grained"), "cargo")
    assert not holds(load("dockerhub"), "python")
    assert is_for(load("dockerhub"), "docker")
    assert not is_for(load("dockerhub"), "git")


@pytest.mark.parametrize(
    ("package_id", "registries"),
    [
        # No crate has a dot, and no repository is without an account.
        (
            "Contoso.Core",
            OF_MANY_KINDS | OF_DOTNET | {"npm", "pypi", "testpypi", "rubygems", "hex"},
        ),
        ("_contoso", OF_MANY_KINDS | OF_DOTNET | {"npm", "rubygems", "hex"}),
        ("@contoso/tool", OF_MANY_KINDS | {"npm"}),
        ("contoso/tool", OF_MANY_KINDS | {"npm"} | REPOSITORIES),
        ("Contoso*", frozenset()),
        ("Contoso Core", frozenset()),
    ],
)
def test_a_name_is_for_the_registries_whose_grammar_takes_it(
    package_id: str, registries: frozenset[str]
) -> None:
    assert {profile.id for profile in known() if may_name(profile, package_id)} == registries
