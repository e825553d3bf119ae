"""Who may do this to that package: every key of the vault with its verdict, the narrowest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from vault.errors import ValueRefusedError
from vault.keys.choice import Candidate, rank
from vault.keys.glob import MAX_GLOB
from vault.keys.key import Key
from vault.keys.request import Ask, Request
from vault.registries.loader import known
from vault.text import printable_problem

WORDS: Mapping[str, tuple[Ask, bool | None]] = {
    "push": (Ask.PUBLISH, None),
    "publish": (Ask.PUBLISH, None),
    "upload": (Ask.PUBLISH, None),
    "push-new": (Ask.PUBLISH, False),
    "publish-new": (Ask.PUBLISH, False),
    "push-version": (Ask.PUBLISH, True),
    "publish-update": (Ask.PUBLISH, True),
    "symbols": (Ask.SYMBOLS, True),
    "unlist": (Ask.UNLIST, True),
    "delete": (Ask.UNLIST, True),
    "yank": (Ask.UNLIST, True),
    "unpublish": (Ask.UNLIST, True),
    "relist": (Ask.RELIST, True),
    "unyank": (Ask.RELIST, True),
    "deprecate": (Ask.DEPRECATE, True),
    "owners": (Ask.OWNERS, True),
    "change-owners": (Ask.OWNERS, True),
    "verify": (Ask.VERIFY, True),
}
"""What a user may call an action: keyfob's words and the clients' own, with what each says of
whether the package's id exists."""


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody wants to know.

    Attributes:
        request: What is to be done, to which package.
        registry: Id of the registry, or None for the keys of all.
    """

    request: Request
    registry: str | None = None


def parse_question(
    action: str,
    package_id: str,
    *,
    registry: str | None = None,
    exists: bool | None = None,
    owner: str | None = None,
) -> Question:
    """A question in a user's words.

    Args:
        action: One of `WORDS`.
        package_id: A package's id; never with a version.
        registry: Id of one registry, whatever its case.
        exists: Whether the id exists there; None if the action is to tell, or nobody knows.
        owner: Who owns the package, or shall.

    Raises:
        ValueRefusedError: The action is unknown or speaks against `exists`, or there is no id.
    """
    found = WORDS.get(action.strip().lower())
    if found is None:
        words = ", ".join(WORDS)
        raise ValueRefusedError(f"There is no action {action[:40]!r}.", f"Choose from {words}.")
    ask, told = found
    if None not in {told, exists} and told != exists:
        what = "existing" if told else "new"
        raise ValueRefusedError(f"{action.strip().lower()} is about {what} package ids only.")
    package_id = package_id.strip()
    if not package_id or len(package_id) > MAX_GLOB or printable_problem(package_id) is not None:
        raise ValueRefusedError(
            "That is no package id.", f"Give one of 1 to {MAX_GLOB} printable characters."
        )
    return Question(
        Request(
            ask,
            package_id,
            exists=exists if told is None else told,
            owners=(owner,) if owner else None,
        ),
        registry.strip().lower() if registry else None,
    )


def who_may(keys: Iterable[Key], question: Question, now: datetime) -> tuple[Candidate, ...]:
    """Every key of the registry that is meant, or of all, with its verdict.

    Those that may come first, the narrowest before all others, as `vault.keys.choice` orders them.
    """
    wanted = [key for key in keys if question.registry in {None, key.registry}]
    tables = {profile.id: profile.action_table for profile in known()}
    return rank(wanted, question.request, tables, now)
