"""Shown over everything while the terminal is too small for the screens."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Static


class TooSmall(ModalScreen[None]):
    """Says which size is needed; goes away by itself."""

    def __init__(self, columns: int, rows: int) -> None:
        super().__init__()
        self._needed = columns, rows

    def compose(self) -> ComposeResult:
        """One sentence."""
        columns, rows = self._needed
        yield Static(
            f"keyfob needs {columns} columns\nand {rows} rows.\nMake the window larger.\n"
            "ctrl+q quits."
        )
