"""The line under a field that says what is wrong, or worth knowing, in words and a glyph."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from tui.desk import desk
from tui.say import line, say
from vault.errors import VaultError


class NoteLine(Static):
    """One sentence under a field: `✗` refused, `!` worth knowing, `✓` good; empty when silent."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    NoteLine { height: auto; min-height: 1; max-height: 4; }
    """

    def refuse(self, error: VaultError | str) -> None:
        """Say why a value is refused, and what would help."""
        said = f"{error.message} {error.hint}" if isinstance(error, VaultError) else error
        self._say("✗", said.rstrip(), "$late", "$late")

    def warn(self, text: str) -> None:
        """Say something that must be known but stops nothing."""
        self._say("!", text, "$soon", "")

    def approve(self, text: str) -> None:
        """Say that something fits."""
        self._say("✓", text, "$fine", "")

    def whisper(self, text: str) -> None:
        """Say something in passing."""
        self.update(say(text, "$quiet"))

    def silence(self) -> None:
        """Say nothing."""
        self.update(Content(""))

    def visit(self, page: str | None, unknown: str) -> None:
        """Open a page in the browser, and say what came of it.

        Args:
            page: Its address; None or "" if it is not known here.
            unknown: What to say then.
        """
        if not page:
            self.warn(unknown)
        elif desk(self).open_page(page):
            self.whisper(f"Asked the browser to open {page}")
        else:
            self.warn(f"There is no browser here. The page is {page}")

    @property
    def text(self) -> str:
        """What it says now, glyph included."""
        return str(self.content)

    def _say(self, glyph: str, text: str, loud: str, style: str) -> None:
        self.update(line((f"{glyph} ", f"bold {loud}"), (text, style)))
