"""What globs make of the package ids at hand, live: covered, just missed, and the rest."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events, work
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.worker import get_current_worker

from tui.say import line, say
from vault.keys.glob import Glob
from vault.keys.near import NearMiss, Preview, preview

NEAR_SHOWN = 3
"""Near misses shown one by one, at most."""

HERE = "in this directory"
NAMED = "that your keys name"
BOTH = "here and in your keys"
"""Where ids are from; of those of other keys, a new one need cover none."""

WIDEST = 24
"""Cells of the column of near misses, from which longer ones stick out."""


class GlobPreview(Widget):
    """Counts, then as many ids as there is room for; a click on one not covered asks to add it.

    The literal part of a covered id is quiet, what a wildcard stands for is bright.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    GlobPreview { height: 1fr; min-height: 2; }
    """

    class Wanted(Message):
        """An id that is not covered was clicked."""

        def __init__(self, package_id: str) -> None:
            super().__init__()
            self.package_id = package_id

    class Looked(Message):
        """A look is done; from its thread to the widget."""

        def __init__(self, globs: tuple[Glob, ...], seen: Preview, where: str) -> None:
            super().__init__()
            self.globs = globs
            self.seen = seen
            self.where = where

    def __init__(self) -> None:
        super().__init__()
        self._globs: tuple[Glob, ...] = ()
        self._seen = Preview((), (), ())
        self._where = HERE

    @property
    def seen(self) -> Preview:
        """What was last found."""
        return self._seen

    @work(thread=True, exclusive=True, exit_on_error=False, group="preview")
    def look(self, globs: tuple[Glob, ...], package_ids: Sequence[str], where: str) -> None:
        """Find out what these globs make of these ids, and show it.

        Args:
            globs: As typed so far.
            package_ids: Any number.
            where: Where they are from, to follow "the ids": `in this directory`.
        """
        seen = preview(globs, package_ids)
        if not get_current_worker().is_cancelled:
            self.post_message(self.Looked(globs, seen, where))

    def on_glob_preview_looked(self, event: Looked) -> None:
        """Show it."""
        event.stop()
        self._globs, self._seen, self._where = event.globs, event.seen, event.where
        self.refresh()

    def render(self) -> Content:
        """The lines."""
        width = self.content_size.width
        return Content("\n").join(
            text.truncate(width, ellipsis=True) for _, text in self._lines(self.content_size.height)
        )

    async def _on_click(self, event: events.Click) -> None:
        lines = self._lines(self.content_size.height)
        if 0 <= event.y < len(lines) and lines[event.y][0]:
            self.post_message(self.Wanted(lines[event.y][0]))

    def _lines(self, room: int) -> list[tuple[str, Content]]:
        """Lines with the id that a click on each adds, or ""."""
        seen = self._seen
        lines = [("", self._count())]
        if not self._globs:
            found = [(name, say(f"    {name}", "$quiet")) for name in seen.others[:room]]
            return lines + _cut(found, len(seen.others), room - 1)
        shown = seen.near[: max(1, min(NEAR_SHOWN, (room - 1) // 3))]
        column = min(max((len(near.package_id) for near in shown), default=0), WIDEST)
        rest = [(near.package_id, _near(near, column)) for near in shown]
        others = [near.package_id for near in seen.near[len(shown) :]] + list(seen.others)
        if others:
            start = "  ✗ not covered: "
            text = say(start + _in_line(others, self.content_size.width - len(start)), "$quiet")
            rest.append((others[0] if len(others) == 1 else "", text))
        space = max(room - 1 - len(rest), 1)
        if space == 1 and len(seen.covered) > 1:
            names = _in_line(seen.covered, self.content_size.width - 4)
            lines.append(("", line(("  ✓ ", "$fine"), names)))
            return lines + rest
        covered = [("", self._covered(name)) for name in seen.covered[:space]]
        return lines + _cut(covered, len(seen.covered), space) + rest

    def _count(self) -> Content:
        seen, where = self._seen, self._where
        total = len(seen.covered) + len(seen.near) + len(seen.others)
        if not total:
            return say(f"No package ids were found {HERE}.", "$quiet")
        ids = "id" if total == 1 else f"{total:,} ids"
        if not self._globs:
            return say(f"The {ids} {where}:", "$quiet")
        if not seen.covered:
            none = "does not cover the id" if total == 1 else f"covers none of {ids}"
            if where == NAMED:
                return say(f"{none} {where}", "$quiet")
            return line(("! ", "bold $soon"), (f"{none} {where}", "$soon"))
        some = "all" if len(seen.covered) == total else f"{len(seen.covered):,} of"
        return line(("✓ ", "$fine"), f"covers {'the' if total == 1 else some} {ids} {where}")

    def _covered(self, package_id: str) -> Content:
        glob = next((glob for glob in self._globs if glob.covers(package_id)), None)
        parts = wild_parts(glob, package_id) if glob else [(package_id, True)]
        tinted = [(text, "" if wild else "$quiet") for text, wild in parts]
        return line(("  ✓ ", "$fine"), *tinted)


def _in_line(names: Sequence[str], room: int) -> str:
    """As many names as one line has room for, the first at least, and how many more there are."""
    texts = (
        ", ".join(names[:shown]) + (f" and {more:,} more" if (more := len(names) - shown) else "")
        for shown in range(min(len(names), room), 0, -1)
    )
    return next((text for text in texts if say(text).cell_length <= room), names[0])


def _cut(lines: list[tuple[str, Content]], total: int, room: int) -> list[tuple[str, Content]]:
    """The lines there is room for, the last of them counting the rest."""
    room = max(room, 1)
    if total <= room:
        return lines
    return [*lines[: room - 1], ("", say(f"    and {total - room + 1:,} more", "$quiet"))]


def wild_parts(glob: Glob, package_id: str) -> list[tuple[str, bool]]:
    """A covered id in pieces: its text, and whether a wildcard stands for it.

    The whole of an id that was named exactly counts as meant.
    """
    if glob.exact:
        return [(package_id, True)]
    head, *middle, tail = glob.text.lower().split("*")
    end = len(package_id) - len(tail)
    folded = package_id.lower()
    parts, at = [(package_id[: len(head)], False)], len(head)
    for piece in middle:
        found = folded.find(piece, at, end)
        parts += [(package_id[at:found], True), (package_id[found : found + len(piece)], False)]
        at = found + len(piece)
    parts += [(package_id[at:end], True), (package_id[end:], False)]
    return [(text, wild) for text, wild in parts if text]


def advice(near: NearMiss) -> str:
    """What to do about a near miss, in a few words."""
    return f"add the id, or {near.better}" if near.better else near.fix


def _near(near: NearMiss, column: int) -> Content:
    name = say(near.package_id, width=200).pad_right(max(column - len(near.package_id), 0))
    return line(("  ✗ ", "bold $soon"), name, (f"  {advice(near)}", "$quiet"))
