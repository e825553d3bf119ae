"""The answer to "what is this text?": a verdict and one plain sentence, never the text itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from vault.errors import ValueRefusedError


class Outcome(StrEnum):
    """How well a pasted text fits what was expected."""

    OK = "ok"
    """A known format, and nothing speaks against it."""
    UNKNOWN = "unknown"
    """No known format; it may still be right."""
    DAMAGED = "damaged"
    """Nearly a known format: cut off, mistyped, or its letters' case was changed."""
    OTHER_REGISTRY = "other registry"
    """A known format of another registry than the one asked about."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """What is known about a pasted text without asking anyone.

    Attributes:
        format: The format's name, e.g. `nuget v4`; empty if unknown.
        registry: Id of the registry that issues this format, or None if several do or none is
            known.
        verdict: How well it fits.
        note: One plain sentence for the user.
        what: The kind of secret with its article, e.g. `a PyPI token`; empty if unknown.
        created: When the registry made it, if the text says so.
        expires: When it stops working, if the text says so.
        owner_hint: What the text says about its owner, or an empty string.
        projects: The only projects it is good for, if the text says so; None if it names none.
    """

    format: str
    registry: str | None
    verdict: Outcome
    note: str
    what: str = ""
    created: datetime | None = None
    expires: datetime | None = None
    owner_hint: str = ""
    projects: tuple[str, ...] | None = None


class MalformedKeyError(ValueRefusedError):
    """A text is not the key format it was read as.

    Attributes:
        kind: What is wrong, in one word: `length`, `alphabet`, `checksum`, `date` ...
    """

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


def damaged(name: str, registry: str | None, what: str, but: str) -> Recognition:
    """A recognition of something that is nearly the named format; `but` says what is wrong."""
    return Recognition(name, registry, Outcome.DAMAGED, f"This looks like {what}, but {but}", what)
