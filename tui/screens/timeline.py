"""The timeline: what falls due when, in the next 30, 60 or 90 days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from tui.dates import say_moment
from tui.desk import desk
from tui.rows import make_rows
from tui.say import line, say
from tui.widgets.command_bar import CommandBar
from tui.widgets.key_list import KeyList, Row
from tui.widgets.lanes import Lanes
from tui.widgets.summary import Summary
from vault.keys.lifetime import State
from vault.registries.profile import Profile

_FAR = datetime.max.replace(tzinfo=UTC)

RANGES = (30, 60, 90)
"""Days that can be shown."""


class TimelineScreen(Screen[str | None]):
    """Keys along the time; closes with the id of the one to go to, or None."""

    BINDINGS = [
        Binding("escape,v,q", "dismiss(None)", "Back", show=False),
        Binding("right,plus", "range(1)", "Further", show=False),
        Binding("left,minus", "range(-1)", "Nearer", show=False),
    ]
    DEFAULT_CSS = """
    TimelineScreen #lanes {
        height: 1fr; border: round $brass; padding: 0 1;
        border-title-color: $brass; border-subtitle-color: $quiet;
    }
    TimelineScreen #heading { height: 2; }
    TimelineScreen #none { display: none; height: 1fr; content-align: center middle; }
    TimelineScreen.-empty #none { display: block; }
    TimelineScreen.-empty Lanes { display: none; }
    TimelineScreen #about { height: 2; padding: 0 2; }
    """

    def __init__(self, profiles: Mapping[str, Profile], *, select: str | None = None) -> None:
        """Look at the open vault.

        Args:
            profiles: The registries, by their ids.
            select: Id of the key to begin at, if it is among those shown.
        """
        super().__init__()
        self._profiles = profiles
        self._select = select
        self._rows: list[Row] = []
        self._never = 0
        self._days = RANGES[0]

    def compose(self) -> ComposeResult:
        """Summary, lanes, the selected key, bar."""
        yield Summary()
        with Vertical(id="lanes"):
            yield Static("", id="heading")
            yield Lanes(now=desk(self).clock())
            yield Static("", id="none")
        yield Static("", id="about")
        yield CommandBar(
            [
                ("enter", "Go to the key", "screen.go"),
                ("← →", "30, 60 or 90 days", "screen.turn"),
                ("esc", "Back", "screen.dismiss(None)"),
            ]
        )

    def on_mount(self) -> None:
        """Show the shortest time in which something ends."""
        self._look()
        ends = [_end(row) for row in self._rows if row.state is not State.EXPIRED]
        soonest = min(ends, default=desk(self).clock()) - desk(self).clock()
        fitting = [days for days in RANGES if soonest <= timedelta(days=days)]
        self._days = fitting[0] if fitting else RANGES[0]
        self._show(self._select)
        self.query_one(Lanes).focus()
        self.set_interval(30, self._tick)
        desk(self).show_status()

    def on_unmount(self) -> None:
        """Forget the keys: a timer may hold on to this screen after the vault was locked."""
        self._rows = []

    def on_resize(self) -> None:
        """Draw what surrounds the lanes for the new width."""
        self.call_after_refresh(self._surround)

    def _surround(self) -> None:
        if self in self.app.screen_stack:  # a lock may have taken it away meanwhile
            self._head()
            self._about()

    def _tick(self) -> None:
        self._look()
        self._show()

    def _look(self) -> None:
        """Read the vault: keys that have an end, the soonest first."""
        vault = desk(self).vault
        if vault is None or vault.locked:
            return
        rows = make_rows(vault.entries, self._profiles, desk(self).clock())
        self.query_one(Summary).counts = Counter([row.state for row in rows])
        self._never = sum(row.state is State.NEVER for row in rows)
        live = [row for row in rows if row.state not in {State.NEVER, State.REVOKED}]
        self._rows = sorted(live, key=lambda row: (_end(row), row.entry.record.name))

    def _show(self, select: str | None = None) -> None:
        lanes, now = self.query_one(Lanes), desk(self).clock()
        last = now + timedelta(days=self._days)
        lanes.days = self._days
        shown = [row for row in self._rows if _end(row) <= last]
        lanes.show(shown, now, select=select)
        self.set_class(not shown, "-empty")
        self.query_one("#none", Static).update(
            line((f"No key ends in the next {self._days} days.", "$quiet"))
        )
        self.query_one("#lanes").border_title = f"What falls due in the next {self._days} days"
        self._head()
        self._about()

    def _head(self) -> None:
        lanes = self.query_one(Lanes)
        width = lanes.scrollable_content_region.width
        self.query_one("#heading", Static).update(lanes.heading(width))

    @on(KeyList.Moved)
    def _about(self) -> None:
        lanes = self.query_one(Lanes)
        row = lanes.selected_row
        where = f"{lanes.cursor + 1} of {lanes.total:,}" if lanes.total else ""
        self.query_one("#lanes").border_subtitle = where
        width = max(self.size.width - 4, 1)
        lines = [_about(row, width), self._rest(lanes.total)]
        self.query_one("#about", Static).update(
            Content("\n").join(text.truncate(width, ellipsis=True) for text in lines)
        )

    def _rest(self, shown: int) -> Content:
        """What is not among the lanes."""
        later = len(self._rows) - shown
        parts = [f"{later:,} later"] * bool(later)
        parts += [f"{self._never:,} without an end"] * bool(self._never)
        return line(("Not shown: " + ", ".join(parts) if parts else "", "$quiet"))

    @on(KeyList.Chosen)
    def action_go(self) -> None:
        """Close with the selected key."""
        key = self.query_one(Lanes).selected
        if key is not None:
            self.dismiss(key.id)

    def action_range(self, by: int) -> None:
        """Show more days, or fewer."""
        at = RANGES.index(self._days) + by
        if 0 <= at < len(RANGES):
            self._days = RANGES[at]
            self._show()

    def action_turn(self) -> None:
        """Show more days, after the most the fewest: what a click does."""
        self._days = RANGES[(RANGES.index(self._days) + 1) % len(RANGES)]
        self._show()


def _about(row: Row | None, width: int) -> Content:
    """The selected key in one line; without its owner if there is no room for that, too."""
    if row is None or row.entry.record.expires is None:
        return Content("")
    key = row.key
    verb = "expired" if row.state is State.EXPIRED else "expires"
    head = line((key.name, "bold"), f"  {verb} {say_moment(row.entry.record.expires)}")
    actions = " ".join(key.actions)
    whole = head + say(f"  {row.title} · {key.owner} · {actions}", "$quiet")
    fits = whole.cell_length <= width
    return whole if fits else head + say(f"  {row.title} · {actions}", "$quiet")


def _end(row: Row) -> datetime:
    """When a key ends; never, if it has no end."""
    return row.entry.record.expires or _FAR
