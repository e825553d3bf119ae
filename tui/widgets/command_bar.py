"""The bar at the bottom: the keys that work here, each also a place to click."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content
from textual.style import Style
from textual.widget import Widget

WIDE = 110
"""Columns from which the wide layout is used."""


class CommandBar(Widget):
    """Keys and their names in one line; one widget, so that the first paint stays fast."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    CommandBar { dock: bottom; height: 1; padding: 0 1; color: $quiet; background: $background; }
    """

    def __init__(
        self,
        entries: Iterable[tuple[str, str, str]],
        wide: Iterable[tuple[str, str, str]] = (),
        *,
        id: str | None = None,  # noqa: A002 - Textual's name for it
    ) -> None:
        """Make a bar.

        Args:
            entries: (key as shown, label, action to run on a click) for any width.
            wide: The same, shown only from `WIDE` columns.
            id: Where a screen has more than one.
        """
        super().__init__(id=id)
        self.auto_links = False  # Textual would underline every entry
        self._entries = tuple(entries)
        self._wide = tuple(wide)

    def render(self) -> Content:
        """The line, with what works now and fits."""
        room = self.size.width
        entries = self._entries + (self._wide if self.app.size.width >= WIDE else ())
        entries = tuple(entry for entry in entries if self._works(entry[2]))
        whole = sum(len(key) + len(label) + 1 for key, label, _ in entries)
        gap = 3 if whole + 3 * (len(entries) - 1) <= room else 2
        parts: list[Content] = []
        for key, label, action in entries:
            room -= len(key) + len(label) + 1
            if room < 0:
                break
            room -= gap
            entry = Content.assemble((key, "bold $brass"), " ", label)
            parts.append(entry.stylize(Style.from_meta({"@click": action})))
        return Content(" " * gap).join(parts)

    def _works(self, action: str) -> bool:
        """Whether the screen would do this now: a command on a key needs a key."""
        where, _, name = action.partition("(")[0].rpartition(".")
        return where != "screen" or self.screen.check_action(name, ()) is True
