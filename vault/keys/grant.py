"""Actions and grants: what a key may do, and on which packages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from vault.keys.glob import Glob


class Operation(StrEnum):
    """What a client asks a registry to do. An action permits one or more operations."""

    PUBLISH_NEW = "publish-new"
    """Publish the first version of an id that does not exist yet."""
    PUBLISH_VERSION = "publish-version"
    """Publish a further version, or symbols, of an existing id."""
    UNLIST = "unlist"
    """Hide, show again or deprecate a version: unlist, relist, yank, unyank."""
    OWNERS = "owners"
    """Change who owns a package."""
    VERIFY = "verify"
    """Ask whether the key is valid for a package."""

    @property
    def words(self) -> str:
        """The operation in one or two words, as in "may not: new packages"."""
        return _WORDS[self]


_WORDS = {
    Operation.PUBLISH_NEW: "new packages",
    Operation.PUBLISH_VERSION: "new versions",
    Operation.UNLIST: "unlist",
    Operation.OWNERS: "change owners",
    Operation.VERIFY: "verify",
}


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a key may be allowed to do, as a registry defines it.

    Attributes:
        id: keyfob's word for it, e.g. `push-version`.
        label: A plain phrase that completes "this key may ...".
        permits: The operations it allows.
        wire: The registry's own name, e.g. `package:pushversion`.
        offered: Whether the registry's form offers it. Others are known for reading only.
        group: Actions of one group exclude each other (nuget.org's two push choices).
        help: One sentence for the wizard, or an empty string.
    """

    id: str
    label: str
    permits: frozenset[Operation]
    wire: str
    offered: bool = True
    group: str = ""
    help: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """One action on one glob. A request passes if one grant covers both.

    Attributes:
        action: The action's id.
        glob: Which packages.
    """

    action: str
    glob: Glob


def grants_for(actions: Iterable[str], globs: Iterable[Glob]) -> tuple[Grant, ...]:
    """Every action on every glob, in the order given and without repeats.

    A registry stores a key's scopes as this product (`CredentialBuilder.BuildScopes`).
    """
    globs = tuple(globs)
    return tuple(dict.fromkeys(Grant(action, glob) for action in actions for glob in globs))


def with_globs(grants: Iterable[Grant], globs: Iterable[Glob]) -> tuple[Grant, ...]:
    """The same actions on other globs: what editing a key's packages does.

    The registry replaces all rows (`UsersController.EditCredential`).
    """
    return grants_for(dict.fromkeys(grant.action for grant in grants), globs)


def same_grants(left: Iterable[Grant], right: Iterable[Grant]) -> bool:
    """Whether two sets of grants say the same, in whatever order."""
    return set(left) == set(right)
