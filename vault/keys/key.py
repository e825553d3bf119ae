"""One API key: everything keyfob knows of it except the secret itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from vault.keys.glob import Glob
from vault.keys.grant import Grant
from vault.keys.lifetime import Lifetime
from vault.keys.line import check_line, folded
from vault.keys.place import Place
from vault.keys.turn import Turn

MAX_NAME = 64
MAX_OWNER = 128
MAX_NOTE = 1024


@dataclass(frozen=True, slots=True)
class Draft:
    """A key about to be made: every value checked, no identity and no secret yet.

    Attributes:
        name: What the user calls it; unique in the vault, whatever the case.
        registry: Id of the registry's profile.
        owner: Account or organization whose packages the key may touch.
        grants: What it may do, on what.
        lifetime: Created and expires.
        note: Free text.
    """

    name: str
    registry: str
    owner: str
    grants: tuple[Grant, ...]
    lifetime: Lifetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Key:
    """One API key of the vault, without its secret.

    Attributes:
        id: 32 hex digits, made once, never shown.
        name: What the user calls it.
        registry: Id of the registry's profile.
        owner: Account or organization whose packages the key may touch.
        grants: What it may do, on what.
        lifetime: Created, expires, revoked.
        revision: Counts the secrets this key has had, from 1.
        format: What the secret was recognised as, e.g. `nuget v4`; advisory, may be empty.
        fingerprint: Six hex digits, keyed to this vault, that tell two secrets apart.
        copied: When the secret was last copied or shown, or None.
        used: When the secret was last handed to a client program, or None.
        note: Free text.
        places: Where the secret is installed.
        history: The rotations that were made, the oldest first; the newest `MAX_HISTORY` of them.
        retire: Since when a former secret waits to be ended at the registry, or None.
        former: What the registry's API calls the former secrets that wait for it, the oldest first,
            "" for one of which that is not known; empty also where it is known of none.
        asked: Since when a registry that was asked for the next secret owes an answer, or None. The
            present one may work no more.
        other: Fields a newer keyfob wrote, kept as they are.
    """

    id: str
    name: str
    registry: str
    owner: str
    grants: tuple[Grant, ...]
    lifetime: Lifetime
    revision: int = 1
    format: str = ""
    fingerprint: str = ""
    copied: datetime | None = None
    used: datetime | None = None
    note: str = ""
    places: tuple[Place, ...] = ()
    history: tuple[Turn, ...] = ()
    retire: datetime | None = None
    former: tuple[str, ...] = ()
    asked: datetime | None = None
    other: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def globs(self) -> tuple[Glob, ...]:
        """The globs of its grants, each once, in order."""
        return tuple(dict.fromkeys(grant.glob for grant in self.grants))

    @property
    def actions(self) -> tuple[str, ...]:
        """The action ids of its grants, each once, in order."""
        return tuple(dict.fromkeys(grant.action for grant in self.grants))

    def covers(self, package_id: str) -> bool:
        """Whether any of its globs covers this package id."""
        return any(glob.covers(package_id) for glob in self.globs)


def check_name(text: str) -> str:
    """A key's name, trimmed and NFC-normalised.

    Raises:
        ValueRefusedError: Empty, longer than `MAX_NAME`, or with a character that is not printable.
    """
    return check_line(text, "name", MAX_NAME)


def check_owner(text: str) -> str:
    """An owner's account name, trimmed and NFC-normalised.

    Raises:
        ValueRefusedError: Empty, longer than `MAX_OWNER`, or with a character not printable.
    """
    return check_line(text, "owner", MAX_OWNER)


def check_note(text: str) -> str:
    """A note: like a name, but it may be empty and longer.

    Raises:
        ValueRefusedError: Longer than `MAX_NOTE`, or with a character that is not printable.
    """
    return check_line(text, "note", MAX_NOTE) if text.strip() else ""


def name_key(name: str) -> str:
    """A name in the form two names are compared in: NFC and case-folded."""
    return folded(name)
