"""A bar that moves while something takes its time, and stands still where motion is unwanted."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.timer import Timer
from textual.widget import Widget

from tui.say import say

PIECE = 12
"""Cells of the moving piece."""


class Working(Widget):
    """Two lines: what is being done, and a bar."""

    DEFAULT_CSS = """
    Working { height: 2; }
    """

    step: reactive[int] = reactive(0)
    what: reactive[str] = reactive("")
    _timer: Timer | None = None

    def begin(self, what: str) -> None:
        """Show what is being done."""
        self.what, self.step = what, 0
        if self.app.animation_level != "none" and self._timer is None:
            self._timer = self.set_interval(1 / 15, self._advance)

    def end(self) -> None:
        """Show nothing again."""
        self.what = ""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _advance(self) -> None:
        if self.screen.is_active:  # under another screen, each step would have that redrawn
            self.step += 1

    def render(self) -> Content:
        """The two lines, empty when nothing is being done."""
        if not self.what:
            return Content("")
        words = say(f"{self.what}…", "$quiet")
        if self._timer is None:
            return words
        room = max(self.size.width - PIECE, 1)
        at = self.step % (2 * room)
        at = at if at < room else 2 * room - at
        return Content.assemble(
            words, "\n", ("─" * at, "$line"), ("━" * PIECE, "$brass"), ("─" * (room - at), "$line")
        )
