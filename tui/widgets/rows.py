"""A short list of rows to move over and choose from; the other lists of a dialog build on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui.say import say


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Attributes:
        id: What the messages call it.
        text: Its line; foreign text is welcome.
        detail: A sentence under the line, wrapped; or "".
        aside: Quiet text behind the line's own, or "".
        open: Whether it can be chosen.
        label: Quiet text before the line's own, or "".
    """

    id: str
    text: str
    detail: str = ""
    aside: str = ""
    open: bool = True
    label: str = ""


class RowList(Widget, can_focus=True):
    """Rows under a cursor: arrows move, enter or a click chooses.

    The row under the cursor carries a mark as well as a colour. If the widget is lower than its
    rows, it shows those around the cursor, and its last line counts those below.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    RowList { height: auto; width: 1fr; }
    """
    BINDINGS = [
        Binding("down", "move(1)", "Down", show=False),
        Binding("up", "move(-1)", "Up", show=False),
        Binding("home", "edge(0)", "First", show=False),
        Binding("end", "edge(1)", "Last", show=False),
        Binding("enter", "choose", "Choose", show=False),
    ]

    cursor: reactive[int] = reactive(0)

    class Moved(Message):
        """Another row is under the cursor."""

        def __init__(self, rows: RowList, row: Row) -> None:
            super().__init__()
            self.rows = rows
            self.row = row

        @property
        def control(self) -> RowList:
            """The list."""
            return self.rows

    class Chosen(Moved):
        """Enter or a click on a row."""

    def __init__(self, rows: Iterable[Row] = (), *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._rows: tuple[Row, ...] = tuple(rows)
        self._top = 0

    @property
    def rows(self) -> Sequence[Row]:
        """The rows, in order."""
        return self._rows

    @property
    def here(self) -> Row | None:
        """The row under the cursor."""
        return self._rows[self.cursor] if self._rows else None

    def show(self, rows: Iterable[Row], *, at: str | None = None) -> None:
        """Show these rows.

        Args:
            rows: In the order they are to appear.
            at: Id of the row to put the cursor on; else it stays where it is, if it can.
        """
        self._rows = tuple(rows)
        index = next((i for i, row in enumerate(self._rows) if row.id == at), None)
        if index is None:
            index = max(min(self.cursor, len(self._rows) - 1), 0)
        self.cursor = self._nearest(index, 1)
        self.refresh(layout=True)

    @property
    def pointed(self) -> bool:
        """Whether the row under the cursor is marked."""
        return True

    def head(self, row: Row, *, here: bool) -> Content:
        """The line of one row, or its lines, without the cursor's mark."""
        style = "$quiet" if not row.open else "bold $brass" if here else ""
        label = say(row.label, "$brass" if here else "$quiet")
        return label + say(row.text, style) + say(f"  {row.aside}" if row.aside else "", "$quiet")

    def render(self) -> Content:
        """All lines, or those around the cursor if there is no room for all."""
        width, height = self.content_size
        lines = self._lines(width)
        mine = [y for y, (index, _) in enumerate(lines) if index == self.cursor]
        if mine:
            self._top = min(self._top, mine[0])
            counted = mine[-1] < len(lines) - 1  # by the last line, which is none of its own then
            self._top = max(self._top, mine[-1] - height + 1 + counted)
        self._top = max(min(self._top, len(lines) - height), 0)
        shown = [text for _, text in lines[self._top : self._top + height]]
        below = self._below(lines, self._top + height)
        if below and height > 1:
            shown[-1] = say(f"  and {below} more below", "$quiet")
        return Content("\n").join(shown)

    def _below(self, lines: Sequence[tuple[int, Content]], end: int) -> int:
        """How many rows that can be chosen are not shown whole if these lines end there."""
        if end >= len(lines):
            return 0
        cut = {
            index for index, text in lines[end - 1 :] if text.plain.strip()
        }  # no gap between two
        return sum(self._rows[index].open for index in cut)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as the rows take at this width."""
        del container, viewport
        return max(len(self._lines(width)), 1)

    def action_move(self, by: int) -> None:
        """Move the cursor up or down, over rows that cannot be chosen."""
        to = self.cursor + by
        while 0 <= to < len(self._rows) and not self._rows[to].open:
            to += by
        if 0 <= to < len(self._rows):
            self.cursor = to

    def action_edge(self, end: int) -> None:
        """Move the cursor to the first (0) or last (1) row."""
        self.cursor = self._nearest(end * (len(self._rows) - 1), -1 if end else 1)

    def action_choose(self) -> None:
        """Say that the row under the cursor is chosen."""
        row = self.here
        if row is not None and row.open:
            self.post_message(self.Chosen(self, row))

    def clicked(self) -> None:
        """The row under the cursor was clicked: the same as enter, unless a list says otherwise."""
        self.action_choose()

    def watch_cursor(self) -> None:
        """Tell who listens."""
        if self.here is not None:
            self.post_message(self.Moved(self, self.here))

    def _on_focus(self, event: events.Focus) -> None:
        del event
        self.refresh()

    def _on_blur(self, event: events.Blur) -> None:
        del event
        self.refresh()

    async def _on_click(self, event: events.Click) -> None:
        lines = self._lines(self.content_size.width)
        at = event.get_content_offset(self)
        y = -1 if at is None else at.y + self._top
        end = self._top + self.content_size.height
        if y == end - 1 and self._below(lines, end):  # the rest is counted there
            self.cursor = self._nearest(lines[y][0], 1)
        elif 0 <= y < len(lines) and self._rows[lines[y][0]].open:
            self.cursor = lines[y][0]
            self.clicked()

    def _on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.action_move(1)

    def _on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.action_move(-1)

    def _nearest(self, index: int, by: int) -> int:
        while 0 <= index < len(self._rows) and not self._rows[index].open:
            index += by
        return index if 0 <= index < len(self._rows) else 0

    def _texts(self, row: Row, width: int, *, here: bool) -> list[Content]:
        """The lines of one row before its detail, without the cursor's mark."""
        del width
        return self.head(row, here=here).split("\n", allow_blank=True)

    def _lines(self, width: int) -> list[tuple[int, Content]]:
        """Every line with the index of its row."""
        lines: list[tuple[int, Content]] = []
        for index, row in enumerate(self._rows):
            here = index == self.cursor and row.open and self.pointed
            bar, tint = ("▌", "$brass") if self.has_focus else ("▎", "$quiet")
            mark = Content.styled(bar if here else " ", tint)
            texts = self._texts(row, max(width - 2, 12), here=here)
            if row.detail:
                texts += [
                    Content(" " * self._indent) + text
                    for text in say(row.detail, "$quiet").wrap(max(width - 2 - self._indent, 8))
                ]
            if lines and row.detail:
                lines.append((index - 1, Content(" " * width)))
            for text in texts:
                drawn = Content.assemble(mark, " ", text).truncate(width, ellipsis=True, pad=True)
                lines.append((index, drawn.stylize("on $cursor-ground") if here else drawn))
        return lines

    _indent = 0
    """Cells by which details stand further in than the line above them."""
