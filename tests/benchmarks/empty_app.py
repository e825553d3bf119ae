"""The least a Textual program can be: what keyfob's first paint is measured against."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Static

MARK = "nothing-but-this"


class Empty(App[None]):
    """One line of text."""

    def compose(self) -> ComposeResult:
        """The line."""
        yield Static(MARK)


if __name__ == "__main__":
    Empty().run()
