"""The first line: where you are, what has expired and what is due, and what is on the clipboard."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui.say import line
from tui.widgets.lifeline import STYLES, gauge
from vault.keys.lifetime import State


class Summary(Widget):
    """One line: counts on the left, what is happening on the right."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Summary { height: 1; padding: 0 1 0 0; background: $background; }
    """

    counts: reactive[Counter[State]] = reactive(Counter)
    status: reactive[tuple[Content, ...]] = reactive(())
    """What is happening, in forms from the fullest to the shortest."""

    def render(self) -> Content:
        """The line."""
        left = line((" keyfob ", "bold $background on $brass"), "  ", *_counted(self.counts))
        for status in self.status:
            gap = self.size.width - left.cell_length - status.cell_length
            if gap >= 0:
                return left + Content(" " * gap) + status
        return left


def count_words(counts: Counter[State]) -> list[tuple[str, str]]:
    """The counts in words, each with its style: `7 keys`, `1 expired`, `2 due`."""
    total = sum(counts.values())
    due = counts[State.SOON] + counts[State.URGENT]
    words = [("no keys" if not total else "1 key" if total == 1 else f"{total:,} keys", "")]
    if counts[State.EXPIRED]:
        words.append((f"{counts[State.EXPIRED]:,} expired", STYLES[State.EXPIRED]))
    if due:
        words.append((f"{due:,} due", STYLES[State.SOON]))
    return words


def _counted(counts: Counter[State]) -> list[str | tuple[str, str]]:
    parts: list[str | tuple[str, str]] = []
    for words in count_words(counts):
        parts += [words, "   "]
    return parts


def countdown(name: str, until: datetime, now: datetime, whole: int) -> tuple[Content, ...]:
    """What is on the clipboard, and a bar that drains until it is cleared.

    Args:
        name: The key's name.
        until: When the clipboard clears itself.
        now: The current time.
        whole: Seconds from copying to clearing.
    """
    left = max(0, round((until - now).total_seconds()))
    copied = line((" copied, clears in ", "$quiet"), f"{left} s")
    named = line((name[:24], "bold")) + copied
    bars = [Content(" ") + gauge(left / max(whole, 1), width, "$brass") for width in (10, 5)]
    return (*(named + bar for bar in bars), named, copied + bars[0], copied)
