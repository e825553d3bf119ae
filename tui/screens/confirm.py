"""A question before something that cannot be undone."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tui.say import line, say
from tui.widgets.command_bar import CommandBar
from tui.widgets.fields import TextField
from vault.keys.key import name_key


class Confirm(ModalScreen[bool]):
    """Says what will happen; enter agrees, esc does not. A word to type makes it deliberate."""

    BINDINGS = [
        Binding("escape", "answer(False)", "Cancel", show=False),
        Binding("enter,y", "answer(True)", "Yes", show=False),
        Binding("n", "answer(False)", "No", show=False),
    ]

    def __init__(self, title: str, sentences: list[str], *, do: str, typed: str = "") -> None:
        """Ask.

        Args:
            title: What it is about, in the border.
            sentences: What will happen, one line each.
            do: The word for agreeing, e.g. `Revoke`.
            typed: What must be typed to agree, whatever its case; nothing if enter is enough.
        """
        super().__init__()
        self._title = title
        self._sentences = sentences
        self._do = do
        self._typed = typed

    def compose(self) -> ComposeResult:
        """The panel."""
        with Vertical(classes="panel") as panel:
            panel.border_title = say(self._title, width=50)
            panel.border_subtitle = Content(f"enter {self._do.lower()} · esc cancel")
            for sentence in self._sentences:
                yield Static(say(sentence))
            if self._typed:
                yield Static(line("Type ", (self._typed, "bold $brass"), " to go on."), id="ask")
                yield TextField(id="word")
                yield Static("", classes="problem")
        yield CommandBar(
            [("enter", self._do, "screen.answer(True)"), ("esc", "Cancel", "screen.answer(False)")]
        )

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.action_answer(yes=True)

    def action_answer(self, yes: bool) -> None:  # noqa: FBT001 - an action's parameter
        """Close with the answer, unless the word is still missing."""
        if yes and self._typed:
            word = self.query_one(TextField).value.strip()
            if name_key(word) != name_key(self._typed):
                self.query_one(".problem", Static).update("✗ That is not its name.")
                return
        self.dismiss(yes)
