"""When keys end, drawn along the time: one lane a key, from today to its end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from itertools import pairwise

from textual.content import Content
from textual.strip import Strip
from textual.visual import Visual

from tui.say import say
from tui.widgets.key_list import KeyList, Row
from tui.widgets.lifeline import GLYPHS, STYLES
from vault.keys.lifetime import State

PAST = 3
"""Cells left of today: there stands what has expired."""

_MARK = 2
"""Cells of the cursor's mark."""

_TAIL = 2
"""Cells of a line behind a name that stands before its end."""

_DATE = 8
"""Cells of a date and what keeps it from the next one."""

_LONGEST_NAME = 32
_DAY = timedelta(days=1)


class Scale:
    """Where a moment stands: days to cells.

    Attributes:
        now: The moment at the left.
        days: How many days there are.
        width: Cells there are, those for the past included.
    """

    def __init__(self, now: datetime, days: int, width: int) -> None:
        self.now = now
        self.days = days
        self.width = max(width, PAST + 10)

    def cell(self, moment: datetime) -> int:
        """The cell of a moment: from `PAST` for today to the last one for the last day."""
        share = (moment - self.now) / _DAY / self.days
        room = self.width - PAST - 1
        return PAST + round(min(max(share, 0.0), 1.0) * room)

    @property
    def end(self) -> datetime:
        """The last moment there is room for."""
        return self.now + timedelta(days=self.days)

    def mondays(self) -> list[datetime]:
        """The beginnings of the weeks to come, local midnight."""
        local = self.now.astimezone()
        first = local.date() + timedelta(days=7 - local.weekday())
        weeks = range((self.days + 7) // 7)
        found = [datetime.combine(first + 7 * week * _DAY, time()).astimezone() for week in weeks]
        return [monday for monday in found if monday <= self.end]


class Lanes(KeyList):
    """Keys by their ends: a list whose lines are lanes.

    A lane's line runs from today to the end, in the colour of the key's state; name and time stand
    behind its end, or before it where there is no room behind. What has expired stands left of
    today.
    """

    days = 30
    """How many days are shown."""

    @property
    def selected_row(self) -> Row | None:
        """The row under the cursor."""
        return self._rows[self.cursor] if self._rows else None

    def scale(self, width: int) -> Scale:
        """Where moments stand in a line of this width."""
        return Scale(self._now, self.days, width - _MARK)

    def heading(self, width: int) -> Content:
        """The two lines above the lanes: dates, and how many keys end in which week."""
        scale = self.scale(width)
        ends = [row.entry.record.expires for row in self._rows]
        left = Content(" " * _MARK)
        dates, axis = _dates(scale), _axis(scale, [end for end in ends if end])
        return (left + dates + Content("\n") + left + axis).stylize_before("$quiet")

    def render_line(self, y: int) -> Strip:
        """One visible line; below the keys the weeks go on."""
        if y + self.scroll_offset.y < len(self._rows):
            return super().render_line(y)
        width = self.scrollable_content_region.width
        ground = Content(" " * _MARK) + _ground(self.scale(width))
        [strip] = Visual.to_strips(self, ground, width, 1, self.visual_style)
        return strip

    def _draw(self, row: Row, width: int, *, here: bool) -> Content:
        scale = self.scale(width)
        mark = Content.styled("▌" if here else " ", "$brass")
        line = mark + Content(" ") + _lane(row, scale, here=here)
        return line.stylize("on $cursor-ground") if here else line


def _lane(row: Row, scale: Scale, *, here: bool) -> Content:
    """One key's lane, as wide as the scale."""
    style = STYLES[row.state]
    glyph = Content.styled(GLYPHS[row.state], style)
    label = _label(row, scale, here=here)
    ground = _ground(scale)
    if row.state is State.EXPIRED or row.entry.record.expires is None:
        past = glyph + Content.styled("━" * (PAST - 1), style)
        return _over(_over(ground, past, 0), Content(" ") + label, PAST + 1)
    cell = max(scale.cell(row.entry.record.expires), PAST + 1)
    bar = Content.styled("━" * (cell - PAST - 1), style)
    if cell + 2 + label.cell_length <= scale.width:
        text = bar + glyph + Content(" ") + label
    else:
        room = cell - PAST - 1 - label.cell_length - 2 - _TAIL
        text = bar[:room] + Content(" ") + label + Content(" ") + bar[:_TAIL] + glyph
    return _over(ground, text, PAST + 1)


def _label(row: Row, scale: Scale, *, here: bool) -> Content:
    """Name and time of a key, cut to what fits beside the shortest line."""
    words = row.key.lifetime.say(scale.now)
    room = max(min(_LONGEST_NAME, (scale.width - PAST) // 2 - len(words)), 8)
    loud = row.state is State.EXPIRED or row.state.due
    name = say(row.key.name, "bold $brass" if here else "").truncate(room, ellipsis=True)
    return name + Content.styled(f"  {words}", STYLES[row.state] if loud else "$quiet")


def _ground(scale: Scale) -> Content:
    """An empty lane: today, and the beginnings of weeks."""
    weeks = {scale.cell(monday) for monday in scale.mondays()}
    cells = ["┊" if cell in weeks else " " for cell in range(scale.width)]
    before, after = "".join(cells[:PAST]), "".join(cells[PAST + 1 :])
    return Content.assemble(before, ("│", "$foreground"), (after, "$line"))


def _over(ground: Content, text: Content, at: int) -> Content:
    """A ground with a text laid over it."""
    return ground[:at] + text + ground[at + text.cell_length :]


def _dates(scale: Scale) -> Content:
    """The dates of the weeks' beginnings: of each, or of every second, as there is room."""
    line = Content(" " * PAST) + Content.styled("today", "bold $foreground")
    week = 7 * (scale.width - PAST - 1) // scale.days
    stride = -(-_DATE // max(week, 1))
    for monday in scale.mondays()[stride - 1 :: stride]:
        cell, text = scale.cell(monday), f"{monday.day} {monday:%b}"
        if cell > line.cell_length and cell + len(text) <= scale.width:
            line += Content(" " * (cell - line.cell_length) + text)
    return line


def _axis(scale: Scale, ends: Sequence[datetime]) -> Content:
    """The axis: a tick for each week, and between two how many keys end there."""
    marks = [scale.now, *scale.mondays(), scale.end + timedelta(seconds=1)]
    late = sum(end <= scale.now for end in ends)
    line = Content.styled(f"{late or '':>{PAST - 1}} ", STYLES[State.EXPIRED])
    for first, last in pairwise(marks):
        count = sum(first <= end < last and end > scale.now for end in ends)
        at, to = scale.cell(first), scale.cell(last)
        tick = "┼" if at == PAST else "┬"
        to = max(to, at + 1) if last < scale.end else scale.width
        said = f" {count} " if count and to - at - 1 >= len(str(count)) + 2 else ""
        dashes = max(to - at - 1 - len(said), 0)
        before = dashes // 2
        line += Content.assemble(
            (tick + "─" * before, "$line"),
            (said, "$foreground"),
            ("─" * (dashes - before), "$line"),
        )
    return line[: scale.width]
