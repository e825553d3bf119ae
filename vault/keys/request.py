"""What somebody wants to do with a key, and what is known about the world it happens in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Ask(StrEnum):
    """What somebody wants to do. The value is the verb: "CI may publish Contoso.Core"."""

    PUBLISH = "publish"
    """Push a package; whether its id exists decides what that takes."""
    SYMBOLS = "publish symbols of"
    UNLIST = "unlist"
    RELIST = "relist"
    DEPRECATE = "deprecate"
    OWNERS = "change the owners of"
    VERIFY = "verify"
    """Ask whether the key may push this package."""
    VERIFICATION_KEY = "make a verification key for"
    """Get a key good for one such question; nuget.org looks at no package for this."""


@dataclass(frozen=True, slots=True)
class Reservation:
    """A reserved id prefix that matches the package's id.

    Attributes:
        prefix: The prefix.
        owners: Who may use it.
        shared: Whether everybody may.
    """

    prefix: str
    owners: tuple[str, ...]
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """One thing to do, and what is known about the world it happens in.

    Attributes:
        ask: What to do.
        package_id: With which package.
        exists: Whether the id exists on the registry; None if not known.
        owners: The package's owners; None if not known.
        creator: Account that made the key; None if not known.
        organizations: Those the creator is a member of; None if not known.
        reserved: Reserved prefixes that match the id.
        owner_confirmed: Whether the owner's e-mail address is confirmed.
        owner_locked: Whether the registry locked the owner.
        verification_key: Whether the key at hand is a verification key.
    """

    ask: Ask
    package_id: str
    exists: bool | None = None
    owners: tuple[str, ...] | None = None
    creator: str | None = None
    organizations: tuple[str, ...] | None = None
    reserved: tuple[Reservation, ...] = ()
    owner_confirmed: bool = True
    owner_locked: bool = False
    verification_key: bool = False
