"""The command bar of a dialog whose keys change with what is shown."""

from __future__ import annotations

from collections.abc import Iterable

from tui.widgets.command_bar import CommandBar


class StepBar(CommandBar):
    """A command bar whose entries can be replaced."""

    def __init__(self) -> None:
        super().__init__(())

    def show(self, entries: Iterable[tuple[str, str, str]]) -> None:
        """Show these entries: (key as shown, label, action to run on a click)."""
        self._entries = tuple(entries)
        self.refresh()
