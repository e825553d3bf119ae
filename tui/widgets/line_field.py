"""Text fields of one line without a frame, for forms with many of them."""

from __future__ import annotations

from tui.widgets.fields import SecretField, TextField


class LineField(TextField):
    """A text field one row high; the bar at its left end is thick while it has the focus."""

    DEFAULT_CSS = """
    LineField, LineField.-invalid {
        width: 1fr;
        height: 1;
        padding: 0 1;
        border: none;
        border-left: wide $line;
        background: $cursor-ground;
        &:focus {
            border: none;
            border-left: outer $brass;
            background: $cursor-ground;
            background-tint: $foreground 0%;
        }
    }
    """


class SecretLine(LineField, SecretField):
    """A field of one row for a password or a code: dots, and nothing of it can be copied."""
