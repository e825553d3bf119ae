"""A plain table: columns as wide as they need, narrowed to the terminal, without any lines."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence

GAP = 2
"""Columns between two columns."""

_NARROWEST = 8


def lay_out(
    rows: Sequence[Sequence[str]], *, narrows: Collection[int] = (), width: int | None = None
) -> list[list[str]]:
    """The cells of every row, padded (the last column's are not) and cut to fit.

    Args:
        rows: Safe text, as many cells in each.
        narrows: Which columns may be cut when the terminal is too narrow.
        width: Columns of the terminal, or None for as wide as it comes.
    """
    widths = [max(map(cell_width, cells)) for cells in zip(*rows, strict=True)]
    if width is not None:
        _narrow(widths, narrows, width)
    return [
        [_fit(cell, wide) for cell, wide in zip(row[:-1], widths, strict=False)]
        + [_cut(row[-1], widths[-1])]
        for row in rows
    ]


def cell_width(text: str) -> int:
    """How many columns a terminal needs for a text: East Asian wide characters need two."""
    if text.isascii():
        return len(text)
    return sum(_char_width(char) for char in text)


def _char_width(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _narrow(widths: list[int], narrows: Collection[int], width: int) -> None:
    """Take from the widest column that may give, one at a time, until the row fits."""
    excess = sum(widths) + GAP * (len(widths) - 1) - width
    while excess > 0:
        widest = max(narrows, key=widths.__getitem__, default=None)
        if widest is None or widths[widest] <= _NARROWEST:
            return
        widths[widest] -= 1
        excess -= 1


def _fit(text: str, width: int) -> str:
    text = _cut(text, width)
    return text + " " * (width - cell_width(text))


def _cut(text: str, width: int) -> str:
    if cell_width(text) <= width:
        return text
    kept = ""
    room = width - 1
    for char in text:
        room -= _char_width(char)
        if room < 0:
            break
        kept += char
    return kept + "…"
