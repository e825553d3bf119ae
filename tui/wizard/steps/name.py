"""Step 2: what to call the key."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from tui.widgets.fields import TextField
from tui.widgets.note_line import NoteLine
from tui.wizard.answers import Answers
from tui.wizard.defaults import check_free, suggest_name
from tui.wizard.steps.base import Step
from vault.errors import NameTakenError, ValueRefusedError


class NameStep(Step):
    """One field; a free name stands in it as a shadow, and enter takes that."""

    label = "Name"
    _suggestion = ""

    def body(self) -> Iterable[Widget]:
        """The field."""
        yield TextField(id="name")
        yield NoteLine()

    def fill(self) -> None:
        """The name given, and a suggestion behind it."""
        self._suggestion = suggest_name(self.answers.profile, self.keys)
        self.ask(
            "What should it be called?",
            f"A name only for you, to find it again. Enter on an empty field takes"
            f" {self._suggestion}.",
        )
        field = self.query_one(TextField)
        field.placeholder = self._suggestion
        if self.news(self.answers.name):
            field.value = self.answers.name

    def begin(self) -> None:
        """Focus the field."""
        self.query_one(TextField).focus()

    def take(self) -> Answers:
        """The name typed, or the suggestion."""
        name = check_free(self.query_one(TextField).value or self._suggestion, self.keys)
        return replace(self.answers, name=name)

    def leave(self) -> Answers:
        """As ever; but only enter takes the suggestion."""
        return super().leave() if self.query_one(TextField).value else self.answers

    def holds(self, answers: Answers) -> bool:
        """Whether there is a name."""
        return bool(answers.name)

    def summary(self, answers: Answers) -> str:
        """The name."""
        return answers.name

    @property
    def touched(self) -> bool:
        """Whether a name was typed."""
        return self.query_one(TextField).value not in {"", self._suggestion}

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.answered()

    @on(Input.Changed)
    def _typed(self) -> None:
        """A name that is taken is said at once, anything else after the first try."""
        if self._tried:
            self.changed()
            return
        self.note.silence()
        try:
            self.take()
        except NameTakenError as error:
            self.refuse(error)
        except ValueRefusedError:
            pass
