"""The fields of a registry's own page, each to be copied into it."""

from __future__ import annotations

from collections.abc import Iterable

from textual.binding import Binding
from textual.content import Content
from textual.message import Message

from tui.say import say
from tui.widgets.rows import Row, RowList
from vault.registries.form import FormField

LONGEST = 240
"""Characters of a value that are shown; the whole of it is copied."""


class FormFields(RowList):
    """Labels and values; enter, `c` or a click copies a value, then the next one is up."""

    BINDINGS = [Binding("c", "choose", "Copy", show=False)]

    class Copy(Message):
        """A value is wanted on the clipboard."""

        def __init__(self, fields: FormFields, field: FormField) -> None:
            super().__init__()
            self.fields = fields
            self.field = field

        @property
        def control(self) -> FormFields:
            """The list."""
            return self.fields

    def fill(self, fields: Iterable[FormField]) -> None:
        """Show these fields, none copied yet."""
        self._fields = {str(at): field for at, field in enumerate(fields)}
        self._copied: set[str] = set()
        self._label = max((len(field.label) for field in self._fields.values()), default=0) + 2
        self.show([Row(at, field.label) for at, field in self._fields.items()], at="0")

    @property
    def field(self) -> FormField | None:
        """The field under the cursor."""
        return self._fields[self.here.id] if self.here else None

    def head(self, row: Row, *, here: bool) -> Content:
        """Label and value, and whether it was copied."""
        field = self._fields[row.id]
        tick = Content.styled("✓ " if row.id in self._copied else "  ", "$fine")
        label = say(f"{field.label:<{self._label}}", "bold $brass" if here else "$quiet")
        room = max(self.content_size.width - 4 - self._label, 10)
        lines = say(field.value, width=LONGEST).wrap(room)[:3]
        indent = Content(" " * (self._label + 2))
        first, *rest = lines or [Content("")]
        return Content("\n").join([tick + label + first, *(indent + text for text in rest)])

    def action_choose(self) -> None:
        """Copy the value under the cursor and move on."""
        field, row = self.field, self.here
        if field is not None and row is not None:
            self._copied.add(row.id)
            self.post_message(self.Copy(self, field))
            self.action_move(1)
            self.refresh()
