"""The steps of a rotation, in the order that the registry's own rule asks for.

Where the old value dies at once (`regenerate`) nothing is to be done about it afterwards. Where the
old and the new one work side by side (`replace`, `clone`), the old one is ended last, once the new
one is everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from vault.keys.key import Draft, Key
from vault.keys.place import Place, places_behind
from vault.registries.form import FormField
from vault.registries.hosts import HostReader, configured_host
from vault.registries.profile import Profile

StepKind: TypeAlias = Literal["make", "paste", "replace", "retire"]
"""Make the new value at the registry, take it in, replace it at one place, end the old one."""

_MAKE = {
    "regenerate": "Regenerate the key",
    "replace": "Make a new key",
    "clone": "Make a new key from this one's settings",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Attributes:
        kind: What sort of step it is.
        sentence: What to do, without a full stop.
        page: Where at the registry, or "".
        fields: What to fill in there; where the same key goes on, what tells it from others.
        place: For `replace`: the place.
    """

    kind: StepKind
    sentence: str
    page: str = ""
    fields: tuple[FormField, ...] = ()
    place: Place | None = None


def steps(
    key: Key, profile: Profile, now: datetime, host_of: HostReader = configured_host
) -> tuple[Step, ...]:
    """Every step of a rotation that is about to begin.

    Args:
        key: The key, with its present secret.
        profile: Its registry.
        now: The current time.
        host_of: Answers hosts that are not written in a profile.
    """
    draft = Draft(
        key.name, key.registry, key.owner, key.grants, key.lifetime.renewed(now), key.note
    )
    found = [_make(key, profile, draft, host_of), _paste(profile)]
    found += [_replace(place) for place in key.places]
    if leaves_old(key, profile, now):
        found.append(_retire(key, profile, host_of))
    return tuple(found)


def remaining(
    key: Key, profile: Profile | None, host_of: HostReader = configured_host
) -> tuple[Step, ...]:
    """What is left of a rotation: the places that are behind, then the old value.

    Args:
        key: The key, with its new secret.
        profile: Its registry, or None if keyfob does not know it here.
        host_of: Answers hosts that are not written in a profile.
    """
    found = [_replace(place) for place in places_behind(key)]
    if key.retire is not None:
        found.append(_retire(key, profile, host_of))
    return tuple(found)


def leaves_old(key: Key, profile: Profile, now: datetime) -> bool:
    """Whether the key's present secret goes on working at the registry once it is rotated."""
    return profile.rotation.kind != "regenerate" and not key.lifetime.state(now).dead


def _make(key: Key, profile: Profile, draft: Draft, host_of: HostReader) -> Step:
    if profile.secret_source == "generated":  # noqa: S105 - a kind, no secret
        return Step("make", f"Let {profile.title} accept the secret that keyfob makes")
    which: Literal["create", "manage"] = (
        "create" if profile.rotation.kind == "replace" else "manage"
    )
    fields = profile.fields_for(draft)
    same = profile.rotation.kind == "regenerate"  # the others are as they were
    return Step(
        "make",
        f"{_MAKE[profile.rotation.kind]} at {profile.title}",
        profile.page(which, host_of, key=key) or "",
        fields[:1] if same else fields,
    )


def _paste(profile: Profile) -> Step:
    made = profile.secret_source == "generated"  # noqa: S105 - a kind, no secret
    return Step("paste", "keyfob makes the new secret" if made else "Paste the new value")


def _replace(place: Place) -> Step:
    return Step("replace", f"Replace it at {place.where}", place=place)


def _retire(key: Key, profile: Profile | None, host_of: HostReader) -> Step:
    title = key.registry if profile is None else profile.title
    page = None if profile is None else profile.page("manage", host_of, key=key)
    return Step("retire", f"Revoke or delete the old value at {title}", page or "")
