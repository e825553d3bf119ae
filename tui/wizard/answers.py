"""What was answered so far, as one frozen value that every step reads and replaces."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from tui.dates import say_date
from vault.errors import ValueRefusedError
from vault.keys.glob import Glob
from vault.keys.grant import grants_for
from vault.keys.key import Draft
from vault.keys.lifetime import Lifetime
from vault.registries.profile import Profile

NAMED = 4
"""Globs named in the sentence that sums a key up; of more, the rest is counted."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers given so far; an empty field was not answered yet.

    Attributes:
        profile: The registry's profile.
        name: The key's name.
        owner: Account or organization.
        actions: Ids of the actions.
        globs: Which packages.
        lifetime: As the profile parses it: `30d`, a date, or `never`.
        made: When the key was made, if it exists already; else None, and it is made now.
    """

    profile: Profile
    name: str = ""
    owner: str = ""
    actions: tuple[str, ...] = ()
    globs: tuple[Glob, ...] = ()
    lifetime: str = ""
    made: datetime | None = None

    def on(self, profile: Profile) -> Answers:
        """The same answers for another registry, without those it does not know."""
        if profile.id == self.profile.id:
            return self
        known = {action.id for action in profile.offered}
        try:
            globs = profile.parse_globs([glob.text for glob in self.globs]) if self.globs else ()
            profile.refuse_too_many(globs)
        except ValueRefusedError:
            globs = ()
        return replace(
            self,
            profile=profile,
            actions=self.actions if known.issuperset(self.actions) else (),
            globs=globs,
            lifetime="",
        )

    def span(self, now: datetime) -> tuple[Lifetime, str]:
        """The lifetime of the key, made now if not before, and the registry's remark on it or "".

        Raises:
            ValueRefusedError: The registry does not give it.
        """
        return self.profile.parse_lifetime(self.lifetime, self.made or now)

    def draft(self, now: datetime) -> Draft:
        """The key these answers describe, made now if not before.

        Raises:
            ValueRefusedError: The registry does not give this lifetime.
        """
        life, _ = self.span(now)
        return Draft(
            name=self.name,
            registry=self.profile.id,
            owner=self.owner,
            grants=grants_for(self.actions, self.globs),
            lifetime=life,
        )


def say_actions(profile: Profile, actions: tuple[str, ...]) -> str:
    """What a key may do, to follow "may": `push new versions and unlist packages`."""
    held = (profile.action(action) for action in actions)
    labels = [action.label if action else name for name, action in zip(actions, held, strict=True)]
    return join_words(labels)


def say_packages(globs: tuple[Glob, ...]) -> str:
    """Which packages, to follow "for": `every package`, `Contoso.Core`, `packages matching C.*`."""
    if any(glob.everything for glob in globs):
        return "every package"
    names = [glob.text for glob in globs]
    if len(names) > NAMED:
        names[NAMED - 1 :] = [f"{len(names) - NAMED + 1} more"]
    said = join_words(names, "or")
    return said if all(glob.exact for glob in globs) else f"packages matching {said}"


def say_outcome(answers: Answers, life: Lifetime) -> str:
    """The key in one sentence: who may do what on which packages, where, as whom, how long."""
    end = "without an end" if life.expires is None else f"until {say_date(life.expires)}"
    made = f" It was made on {say_date(answers.made)}." if answers.made else ""
    return (
        f"{answers.name} may {say_actions(answers.profile, answers.actions)}, for"
        f" {say_packages(answers.globs)} on {answers.profile.title}, as {answers.owner},"
        f" {end}.{made}"
    )


def join_words(words: list[str], last: str = "and") -> str:
    """Words in a row: `a`, `a and b`, `a, b and c`."""
    if len(words) < 2:  # noqa: PLR2004 - one word joins nothing
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
