"""Trusted publishing: a registry that knows a CI job by itself needs no key from it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from vault.keys.grant import Operation
from vault.registries.hosts import Address, HostReader, configured_host, resolve

if TYPE_CHECKING:
    from vault.keys.key import Key
    from vault.keys.place import Place
    from vault.registries.profile import Profile


class Ci(StrEnum):
    """A CI service whose jobs a registry can know; written so in a profile."""

    GITHUB_ACTIONS = "GitHub Actions"
    GITLAB_CI = "GitLab CI"
    CIRCLECI = "CircleCI"
    GOOGLE_CLOUD = "Google Cloud"
    ACTIVESTATE = "ActiveState"


_MARKS: tuple[tuple[Ci | None, re.Pattern[str]], ...] = (
    (Ci.GITLAB_CI, re.compile(r"\bgitlab\b|\bglab\b", re.IGNORECASE)),
    (Ci.GITHUB_ACTIONS, re.compile(r"\bgithub\b|\bgh secret\b", re.IGNORECASE)),
    (Ci.CIRCLECI, re.compile(r"\bcircle ?ci\b", re.IGNORECASE)),
    (Ci.GOOGLE_CLOUD, re.compile(r"\bgoogle cloud\b|\bcloud build\b|\bgcloud\b", re.IGNORECASE)),
    (Ci.ACTIVESTATE, re.compile(r"\bactivestate\b", re.IGNORECASE)),
    (
        None,
        re.compile(
            r"\bjenkins|\bteamcity\b|\btravis\b|\bappveyor\b|\bbitbucket\b|\bbuildkite\b|\bbamboo\b"
            r"|\bazure\b|\baz pipelines\b|\bdev\.azure\.com\b|\bcodebuild\b|\bwoodpecker\b"
            r"|\bdrone\b|\bsemaphore\b|\bcodeberg\b|\bgitea\b|\bforgejo\b",
            re.IGNORECASE,
        ),
    ),
    (None, re.compile(r"\b(?:github|gitlab)\.(?!com\b)\w", re.IGNORECASE)),
    (
        None,
        re.compile(r"(?:-R|--repo)[ =]?(?!(?i:git(?:hub|lab)\.com/))[\w-]+\.[\w.-]+/[^/\s]+/\S"),
    ),
)
"""What in a place's text gives its CI away; None is one that no registry knows, such as a GitHub or
GitLab of one's own: the registries know the public ones only."""


class TrustedPublishing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How to publish without a key, as a profile writes it.

    Attributes:
        page: Where to set it up; it may hold a host's placeholder.
        accepts: The CIs the registry knows.
        note: What it asks for beside, in one sentence.
    """

    page: Address
    accepts: tuple[Ci, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Keyless:
    """A place whose jobs could publish without the key that is installed there.

    Attributes:
        registry: The registry's title.
        ci: Whose jobs.
        page: Where to set it up, or "" if its host is not known here.
        place: The place.
    """

    registry: str
    ci: Ci
    page: Address
    place: Place

    @property
    def sentence(self) -> str:
        """That they could, in one sentence without names of the user's."""
        return f"{self.registry} lets {self.ci} publish without a key (trusted publishing)."


def ci_of(place: str) -> Ci | None:
    """The CI that a place's text names: `GitHub Actions of contoso/core`, a URL, a command.

    None if it names none that a registry may know, and if it names two: `CircleCI of
    github.com/contoso/core` does not say by itself whose jobs publish.
    """
    named = {ci for ci, mark in _MARKS if mark.search(place)}
    return named.pop() if len(named) == 1 else None


def publishes_version(profile: Profile, actions: Iterable[str]) -> bool:
    """Whether any of these actions lets new versions out, which is what trusted publishing does.

    Args:
        profile: The registry.
        actions: Ids of its actions.
    """
    table = profile.action_table
    return any(
        Operation.PUBLISH_VERSION in table[name].permits for name in actions if name in table
    )


def publishes_without_key(
    profile: Profile, key: Key, place: Place, host_of: HostReader = configured_host
) -> Keyless | None:
    """What to say of a place if a job there could publish without the key, else None.

    Args:
        profile: The key's registry.
        key: The key; one that cannot publish is needed for what it does.
        place: Where it is installed; only a CI's secret can be done without, and one that was
            waived is done without.
        host_of: Answers hosts that are not written in a profile.
    """
    offer = profile.trusted_publishing
    if offer is None or place.kind != "ci-secret" or place.waived is not None:
        return None
    ci = ci_of(f"{place.where} {place.command}")
    if ci is None or ci not in offer.accepts or not publishes_version(profile, key.actions):
        return None
    return Keyless(profile.title, ci, resolve(offer.page, host_of) or "", place)


def keyless_places(
    profile: Profile, key: Key, host_of: HostReader = configured_host
) -> tuple[Keyless, ...]:
    """The places of a key whose jobs could publish without it, in order.

    Args:
        profile: Its registry.
        key: The key.
        host_of: Answers hosts that are not written in a profile.
    """
    found = (publishes_without_key(profile, key, place, host_of) for place in key.places)
    return tuple(filter(None, found))


def say_places(found: Sequence[Keyless]) -> str:
    """The first of these places, and how many more there are."""
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    return f"{found[0].place.where}{more}"


def ask_keyless(found: Sequence[Keyless]) -> str:
    """One line that asks whether a key is needed at these places; "" if there is none."""
    if not found:
        return ""
    page = f" Set it up at {found[0].page}" if found[0].page else ""
    return f"Do you need a key at {say_places(found)} at all? {found[0].sentence}{page}"
