"""What a registry may hold: kinds of package, names of them, or repositories instead."""

from __future__ import annotations

from collections.abc import Mapping

from vault.keys.glob import Matching, is_id
from vault.keys.kind import Kind
from vault.registries.profile import Profile

_NAMES: Mapping[Kind, Matching] = {
    "nuget": Matching.GLOB,
    "cargo": Matching.PREFIX,
    "python": Matching.PROJECT,
    "npm": Matching.SCOPE,
    "gem": Matching.EXACT,
}
"""Whose grammar the names of a kind of package follow, wherever they are published."""

_REPOSITORIES = ("git", "docker")
"""Clients that publish repositories of an account, and no packages."""


def is_for(profile: Profile, client: str) -> bool:
    """Whether keys of a registry are for git or docker: its profile lists them as a client."""
    return any(one.name == client for one in profile.clients)


def holds(profile: Profile, kind: Kind) -> bool:
    """Whether a registry may hold packages of a kind: it says so, or does not say of which."""
    return kind in profile.packages if profile.packages else not _repositories_only(profile)


def may_name(profile: Profile, package_id: str) -> bool:
    """Whether a registry may hold something of this name.

    The name must follow the registry's own grammar or that of a kind of package it holds; where it
    holds repositories only, it must have an account before it, as in `contoso/tool`. A server of
    the user's own that does not say what it holds may hold anything.
    """
    if _repositories_only(profile):
        account, slash, _ = package_id.partition("/")
        return bool(slash) and not account.startswith("@") and is_id(package_id, profile.matching)
    kinds: tuple[Kind, ...] = profile.packages
    if profile.self_hosted and not kinds:
        kinds = tuple(_NAMES)
    grammars = {profile.matching, *(_NAMES[kind] for kind in kinds)}
    return any(is_id(package_id, grammar) for grammar in grammars)


def _repositories_only(profile: Profile) -> bool:
    return not profile.packages and any(is_for(profile, client) for client in _REPOSITORIES)
