"""Step 6: how long the key lives, each choice with the real date it ends on, and since when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from textual import on
from textual.binding import Binding
from textual.widget import Widget
from textual.widgets import Input

from tui.dates import say_date, say_end, say_length, sentence
from tui.desk import desk
from tui.widgets.fields import TextField
from tui.widgets.form_row import FormRow
from tui.widgets.line_field import LineField
from tui.widgets.note_line import NoteLine
from tui.widgets.rows import Row, RowList
from tui.wizard.answers import Answers
from tui.wizard.steps.base import Step
from vault.errors import ValueRefusedError
from vault.keys.duration import format_duration
from vault.keys.lifetime import Lifetime
from vault.keys.made import parse_made
from vault.registries.lifetimes import NEVER

OTHER = "other"
"""Id of the row that opens the field."""


class LifetimeStep(Step):
    """The lengths the registry offers; where it takes others, a field for them.

    For a key that exists already a further field takes the day it was made, from which they count.
    """

    label = "Lifetime"

    DEFAULT_CSS = """
    LifetimeStep RowList { max-height: 10; margin-bottom: 1; }
    LifetimeStep FormRow { display: none; margin-bottom: 1; }
    LifetimeStep.-made FormRow { display: block; }
    """
    BINDINGS = [
        Binding("up", "leave_field", "Back to the list", show=False),
        Binding("ctrl+t", "made", "Made earlier", show=False),
    ]

    def body(self) -> Iterable[Widget]:
        """The list, a field that appears with a row of it, and one that appears by its key."""
        yield RowList(id="lengths")
        yield TextField(placeholder="12d, 6w, or a date such as 2026-12-24", id="length")
        yield FormRow("Made on", LineField(placeholder="for example 2026-07-01", id="made"))
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
            self._other.value = "" if chosen in known else self.answers.lifetime
            self.query_one(RowList).show(rows, at=chosen if chosen in known else OTHER)
        else:
            self.query_one(RowList).show(rows)
        self._follow()

    def begin(self) -> None:
        """Focus the list, or the field if that was answered."""
        self._focus()

    def take(self) -> Answers:
        """The chosen length, checked against the registry's maximum."""
        answers = replace(self.answers, lifetime=self._chosen(), made=self._made())
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
        """Whether a length or a day was typed."""
        return bool(self._other.value or self._day.value)

    @property
    def extras(self) -> Sequence[tuple[str, str, str]]:
        """Further keys."""
        return (("ctrl+t", "Made earlier", "made"),)

    @property
    def _other(self) -> TextField:
        return self.query_one("#length", TextField)

    @property
    def _day(self) -> TextField:
        return self.query_one("#made", TextField)

    def action_made(self) -> None:
        """Ask when the key was made, for one that exists already; once more takes that back."""
        asked = not self.has_class("-made")
        self.set_class(asked, "-made")
        if asked:
            self._day.focus()
        else:
            self._day.value = ""
            self.query_one(RowList).focus()

    def action_leave_field(self) -> None:
        """From a field up to the list."""
        lengths, from_length = self.query_one(RowList), self._other.has_focus
        lengths.focus()
        if from_length:
            lengths.action_move(-1)

    def _rows(self) -> list[Row]:
        rules, start = self.answers.profile.lifetimes, self._start()
        rows = [
            Row(
                format_duration(length),
                f"{say_length(length):<10}",
                aside=say_end(Lifetime(start, start + length)),
            )
            for length in rules.options
        ]
        if not rules.fixed or self._day.value:
            rows.append(Row(OTHER, "another length or date…"))
        if rules.never_ok:
            rows.append(Row(NEVER, "never expires"))
        return rows

    def _chosen(self) -> str:
        row = self.query_one(RowList).here
        if row is None or row.id == OTHER:
            return self._other.value.strip()
        return row.id

    def _made(self) -> datetime | None:
        """When the key was made, or None if it is new.

        Raises:
            ValueRefusedError: What was typed is no day of the past.
        """
        text = self._day.value.strip()
        return parse_made(text, desk(self).clock()) if text else None

    def _start(self) -> datetime:
        """Whence the lengths count, as far as what was typed tells."""
        try:
            return self._made() or desk(self).clock()
        except ValueRefusedError:
            return desk(self).clock()

    def _on_other(self) -> bool:
        row = self.query_one(RowList).here
        return row is not None and row.id == OTHER

    def _focus(self) -> None:
        typed = self._on_other() and self._other.value
        (self._other if typed else self.query_one(RowList)).focus()

    def _follow(self) -> None:
        """Show the field for its row, and what there is to say of the choice."""
        self._other.display = self._on_other()
        self.note.silence()
        if not self._chosen():
            return
        try:
            answers = self.take()
            life, remark = answers.span(desk(self).clock())
        except ValueRefusedError as error:
            if self._tried:
                self.refuse(error)
            return
        said = [sentence(say_end(life))] if self._on_other() else []
        said += [f"Made on {say_date(answers.made)}."] if answers.made else []
        said += [remark] if remark else []
        self.note.whisper(" ".join(said))

    @on(RowList.Moved, "#lengths")
    def _moved(self) -> None:
        self._follow()

    @on(RowList.Chosen, "#lengths")
    def _picked(self) -> None:
        if self._on_other() and not self._other.value:
            self._other.focus()
        else:
            self.answered()

    @on(Input.Changed, "#length")
    def _typed(self) -> None:
        self._follow()

    @on(Input.Changed, "#made")
    def _dated(self) -> None:
        self.query_one(RowList).show(self._rows())
        self._follow()

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.answered()
