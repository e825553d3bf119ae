"""Text fields that behave the same everywhere, and one for what must not be copied."""

from __future__ import annotations

from typing import Any

from rich.text import Text
from textual import events
from textual.actions import SkipAction
from textual.widgets import Input

from vault.text import MARK


class TextField(Input):
    """A one-line field: the cursor starts at the end and nothing is selected on focus."""

    DEFAULT_CSS = """
    TextField {
        height: 3;
        padding: 0 1;
        border: round $line;
        background: $panel;
        color: $foreground;
        &:focus { border: round $brass; background: $panel; background-tint: $foreground 0%; }
        &.-invalid, &.-invalid:focus { border: round $late; }
        &:nocolor > .input--cursor { text-style: reverse; }
        & > .input--placeholder, & > .input--suggestion { color: $quiet; }
    }
    """

    def __init__(self, value: str = "", *, placeholder: str = "", **options: Any) -> None:
        super().__init__(value, placeholder=placeholder, select_on_focus=False, **options)

    @property
    def _value(self) -> Text:
        """The text as it is drawn: what was pasted may hold escape sequences.

        Textual sends the value of a field to the terminal as it is. One character stands for each
        that cannot be shown, so that the cursor stays where it is.
        """
        text = super()._value
        if not text.plain.isprintable():
            shown = (char if char.isprintable() else MARK for char in text.plain)
            return Text("".join(shown), no_wrap=True, overflow="ignore", end="")
        return text


class Typed(str):
    """What was typed into a `SecretField`: the messages that carry it do not tell it of themselves.

    Textual writes its messages into its log as they show themselves.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "'…'"


class SecretField(TextField):
    """A field for a password or a key: shown as dots, and copy and cut do nothing.

    Textual's own password field hands its clear text to the clipboard on select-all and copy.
    """

    def __init__(self, *, placeholder: str = "", **options: Any) -> None:
        super().__init__("", placeholder=placeholder, password=True, **options)

    def validate_value(self, value: str) -> str:
        """The value, as one that does not show itself."""
        return Typed(value)

    def action_copy(self) -> None:
        """Refuse: the key press goes on to whoever else wants it."""
        raise SkipAction

    def action_cut(self) -> None:
        """Refuse: the key press goes on to whoever else wants it."""
        raise SkipAction

    def _position_to_cell(self, position: int) -> int:
        # Textual's would measure the clear text, and what measures keeps the texts it has seen.
        return position  # one dot a character

    def take(self) -> str:
        """What was typed; the field is emptied."""
        value = str(self.value)
        self.value = ""
        return value

    def _on_paste(self, event: events.Paste) -> None:
        # Textual takes the first line of a paste, which is empty when a line break was copied
        # along in front of the key.
        text = event.text.strip("\r\n")
        if text:
            self.insert_text_at_cursor(text.splitlines()[0])
        event.stop()
        event.prevent_default()
