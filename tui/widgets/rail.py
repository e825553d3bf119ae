"""The rail: every step of a dialog with the answer given, and a way back to each finished one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from textual.content import Content

from tui.say import say
from tui.widgets.rows import Row, RowList


class Stage(StrEnum):
    """Where a step stands; its value is the glyph shown for it."""

    DONE = "✓"
    HERE = "▸"
    AHEAD = " "


@dataclass(frozen=True, slots=True)
class Stop(Row):
    """One step; `text` is its name, `aside` the answer.

    Attributes:
        stage: Where it stands.
    """

    stage: Stage = Stage.AHEAD


class Rail(RowList):
    """The steps at the left of a dialog. Choosing a finished one leads back to it.

    It takes the focus (shift+tab) only when there is a finished step to go to.
    """

    DEFAULT_CSS = """
    Rail { width: 28; height: auto; }
    """
    LABEL = 9

    def travel(self, stops: Iterable[Stop]) -> None:
        """Show these steps; the cursor waits on the last finished one."""
        rows = tuple(stops)
        done = [row.id for row in rows if row.stage is Stage.DONE]
        self.can_focus = bool(done)
        self.show(rows, at=done[-1] if done else None)

    @property
    def pointed(self) -> bool:
        """Only while it has the focus."""
        return self.has_focus

    def head(self, row: Row, *, here: bool) -> Content:
        """Glyph, name and answer."""
        stage = row.stage if isinstance(row, Stop) else Stage.AHEAD
        glyph = {Stage.DONE: "$fine", Stage.HERE: "$brass"}.get(stage, "")
        name = {Stage.HERE: "bold $brass", Stage.AHEAD: "$quiet"}.get(stage, "")
        if here:
            name = "bold $brass"
        return Content.assemble((f"{stage.value} ", glyph), (f"{row.text:<{self.LABEL}}", name)) + (
            say(row.aside, "$quiet", width=64)
        )
