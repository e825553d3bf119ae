"""What a registry says of a key beside what the vault believes, and where the two differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from shlex import quote

from vault.apis.base import Facts
from vault.keys.key import Key
from vault.registries.profile import Profile
from vault.text import safe

_SAME = timedelta(minutes=2)
"""Two clocks differ by less."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which registry and vault do not agree.

    Attributes:
        sentence: What each of them says.
        fix: The command that puts it right in the vault, or what to do; or "".
    """

    sentence: str
    fix: str = ""


def differences(key: Key, profile: Profile, facts: Facts) -> tuple[Difference, ...]:
    """Where registry and vault do not agree about a key; what the registry does not say is fine."""
    if not facts.active:
        return (
            Difference(
                f"{profile.title} says that {key.name} works no more.",
                f"keyfob rotate {_shell(key)} --by-hand",
            ),
        )
    return (*_scopes(key, profile, facts), *_end(key, profile, facts))


def _scopes(key: Key, profile: Profile, facts: Facts) -> Iterator[Difference]:
    if not facts.scopes:
        return
    known = {action.wire: action.id for action in profile.actions}
    there = {known.get(_wire(scope, known), "") or scope for scope in facts.scopes}
    here = set(key.actions)
    offered = " ".join(f"--scope {quote(one)}" for one in sorted(there) if one in known.values())
    fix = f"keyfob edit {_shell(key)} {offered}" if offered else ""
    more, less = sorted(there - here), sorted(here - there)
    if more:
        yield Difference(
            f"{profile.title} says that {key.name} may also: {safe(', '.join(more), 120)}.", fix
        )
    if less:
        yield Difference(
            f"{profile.title} does not say that {key.name} may: {', '.join(less)}.", fix
        )


def _wire(scope: str, known: dict[str, str]) -> str:
    """A scope as the profile writes it, without the package that some registries put behind it."""
    return scope if scope in known else scope.partition(":")[0]


def _end(key: Key, profile: Profile, facts: Facts) -> Iterator[Difference]:
    if profile.lifetimes.reminder:
        return  # its keys do not end: the vault's date is the user's own
    here, there = key.lifetime.expires, facts.expires
    if here == there or (here and there and abs(here - there) < _SAME):
        return
    told = "never" if there is None else f"on {there:%Y-%m-%d at %H:%M} UTC"
    when = "never" if there is None else f"{there:%Y-%m-%dT%H:%MZ}"
    own = "never" if here is None else f"on {here:%Y-%m-%d at %H:%M} UTC"
    yield Difference(
        f"{profile.title} says that {key.name} ends {told}; the vault says {own}.",
        f"keyfob edit {_shell(key)} --expires {when}",
    )


def _shell(key: Key) -> str:
    return quote(safe(key.name))
