"""Step 3: whose packages the key may touch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from textual import on
from textual.binding import Binding
from textual.suggester import SuggestFromList
from textual.widget import Widget
from textual.widgets import Input

from tui.widgets.fields import TextField
from tui.widgets.note_line import NoteLine
from tui.widgets.rows import Row, RowList
from tui.wizard.answers import Answers
from tui.wizard.defaults import owners_by_use
from tui.wizard.steps.base import Step
from vault.keys.key import check_owner

SHOWN = 6
"""Owners offered below the field."""


class OwnerStep(Step):
    """One field with the last owner in it; the others used here stand below, to pick."""

    label = "Owner"
    _owners: Sequence[str] = ()
    BINDINGS = [
        Binding("down", "pick(1)", "Next owner", show=False),
        Binding("up", "pick(-1)", "Previous owner", show=False),
    ]

    def body(self) -> Iterable[Widget]:
        """The field, and the owners used so far."""
        yield TextField(id="owner")
        yield NoteLine()
        others = RowList(id="owners")
        others.can_focus = False
        yield others

    def fill(self) -> None:
        """The owner given, or the one used last with this registry."""
        profile = self.answers.profile
        self._owners = owners_by_use(self.keys, profile.id)
        self.ask("Whose packages may it touch?", profile.owner_help)
        field = self.query_one(TextField)
        field.suggester = SuggestFromList(self._owners, case_sensitive=False)
        if self.news(profile.id, self.answers.owner):
            field.value = self.answers.owner or next(iter(self._owners), "")
        others = self.query_one(RowList)
        others.display = len(self._owners) > 1
        others.show([Row(owner, owner) for owner in self._owners[:SHOWN]], at=field.value)

    def begin(self) -> None:
        """Focus the field; an owner that is only proposed gives way to what is typed."""
        field = self.query_one(TextField)
        field.focus()
        if not self.touched:
            field.action_select_all()

    def take(self) -> Answers:
        """The owner in the field."""
        return replace(self.answers, owner=check_owner(self.query_one(TextField).value))

    def holds(self, answers: Answers) -> bool:
        """Whether there is an owner."""
        return bool(answers.owner)

    def summary(self, answers: Answers) -> str:
        """The owner."""
        return answers.owner

    @property
    def touched(self) -> bool:
        """Whether an owner was typed."""
        return self.query_one(TextField).value not in {"", *self._owners}

    def action_pick(self, by: int) -> None:
        """Put the next or previous owner used here into the field."""
        others = self.query_one(RowList)
        if others.display:
            others.action_move(by)
            self._put()

    def _put(self) -> None:
        row = self.query_one(RowList).here
        if row is not None:
            field = self.query_one(TextField)
            field.value = row.id
            field.action_end()

    @on(RowList.Chosen, "#owners")
    def _clicked(self) -> None:
        self._put()

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.answered()

    @on(Input.Changed)
    def _typed(self) -> None:
        self.changed()
