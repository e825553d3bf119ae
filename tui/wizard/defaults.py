"""What the wizard proposes: from the keys already there, and never more than is needed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import structs

from vault.errors import NameTakenError, ValueRefusedError
from vault.keys.grant import Operation
from vault.keys.key import Key, check_name, name_key
from vault.registries.loader import known, load
from vault.registries.profile import Profile

USUAL_REGISTRY = "nuget.org"
"""Proposed while the vault is empty."""


def registries_by_use(keys: Sequence[Key]) -> list[Profile]:
    """Every registry keyfob knows: those of the newest keys first, then the usual one."""
    newest = sorted(keys, key=lambda key: key.lifetime.created, reverse=True)
    order = dict.fromkeys([*(key.registry for key in newest), USUAL_REGISTRY])
    rank = {name: at for at, name in enumerate(order)}
    return sorted(known(), key=lambda profile: rank.get(profile.id, len(rank)))


def owners_by_use(keys: Sequence[Key], registry: str) -> list[str]:
    """The owners of this registry's keys that can be used again, the one used last first."""
    newest = sorted(keys, key=lambda key: key.lifetime.created, reverse=True)
    owners = dict.fromkeys(key.owner for key in newest if key.registry == registry)
    return [owner for owner in owners if owner.isprintable()]


def suggest_name(profile: Profile, keys: Sequence[Key]) -> str:
    """A free name such as `nuget-contoso-1`: the registry, its last owner, a number."""
    owner = next(iter(owners_by_use(keys, profile.id)), "")
    stem = "-".join(filter(None, (_word(profile.id.split(".")[0]), _word(owner)[:24])))
    taken = {name_key(key.name) for key in keys}
    number = 1
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"


def check_free(text: str, keys: Sequence[Key], *, own: str = "") -> str:
    """A name that no other key has, trimmed.

    Args:
        text: As typed.
        keys: The keys of the vault.
        own: Id of the key that may keep its name.

    Raises:
        ValueRefusedError: It is no name.
        NameTakenError: Another key has it.
    """
    name = check_name(text)
    wanted = name_key(name)
    for key in keys:
        if key.id != own and name_key(key.name) == wanted:
            raise NameTakenError(f"A key called {key.name!r} exists already.", "Pick another name.")
    return name


def least_actions(profile: Profile) -> tuple[str, ...]:
    """The action that lets a new version out and permits the least beside it.

    If the registry has none, the one that permits the least; none if what lets packages out there
    is nothing to propose.
    """
    offered = [row for row in profile.action_rows if row.offered]
    letting = [row for row in offered if Operation.PUBLISH_VERSION in row.permits]
    proposed = [row for row in letting or offered if row.proposed]
    least = min(proposed, key=lambda row: len(row.permits), default=None)
    return () if least is None else (least.id,)


def _word(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def profile_of(key: Key) -> Profile:
    """The profile of a key's registry; one that keyfob does not know is treated as a feed."""
    try:
        return load(key.registry)
    except ValueRefusedError:
        return structs.replace(load("own-feed"), id=key.registry, title=key.registry)
