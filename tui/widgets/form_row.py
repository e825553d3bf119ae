"""One line of a form: a label, a field, and a word on what the registry makes of a change."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Static


class FormRow(Horizontal):
    """A label at the left of a field; `fixed` behind it where the registry changes nothing.

    Attributes:
        field: The widget in it.
        fixed: Whether the registry cannot change this once the key is made.
    """

    DEFAULT_CSS = """
    FormRow { height: auto; }
    FormRow > .label { width: 10; color: $quiet; }
    FormRow > .fixed { width: 7; padding-left: 2; color: $quiet; }
    FormRow > .label.-here { color: $brass; text-style: bold; }
    """

    def __init__(self, label: str, field: Widget, *, fixed: bool) -> None:
        super().__init__()
        self._label = label
        self.field = field
        self.fixed = fixed

    def compose(self) -> ComposeResult:
        """Label, field, word."""
        yield Static(self._label, classes="label", markup=False)
        yield self.field
        yield Static("fixed" if self.fixed else "", classes="fixed")

    def _on_descendant_focus(self, event: events.DescendantFocus) -> None:
        del event
        self.query_one(".label").add_class("-here")

    def _on_descendant_blur(self, event: events.DescendantBlur) -> None:
        del event
        self.query_one(".label").remove_class("-here")
