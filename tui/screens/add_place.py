"""One more place of a key: what it is called, what sort it is, and what installs the secret."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tui.say import say
from tui.widgets.command_bar import CommandBar
from tui.widgets.fields import TextField
from tui.widgets.note_line import NoteLine
from tui.widgets.rows import Row, RowList
from vault.errors import ValueRefusedError
from vault.keys.place import Place, new_place

KIND_WORDS = {
    "ci-secret": "a variable of a CI system",
    "file": "a file",
    "machine": "a machine",
    "person": "somebody who has it",
    "other": "something else",
}
"""What each kind of place is called."""


class AddPlace(ModalScreen[Place | None]):
    """Three questions in one dialog. Its result is the place, or None."""

    BINDINGS = [Binding("escape", "dismiss(None)", "Cancel", show=False)]
    DEFAULT_CSS = """
    AddPlace RowList { margin: 0 0 1 0; }
    AddPlace Static { height: auto; }
    """

    def compose(self) -> ComposeResult:
        """The panel."""
        with Vertical(classes="panel wide") as panel:
            panel.border_title = "A place"
            panel.border_subtitle = "enter add · tab next field · esc cancel"
            yield Static(say("What do you call it?", "bold"))
            yield TextField(placeholder="GitHub contoso/core, secret NUGET_KEY", id="where")
            yield RowList([Row(kind, words) for kind, words in KIND_WORDS.items()], id="kind")
            yield Static(say("A command that installs the secret there, if there is one", "bold"))
            yield TextField(placeholder="gh secret set NUGET_KEY --repo contoso/core", id="command")
            yield Static(
                say(
                    "It is run without a shell, and gets the secret on its standard input.",
                    "$quiet",
                )
            )
            yield NoteLine()
        yield CommandBar(
            [("enter", "Add", "screen.add"), ("esc", "Cancel", "screen.dismiss(None)")]
        )

    def on_mount(self) -> None:
        """Ask for the name first."""
        self.query_one("#where").focus()

    @on(Input.Submitted)
    @on(RowList.Chosen)
    def _entered(self) -> None:
        self.action_add()

    def action_add(self) -> None:
        """Close with the place, if it is one."""
        kind = self.query_one("#kind", RowList).here
        try:
            place = new_place(
                kind.id if kind is not None else "other",
                self.query_one("#where", TextField).value,
                self.query_one("#command", TextField).value,
            )
        except ValueRefusedError as error:
            self.query_one(NoteLine).refuse(error)
            return
        self.dismiss(place)
