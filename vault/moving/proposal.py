"""What is known of a found key before anyone is asked, and what would be a guess."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from vault.errors import ValueRefusedError
from vault.keys.duration import format_duration
from vault.keys.formats.recognise import recognise
from vault.keys.formats.recognition import Outcome, Recognition
from vault.keys.grant import grants_for
from vault.keys.key import MAX_NAME, Draft, check_name, check_note, check_owner, name_key
from vault.keys.lifetime import Lifetime
from vault.moving.found import Found
from vault.registries.addresses import profile_for
from vault.registries.lifetimes import NEVER
from vault.registries.loader import known
from vault.registries.profile import Profile
from vault.text import printable_problem


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose key it is.

    Attributes:
        profile: The registry that honours it, by its format or by the place it is for; None if
            neither says.
        recognition: What it looks like, to that registry.
    """

    profile: Profile | None
    recognition: Recognition


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A setting before anyone is asked.

    Attributes:
        text: As a user would type it; "" if nothing can be proposed.
        sure: Whether the key or the place it lies in says so, or there is no other choice.
    """

    text: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a key as a user types them; see `keyfob new`."""

    name: str
    owner: str
    scope: tuple[str, ...]
    glob: tuple[str, ...]
    expires: str
    note: str = ""


def identify(found: Found) -> Identity:
    """Whose key it is: its format comes before the place it is for, unless that honours it too."""
    value = found.secret.reveal()
    seen = recognise(value)
    profiles = {profile.id: profile for profile in known()}
    named = profiles.get(found.registry) or (profile_for(found.address) if found.address else None)
    issuer = None if seen.verdict is Outcome.UNKNOWN else profiles.get(seen.registry or "")
    if issuer is None or (named and (named.any_format or issuer.id in named.takes_from)):
        issuer = named or issuer
    return Identity(issuer, seen if issuer is None else issuer.recognise(value))


def suggest_name(found: Found, profile: Profile | None, taken: Collection[str]) -> Suggestion:
    """A name no other key has: what the source calls it, else the registry's id.

    Args:
        found: The key.
        profile: Its registry, if known.
        taken: Names that are not free.
    """
    title = found.title.strip()
    if profile is not None and profile.addresses and title in found.address:
        title = ""  # a host: the registry's id says more
    plain = 0 < len(title) <= MAX_NAME - 4 and "/" not in title and printable_problem(title) is None
    base = title if plain else (profile.id if profile else "key")
    used = {name_key(name) for name in taken}
    name, number = base, 1
    while name_key(name) in used:
        number += 1
        name = f"{base}-{number}"
    return Suggestion(name, sure=True)


def suggest_scope(profile: Profile) -> Suggestion:
    """The action, if its registry offers one only; else its first, as a guess."""
    offered = profile.offered
    return Suggestion(offered[0].id, sure=len(offered) == 1)


def suggest_glob(profile: Profile, recognition: Recognition, owner: str) -> Suggestion:
    """The packages the key itself names; else the registry's example, as a guess."""
    if recognition.projects:
        return Suggestion(", ".join(recognition.projects), sure=True)
    return Suggestion(profile.glob_example(owner), sure=False)


def suggest_expires(profile: Profile, recognition: Recognition) -> Suggestion:
    """When it ends, if the key says so or its registry ends none; else a guess."""
    if recognition.expires is not None:
        return Suggestion(recognition.expires.isoformat(), sure=True)
    default = profile.lifetimes.default
    if default is None:
        return Suggestion(NEVER, sure=True)
    return Suggestion(format_duration(default), sure=False)


def make_draft(
    profile: Profile, recognition: Recognition, settings: Settings, created: datetime
) -> tuple[Draft, str]:
    """The checked settings of a key, and a sentence about its lifetime or "".

    Args:
        profile: Its registry.
        recognition: What the key says of itself; its own dates count.
        settings: As typed.
        created: When it was made, as far as is known.

    Raises:
        ValueRefusedError: A setting breaks the registry's rules.
    """
    name, owner = check_name(settings.name), check_owner(settings.owner)
    actions = profile.parse_actions(settings.scope, offered_only=False)
    grants = grants_for(actions, profile.parse_globs(settings.glob))
    lifetime, note = _lifetime(profile, recognition, settings.expires, created)
    return Draft(name, profile.id, owner, grants, lifetime, check_note(settings.note)), note


def _lifetime(
    profile: Profile, recognition: Recognition, expires: str, created: datetime
) -> tuple[Lifetime, str]:
    if recognition.expires is None:
        return profile.parse_lifetime(expires, recognition.created or created)
    made = recognition.created or created
    if made >= recognition.expires:
        raise ValueRefusedError(
            "The key says that it ended before it can have been made.", "Give its --created."
        )
    return Lifetime(made, recognition.expires), ""
