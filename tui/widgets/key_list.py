"""The list of keys: a line API widget that draws only what is visible, whatever the number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

from tui.say import say
from tui.widgets.lifeline import GLYPHS, STYLES, lifeline
from vault.keys.key import Key
from vault.keys.lifetime import State
from vault.records import Entry

BAR = 8
"""Cells of a row's lifeline."""

WIDE_LIST = 78
"""The list's own width from which scopes have a column: 110 columns less the side pane."""


def shown_state(state: State) -> str:
    """The word a state is filtered by: soon and urgent are both `due`."""
    return "due" if state.due else state.value


class Row(msgspec.Struct, gc=False, eq=False):
    """One key as the list shows and finds it.

    Attributes:
        entry: The key as the vault holds it; what is not drawn need not be made.
        state: Its urgency at the moment the row was made.
        title: Its registry's title.
    """

    entry: Entry
    state: State
    title: str
    _haystack: str = ""

    @property
    def key(self) -> Key:
        """The key."""
        return self.entry.key

    @property
    def haystack(self) -> str:
        """Everything a filter looks in, in lower case: made when it is first looked in."""
        if not self._haystack:
            record = self.entry.record
            words = [word for grant in record.grants for word in grant]
            words += [record.name, self.title, record.owner, shown_state(self.state)]
            self._haystack = " ".join(words).lower()
        return self._haystack


class KeyList(ScrollView, can_focus=True):
    """Keys, one a line: state, name, registry, packages, time left and lifeline."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    KeyList { height: 1fr; background: $background; scrollbar-size-vertical: 1;
        overflow-x: hidden; }
    """
    BINDINGS = [
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("home,g", "edge(0)", "First", show=False),
        Binding("end,G", "edge(1)", "Last", show=False),
        Binding("enter", "choose", "Copy", show=False),
    ]

    cursor: reactive[int] = reactive(0, repaint=False)

    class Moved(Message):
        """Another row was selected; not posted by `show`, whose caller knows."""

    class Chosen(Message):
        """Enter, or a double click: the selected key is wanted."""

        def __init__(self, key: Key) -> None:
            super().__init__()
            self.key = key

    def __init__(self, *, now: datetime) -> None:
        super().__init__(id="list")
        self._rows: Sequence[Row] = ()
        self._now = now
        self._longest_name = self._longest_scope = 0

    @property
    def selected(self) -> Key | None:
        """The key under the cursor."""
        return self._rows[self.cursor].key if self._rows else None

    @property
    def total(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    def show(self, rows: Sequence[Row], now: datetime, *, select: str | None = None) -> None:
        """Show these rows.

        Args:
            rows: In the order they are to appear.
            now: The time their words and bars speak of.
            select: Id of the key to put the cursor on; else it stays on its key, or its line.
        """
        wanted = select or (self.selected.id if self.selected else None)
        self._rows, self._now = rows, now
        self._longest_name = max([len(row.entry.record.name) for row in rows], default=0)
        self._longest_scope = 0
        self.virtual_size = Size(self.size.width, len(rows))
        at = min(self.cursor, max(len(rows) - 1, 0))
        if wanted is not None:
            at = next((i for i, row in enumerate(rows) if row.entry.record.id == wanted), at)
        self.set_reactive(KeyList.cursor, at)
        self._reveal()

    def on_unmount(self) -> None:
        """Forget the keys: a timer may hold on to this widget after the vault was locked."""
        self._rows = ()

    def render_line(self, y: int) -> Strip:
        """One visible line."""
        y += self.scroll_offset.y
        width = self.scrollable_content_region.width
        if y >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        row = self._rows[y]
        content = self._draw(row, width, here=y == self.cursor)
        [strip] = Visual.to_strips(self, content, width, 1, self.visual_style)
        return strip

    def heading(self, width: int) -> Content:
        """The line above the list, for the same width."""
        name, registry, scope, packages, when = self._columns(width)
        texts = [_cell("", 4), _cell("Name", name), _cell("Registry", registry)]
        if scope:
            texts.append(_cell("Scope", scope))
        texts += [_cell("Packages", packages), Content(f"{'Expires':>{when}}")]
        return Content(" ").join(texts).stylize("$quiet")

    def _draw(self, row: Row, width: int, *, here: bool) -> Content:
        key, state = row.key, row.state
        name, registry, scope, packages, when = self._columns(width)
        style = STYLES[state]
        parts = [
            Content.assemble(("▌" if here else " ", "$brass"), " ", (GLYPHS[state], style), " "),
            _cell(key.name, name, "bold $brass" if here else ""),
            _cell(row.title, registry, "$quiet"),
        ]
        if scope:
            parts.append(_cell(" ".join(key.actions), scope, "$quiet"))
        loud = style if state is State.EXPIRED or state.due else "$quiet" * (state.value == "never")
        words = key.lifetime.say(self._now)
        parts += [
            _cell(" ".join(glob.text for glob in key.globs), packages),
            Content.styled(f"{words:>{when - BAR - 2}}  ", loud)
            + lifeline(state, key.lifetime.fraction_left(self._now), BAR),
        ]
        line = Content(" ").join(parts)
        return line.stylize("on $cursor-ground") if here else line

    def _columns(self, width: int) -> tuple[int, int, int, int, int]:
        """Widths of name, registry, scope (0: not shown), packages, and time with bar."""
        registry, when, scope = 11, 15 + 2 + BAR, 0
        if width >= WIDE_LIST:
            if not self._longest_scope:
                self._longest_scope = _longest_scope(self._rows)
            scope = min(max(self._longest_scope, 5), 20)
        rest = width - 4 - registry - when - scope - 4 - (1 if scope else 0)
        name = min(max(self._longest_name, 8), rest // 2)
        return name, registry, scope, max(rest - name, 6), when

    def action_move(self, by: int) -> None:
        """Move the cursor up or down."""
        self._go(self.cursor + by)

    def action_page(self, by: int) -> None:
        """Move the cursor by a screenful."""
        self._go(self.cursor + by * max(self.size.height - 1, 1))

    def action_edge(self, end: int) -> None:
        """Move the cursor to the first (0) or last (1) row."""
        self._go(end * len(self._rows))

    def action_choose(self) -> None:
        """Say that the selected key is wanted."""
        if self.selected is not None:
            self.post_message(self.Chosen(self.selected))

    def on_click(self, event: events.Click) -> None:
        """Move to the row; a double click chooses it."""
        y = event.y + self.scroll_offset.y
        if y < len(self._rows):
            self._go(y)
            if event.chain == 2:  # noqa: PLR2004 - a double click
                self.action_choose()

    def _go(self, to: int) -> None:
        self.cursor = max(0, min(len(self._rows) - 1, to))

    def watch_cursor(self) -> None:
        """Keep the cursor in view and tell who listens."""
        self._reveal()
        self.post_message(self.Moved())

    def _reveal(self) -> None:
        top, height = self.scroll_offset.y, max(self.scrollable_content_region.height, 1)
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False)
        elif self.cursor >= top + height:
            self.scroll_to(y=self.cursor - height + 1, animate=False)
        self.refresh()


def _longest_scope(rows: Sequence[Row]) -> int:
    """How long the actions of a key are at most; of ten thousand keys few have others."""
    scopes = {tuple([action for action, _ in row.entry.record.grants]) for row in rows}
    return max((len(" ".join(dict.fromkeys(scope))) for scope in scopes), default=0)


def _cell(text: str, width: int, style: str = "") -> Content:
    return say(text, style, width=512).truncate(width, ellipsis=True, pad=True)
