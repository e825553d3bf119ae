"""The side pane of the wide layout: how many keys there are of each kind, and a way to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui.rows import Choice
from tui.say import line, say
from tui.widgets.key_list import Row, shown_state
from tui.widgets.lifeline import GLYPHS, STYLES
from vault.keys.lifetime import State

_STATES = (State.EXPIRED, State.SOON, State.FINE, State.NEVER, State.REVOKED)
_MOST = 9
"""Lines for registries, and for owners: the pane never scrolls."""


class FilterPane(Widget, can_focus=True):
    """Lines with counts; the chosen one narrows the list."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    FilterPane {
        height: 1fr; padding: 0 1; border: round $line; border-title-color: $foreground;
        &:focus { border: round $brass; border-title-color: $brass; }
    }
    """
    BINDINGS = [
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("up,k", "move(-1)", "Up", show=False),
    ]

    chosen: reactive[Choice] = reactive(Choice())

    class Picked(Message):
        """Another line was chosen."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own parameter name
        super().__init__(id=id)
        self._lines: list[tuple[Choice, Content, int] | None] = []
        self.border_title = "Show"

    def show(self, rows: Sequence[Row]) -> None:
        """Count these rows."""
        states: Counter[str] = Counter()
        for state, count in Counter([row.state for row in rows]).items():
            states[shown_state(state)] += count
        self._lines = [(Choice(), Content("All keys"), len(rows))]
        for state in _STATES:
            word = shown_state(state)
            if states[word] or state is not State.REVOKED:
                label = line((GLYPHS[state], STYLES[state]), f" {word.capitalize()}")
                self._lines.append((Choice("state", word), label, states[word]))
        for field, counts in (
            ("registry", Counter([row.title for row in rows])),
            ("owner", Counter([row.entry.record.owner for row in rows])),
        ):
            if counts:
                self._lines.append(None)
            for value, count in counts.most_common(_MOST):
                self._lines.append((Choice(field, value), say(value), count))
        self.refresh()

    def clear(self) -> None:
        """Choose all keys, silently."""
        self.chosen = Choice()

    def render(self) -> Content:
        """The lines."""
        width = self.content_size.width
        drawn = []
        for entry in self._lines:
            if entry is None:
                drawn.append(Content(""))
                continue
            choice, label, count = entry
            number = f"{count:,}"
            text = label.truncate(width - len(number) - 1, ellipsis=True, pad=True)
            row = text + Content.styled(f" {number}", "$quiet")
            drawn.append(row.stylize("bold $brass") if choice == self.chosen else row)
        return Content("\n").join(drawn)

    def action_move(self, by: int) -> None:
        """Choose the next or the previous line."""
        choices = [entry[0] for entry in self._lines if entry]
        at = choices.index(self.chosen) if self.chosen in choices else 0
        self._pick(choices[max(0, min(len(choices) - 1, at + by))])

    def on_click(self, event: events.Click) -> None:
        """Choose the line."""
        at = event.get_content_offset(self)
        if at is not None and at.y < len(self._lines) and (entry := self._lines[at.y]):
            self._pick(entry[0])

    def _pick(self, choice: Choice) -> None:
        self.chosen = choice
        self.post_message(self.Picked())
