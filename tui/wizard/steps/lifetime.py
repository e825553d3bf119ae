"""Step 6: how long the key lives, each choice with the real date it ends on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from textual import on
from textual.binding import Binding
from textual.widget import Widget
from textual.widgets import Input

from tui.dates import say_end, say_length, sentence
from tui.desk import desk
from tui.widgets.fields import TextField
from tui.widgets.note_line import NoteLine
from tui.widgets.rows import Row, RowList
from tui.wizard.answers import Answers
from tui.wizard.steps.base import Step
from vault.errors import ValueRefusedError
from vault.keys.duration import format_duration
from vault.keys.lifetime import Lifetime
from vault.registries.lifetimes import NEVER

OTHER = "other"
"""Id of the row that opens the field."""


class LifetimeStep(Step):
    """The lengths the registry offers; where it takes others, a field for them."""

    label = "Lifetime"

    DEFAULT_CSS = """
    LifetimeStep RowList { max-height: 10; margin-bottom: 1; }
    """
    BINDINGS = [Binding("up", "leave_field", "Back to the list", show=False)]

    def body(self) -> Iterable[Widget]:
        """The list, and a field that appears with its last row."""
        yield RowList(id="lengths")
        yield TextField(placeholder="12d, 6w, or a date such as 2026-12-24", id="length")
        yield NoteLine()

    def fill(self) -> None:
        """The registry's lengths; the answered one, or its default, under the cursor."""
        profile = self.answers.profile
        rows = self._rows()
        self.ask("When should it stop working?")
        chosen = self.answers.lifetime
        known = {row.id for row in rows}
        if not chosen:
            default = profile.lifetimes.default
            chosen = NEVER if default is None else format_duration(default)
        if self.news(profile.id, self.answers.lifetime):
            self.query_one(TextField).value = "" if chosen in known else self.answers.lifetime
            self.query_one(RowList).show(rows, at=chosen if chosen in known else OTHER)
        else:
            self.query_one(RowList).show(rows)
        self._follow()

    def begin(self) -> None:
        """Focus the list, or the field if that was answered."""
        self._focus()

    def take(self) -> Answers:
        """The chosen length, checked against the registry's maximum."""
        answers = replace(self.answers, lifetime=self._chosen())
        if not answers.lifetime:
            raise ValueRefusedError("No length is given.", "Write 12d, 6w or 2026-12-24.")
        answers.span(desk(self).clock())
        return answers

    def holds(self, answers: Answers) -> bool:
        """Whether the registry still gives the stored lifetime."""
        if not answers.lifetime:
            return False
        try:
            answers.span(desk(self).clock())
        except ValueRefusedError:
            return False
        return True

    def summary(self, answers: Answers) -> str:
        """The length or date."""
        return {"": "", NEVER: "no end"}.get(answers.lifetime, answers.lifetime)

    @property
    def touched(self) -> bool:
        """Whether a length was typed."""
        return bool(self.query_one(TextField).value)

    def action_leave_field(self) -> None:
        """From the field up to the list."""
        lengths = self.query_one(RowList)
        lengths.focus()
        lengths.action_move(-1)

    def _rows(self) -> list[Row]:
        rules, now = self.answers.profile.lifetimes, desk(self).clock()
        rows = [
            Row(
                format_duration(length),
                f"{say_length(length):<10}",
                aside=say_end(Lifetime(now, now + length)),
            )
            for length in rules.options
        ]
        if not rules.fixed:
            rows.append(Row(OTHER, "another length or date…"))
        if rules.never_ok:
            rows.append(Row(NEVER, "never expires"))
        return rows

    def _chosen(self) -> str:
        row = self.query_one(RowList).here
        if row is None or row.id == OTHER:
            return self.query_one(TextField).value.strip()
        return row.id

    def _on_other(self) -> bool:
        row = self.query_one(RowList).here
        return row is not None and row.id == OTHER

    def _focus(self) -> None:
        typed = self._on_other() and self.query_one(TextField).value
        (self.query_one(TextField) if typed else self.query_one(RowList)).focus()

    def _follow(self) -> None:
        """Show the field for its row, and what there is to say of the choice."""
        self.query_one(TextField).display = self._on_other()
        self.note.silence()
        if not self._chosen():
            return
        try:
            life, remark = replace(self.answers, lifetime=self._chosen()).span(desk(self).clock())
        except ValueRefusedError as error:
            if self._tried:
                self.refuse(error)
            return
        said = [sentence(say_end(life))] if self._on_other() else []
        said += [remark] if remark else []
        self.note.whisper(" ".join(said))

    @on(RowList.Moved, "#lengths")
    def _moved(self) -> None:
        self._follow()

    @on(RowList.Chosen, "#lengths")
    def _picked(self) -> None:
        if self._on_other() and not self.query_one(TextField).value:
            self.query_one(TextField).focus()
        else:
            self.answered()

    @on(Input.Changed)
    def _typed(self) -> None:
        self._follow()

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.answered()
