"""Step 4: what the key may do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from textual import on
from textual.widget import Widget

from tui.widgets.check import Check, CheckList
from tui.widgets.note_line import NoteLine
from tui.wizard.answers import Answers
from tui.wizard.defaults import least_actions
from tui.wizard.steps.base import Step
from vault.errors import ValueRefusedError
from vault.registries.profile import Profile


class ScopeStep(Step):
    """The registry's actions to tick, each with a plain sentence; the least is ticked already."""

    label = "Scope"

    DEFAULT_CSS = """
    ScopeStep CheckList { max-height: 14; margin-bottom: 1; }
    """

    def body(self) -> Iterable[Widget]:
        """The actions."""
        yield CheckList(id="actions")
        yield NoteLine()

    def fill(self) -> None:
        """The actions of the registry, with what was ticked."""
        profile = self.answers.profile
        self.ask("What may it do?")
        checks = self.query_one(CheckList)
        if self.news(profile.id, self.answers.actions):
            checks.show(checks_for(profile))
            checks.tick(self.answers.actions or least_actions(profile))

    @property
    def extras(self) -> Sequence[tuple[str, str, str]]:
        """Further keys."""
        return (("space", "Tick", "tick"),)

    def begin(self) -> None:
        """Focus the actions."""
        self.query_one(CheckList).focus()

    def take(self) -> Answers:
        """What is ticked."""
        return replace(self.answers, actions=take_actions(self.query_one(CheckList)))

    def holds(self, answers: Answers) -> bool:
        """Whether something was ticked."""
        return bool(answers.actions)

    def summary(self, answers: Answers) -> str:
        """The actions' ids."""
        return ", ".join(answers.actions)

    def action_tick(self) -> None:
        """Tick the action under the cursor, or take it back."""
        self.query_one(CheckList).action_tick()

    @on(CheckList.Submitted)
    def _submitted(self) -> None:
        self.answered()

    @on(CheckList.Changed)
    def _ticked(self) -> None:
        self.changed()


def checks_for(profile: Profile) -> list[Check]:
    """The actions a registry's form offers, as rows to tick."""
    return [
        Check(action.id, _capital(action.label), action.help, group=action.group)
        for action in profile.offered
    ]


def take_actions(checks: CheckList) -> tuple[str, ...]:
    """What is ticked.

    Raises:
        ValueRefusedError: Nothing is.
    """
    if not checks.ticked:
        raise ValueRefusedError("Tick at least one; a key that may do nothing is no key.")
    return checks.ticked


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
