"""One line of a form: a label, and a field."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Static


class FormRow(Horizontal):
    """A label at the left of a field.

    Attributes:
        field: The widget in it.
    """

    DEFAULT_CSS = """
    FormRow { height: auto; }
    FormRow > .label { width: 10; color: $quiet; }
    FormRow > .label.-here { color: $brass; text-style: bold; }
    """

    def __init__(self, label: str, field: Widget) -> None:
        super().__init__()
        self._label = label
        self.field = field

    def compose(self) -> ComposeResult:
        """Label and field."""
        yield Static(self._label, classes="label", markup=False)
        yield self.field

    def _on_descendant_focus(self, event: events.DescendantFocus) -> None:
        del event
        self.query_one(".label").add_class("-here")

    def _on_descendant_blur(self, event: events.DescendantBlur) -> None:
        del event
        self.query_one(".label").remove_class("-here")
