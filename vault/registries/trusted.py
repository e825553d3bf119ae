"""Trusted publishing: a registry that knows a CI job by itself needs no key from it."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from vault.registries.hosts import HostReader, configured_host, resolve

if TYPE_CHECKING:
    from vault.registries.profile import Profile


class Ci(StrEnum):
    """A CI service whose jobs a registry can know; written so in a profile."""

    GITHUB_ACTIONS = "GitHub Actions"
    GITLAB_CI = "GitLab CI"
    CIRCLECI = "CircleCI"
    GOOGLE_CLOUD = "Google Cloud"
    ACTIVESTATE = "ActiveState"


_MARKS: tuple[tuple[Ci, re.Pattern[str]], ...] = (
    (Ci.GITLAB_CI, re.compile(r"\bgitlab\b(?!\.(?!com\b))|\bglab\b", re.IGNORECASE)),
    (Ci.GITHUB_ACTIONS, re.compile(r"\bgithub\b(?!\.(?!com\b))|\bgh secret\b", re.IGNORECASE)),
    (Ci.CIRCLECI, re.compile(r"\bcircle ?ci\b", re.IGNORECASE)),
    (Ci.GOOGLE_CLOUD, re.compile(r"\bgoogle cloud\b|\bcloud build\b|\bgcloud\b", re.IGNORECASE)),
    (Ci.ACTIVESTATE, re.compile(r"\bactivestate\b", re.IGNORECASE)),
)
"""What in a place's text gives its CI away. A GitLab or GitHub of one's own is none of these: the
registries know the public ones only."""


class TrustedPublishing(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How to publish without a key, as a profile writes it.

    Attributes:
        page: Where to set it up; it may hold a host's placeholder.
        accepts: The CIs the registry knows.
        note: What it asks for beside, in one sentence.
    """

    page: str
    accepts: tuple[Ci, ...]
    note: str


def ci_of(place: str) -> Ci | None:
    """The CI that a place's text names: `GitHub Actions of contoso/core`, a URL, a command."""
    return next((ci for ci, mark in _MARKS if mark.search(place)), None)


def publishes_without_key(
    profile: Profile, place: str, host_of: HostReader = configured_host
) -> str | None:
    """One sentence if a job at this place could publish without a key, else None.

    Args:
        profile: The registry.
        place: Where the key is installed, in the user's words.
        host_of: Answers hosts that are not written in a profile.
    """
    offer, ci = profile.trusted_publishing, ci_of(place)
    if offer is None or ci not in offer.accepts:
        return None
    page = resolve(offer.page, host_of)
    where = f" Set it up at {page}" if page else ""
    return f"{profile.title} lets {ci} publish without a key (trusted publishing).{where}"
