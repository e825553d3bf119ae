"""The one sanitiser: every foreign string passes it on its way to a screen or a terminal.

Names, owners, globs, notes, paths and registry output can carry escape sequences (a name can set
the window title or write the clipboard), C1 controls, bidirectional overrides and zero-width
characters. The stored text is never changed; only what is shown is.
"""

from __future__ import annotations

import unicodedata

MARK = "\N{REPLACEMENT CHARACTER}"
"""Stands for every character that must not reach a terminal."""


def safe(text: str, width: int | None = None) -> str:
    """Text that is inert on any terminal: NFC, every non-printable character made visible.

    Args:
        text: Foreign text.
        width: Longest result in characters; longer text is cut and ends in an ellipsis.

    Returns:
        The text with each control, format, surrogate, private-use or unassigned character
        replaced by `MARK` (`str.isprintable` is the rule), in one line.
    """
    if width is not None and len(text) > 4 * width + 64:
        text = text[: 4 * width + 64]
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFC", text)
        text = "".join(char if char.isprintable() else MARK for char in text)
    if width is not None and len(text) > width:
        return text[: max(width - 1, 0)] + "…"
    return text


def printable_problem(text: str) -> int | None:
    """Index of the first character that may not be stored in a name, or None if all may."""
    for index, char in enumerate(text):
        if not char.isprintable():
            return index
    return None
