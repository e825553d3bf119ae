"""What may be ticked: boxes, and groups of which one may be chosen, told apart without colour."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from textual.binding import Binding
from textual.content import Content
from textual.message import Message

from tui.say import say
from tui.widgets.rows import Row, RowList


@dataclass(frozen=True, slots=True)
class Check(Row):
    """One thing to tick.

    Attributes:
        group: Rows of one group exclude each other; "" stands alone.
    """

    group: str = ""


class CheckList(RowList):
    """Rows to tick: space or a click ticks, enter goes on.

    A row that stands alone shows `[x]` or `[ ]`; one of a group that excludes each other shows
    `(•)` or `( )`, and may be taken back too.
    """

    BINDINGS = [Binding("space", "tick", "Tick", show=False)]
    _indent = 4

    class Changed(Message):
        """Something was ticked or taken back."""

        def __init__(self, checks: CheckList, ticked: tuple[str, ...]) -> None:
            super().__init__()
            self.checks = checks
            self.ticked = ticked

        @property
        def control(self) -> CheckList:
            """The list."""
            return self.checks

    class Submitted(Message):
        """Enter: the choice is made."""

        def __init__(self, checks: CheckList) -> None:
            super().__init__()
            self.checks = checks

        @property
        def control(self) -> CheckList:
            """The list."""
            return self.checks

    def __init__(
        self,
        rows: Iterable[Check] = (),
        ticked: Iterable[str] = (),
        *,
        id: str | None = None,  # noqa: A002 - Textual's word
    ) -> None:
        super().__init__(rows, id=id)
        self._ticked = set(ticked)

    @property
    def pointed(self) -> bool:
        """Only while it has the focus: the boxes already say what is chosen."""
        return self.has_focus

    @property
    def ticked(self) -> tuple[str, ...]:
        """Ids of the ticked rows, in the order of the rows."""
        return tuple(row.id for row in self.rows if row.id in self._ticked)

    def tick(self, ids: Iterable[str]) -> None:
        """Tick exactly these, and put the cursor on the first of them."""
        self._ticked = set(ids)
        first = next((i for i, row in enumerate(self.rows) if row.id in self._ticked), None)
        if first is not None:
            self.cursor = first
        self.refresh()

    def head(self, row: Row, *, here: bool) -> Content:
        """The box of a row, and what it stands for."""
        on = row.id in self._ticked
        box = "[x]" if on else "[ ]"
        if isinstance(row, Check) and row.group:
            box = "(•)" if on else "( )"
        mark = Content.styled(f"{box} ", "bold $brass" if on else "$quiet")
        return mark + (super().head(row, here=here) if here or not on else say(row.text, "bold"))

    def _texts(self, row: Row, width: int, *, here: bool) -> list[Content]:
        head = self.head(row, here=here)
        first, *more = head[self._indent :].wrap(width - self._indent) or [Content()]
        return [
            head[: self._indent] + first,
            *(Content(" " * self._indent) + text for text in more),
        ]

    def action_tick(self) -> None:
        """Tick the row under the cursor, or take it back."""
        row = self.here
        if row is None or not row.open:
            return
        if row.id in self._ticked:
            self._ticked.discard(row.id)
        else:
            if isinstance(row, Check) and row.group:
                self._ticked -= {
                    other.id
                    for other in self.rows
                    if isinstance(other, Check) and other.group == row.group
                }
            self._ticked.add(row.id)
        self.refresh()
        self.post_message(self.Changed(self, self.ticked))

    def action_choose(self) -> None:
        """Go on."""
        self.post_message(self.Submitted(self))

    def clicked(self) -> None:
        """A click ticks, it does not go on."""
        self.action_tick()
