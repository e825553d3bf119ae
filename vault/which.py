"""Who may do this to that package: every key of the vault with its verdict, the narrowest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from vault.errors import ValueRefusedError
from vault.keys.choice import Candidate, rank
from vault.keys.glob import MAX_GLOB
from vault.keys.key import Key
from vault.keys.request import Ask, Request
from vault.registries.holding import may_name
from vault.registries.loader import known, load
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


@dataclass(frozen=True, slots=True)
class Answer:
    """Who may.

    Attributes:
        candidates: The keys with their verdicts, the best first.
        left_out: How many keys are of registries that hold nothing of such a name.
        titles: What the registries are called, by their ids.
    """

    candidates: tuple[Candidate, ...]
    left_out: int
    titles: Mapping[str, str]

    def title(self, key: Key) -> str:
        """What a key's registry is called; its id if keyfob does not know it."""
        return self.titles.get(key.registry, key.registry)

    def say_left_out(self) -> str:
        """A sentence about the keys that were not asked, or an empty string."""
        if self.left_out == 1:
            return "1 key is left out: its registry holds nothing so named."
        if self.left_out:
            return f"{self.left_out:,} keys are left out: their registries hold nothing so named."
        return ""


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
        registry: Id of one registry, whatever its case, or None for all.
        exists: Whether the id exists there; None if the action is to tell, or nobody knows.
        owner: Who owns the package, or shall.

    Raises:
        ValueRefusedError: The action is unknown or speaks against `exists`, there is no id, or
            the registry is unknown or holds nothing of such a name.
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
    profile = None if registry is None else load(registry)
    if profile is not None and not may_name(profile, package_id):
        raise ValueRefusedError(f"{profile.title} holds nothing named {package_id[:80]!r}.")
    request = Request(
        ask,
        package_id,
        exists=exists if told is None else told,
        owners=(owner,) if owner else None,
    )
    return Question(request, None if profile is None else profile.id)


def who_may(keys: Sequence[Key], question: Question, now: datetime) -> Answer:
    """Every key of the registry that is meant with its verdict, or of all that may be meant.

    Those that may come first, the narrowest before all others, as `vault.keys.choice` orders them.
    """
    profiles = {profile.id: profile for profile in known()}
    if question.registry is None:
        named = question.request.package_id
        others = {each.id for each in profiles.values() if not may_name(each, named)}
        wanted = [key for key in keys if key.registry not in others]
        left_out = len(keys) - len(wanted)
    else:
        wanted = [key for key in keys if key.registry == question.registry]
        left_out = 0
    tables = {each.id: each.action_table for each in profiles.values()}
    titles = {each.id: each.title for each in profiles.values()}
    return Answer(rank(wanted, question.request, tables, now), left_out, titles)
