"""Help: every key of the main screen, from the same table as the keys themselves."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.commands import COMMANDS, Shown
from tui.say import line
from tui.widgets.command_bar import CommandBar


class Help(ModalScreen[None]):
    """Keys by group, each with what it does and the verb that does the same in a shell."""

    BINDINGS = [Binding("escape,question_mark,q,enter,f1", "dismiss", "Back", show=False)]
    DEFAULT_CSS = """
    Help VerticalScroll { height: auto; max-height: 100%; scrollbar-size-vertical: 1; }
    """

    def compose(self) -> ComposeResult:
        """The panel."""
        with Vertical(classes="panel wide") as panel:
            panel.border_title = "Help"
            panel.border_subtitle = "esc back"
            with VerticalScroll():
                yield Static(Content("\n").join(_lines()))
        yield CommandBar([("esc", "Back", "screen.dismiss")])


def _lines() -> list[Content]:
    lines: list[Content] = []
    shown = sorted(
        (
            command
            for command in COMMANDS
            if command.shown is not Shown.NEVER and command.action != "help"  # this is it
        ),
        key=attrgetter("group"),
    )
    for group, commands in groupby(shown, key=attrgetter("group")):
        lines.append(Content.styled(group, "bold"))
        for command in commands:
            verb = f"keyfob {command.verb}" if command.verb else ""
            lines.append(
                line(
                    (f"  {command.key:<7}", "bold $brass"),
                    f"{command.help:<45}",
                    (verb, "$quiet"),
                )
            )
    lines += [
        line(("  ↑ ↓    ", "bold $brass"), "Move; enter copies. A click selects, two clicks copy"),
        line(("  ctrl+p ", "bold $brass"), "Every command by name"),
    ]
    return lines
