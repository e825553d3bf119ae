"""Profiles of a user's own at a server of the tests, and keys there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from vault.apis import api_of
from vault.apis.base import RegistryApi
from vault.keys.grant import grants_for
from vault.keys.key import Key
from vault.keys.lifetime import Lifetime
from vault.registries.loader import parse_profile
from vault.registries.profile import Profile

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CANARY = "made-up-canary-4f1c9a77e2b0"
"""The value that must be seen nowhere."""


def own_profile(base: str, address: str) -> Profile:
    """A user's own profile."""
    return parse_profile(f'base = "{base}"\n[api]\naddress = "{address}"\n', "ours.toml")


def own_api(base: str, address: str) -> RegistryApi:
    """The API of that profile."""
    api = api_of(own_profile(base, address))
    assert api is not None
    return api


def key_for(
    profile: Profile,
    *actions: str,
    globs: tuple[str, ...] = ("contoso",),
    owner: str = "alice",
    name: str = "ci",
) -> Key:
    """A key of 30 days as the vault has it."""
    lifetime = Lifetime(NOW, NOW + timedelta(days=30))
    grants = grants_for(actions, profile.parse_globs(globs))
    return Key("0" * 32, name, profile.id, owner, grants, lifetime)
