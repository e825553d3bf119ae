"""Registries' APIs: what keyfob can have a registry do for a key, without its page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from vault.registries.hosts import HostReader, publishing_host
from vault.registries.profile import Profile

if TYPE_CHECKING:  # loaded where a registry has one
    from vault.apis.base import RegistryApi


def api_of(profile: Profile, host_of: HostReader = publishing_host) -> RegistryApi | None:
    """The API of a registry, or None if it has none, or nobody says where it is.

    Nothing is sent, and no network library is loaded, before one of its calls is made.

    Args:
        profile: The registry.
        host_of: Answers hosts that are not written in a profile.
    """
    address = None if profile.api is None else profile.api.at(host_of)
    if profile.api is None or address is None:
        return None
    from vault.apis.gitea import Gitea
    from vault.apis.gitlab import GitLab, GitLabProject
    from vault.apis.hexpm import Hex
    from vault.apis.npm import Npm
    from vault.apis.rubygems import RubyGems
    from vault.apis.sending import Server

    kinds: dict[str, Callable[[Server, Profile], RegistryApi]] = {
        "gitlab": GitLab,
        "gitlab-project": GitLabProject,
        "gitea": Gitea,
        "rubygems": RubyGems,
        "npm": Npm,
        "hex": Hex,
    }
    return kinds[profile.api.kind](Server(profile.title, address), profile)
