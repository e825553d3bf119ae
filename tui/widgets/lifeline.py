"""The lifeline: a thin bar that drains as a key ages, in half cells so that a day shows."""

from __future__ import annotations

from textual.content import Content

from vault.keys.lifetime import State

GLYPHS = {
    State.EXPIRED: "✗",
    State.URGENT: "!",
    State.SOON: "!",
    State.FINE: "●",
    State.NEVER: "∞",
    State.REVOKED: "⊘",
}
"""One glyph per state; never the only sign of it."""

STYLES = {
    State.EXPIRED: "$late",
    State.URGENT: "$late",
    State.SOON: "$soon",
    State.FINE: "$fine",
    State.NEVER: "$quiet",
    State.REVOKED: "$quiet",
}
"""The colour of a state, as a theme variable."""


def gauge(filled: float, width: int, style: str) -> Content:
    """A thin bar: its filled part heavy and coloured, the rest light, to half a cell.

    Heavy and light lines tell the two apart where there is no colour.

    Args:
        filled: How much of it, from 0.0 to 1.0.
        width: Cells.
        style: Colour of the filled part.
    """
    full, half = divmod(round(filled * width * 2), 2)
    bar = "━" * full + "╾" * half
    return Content.styled(bar, style) + Content.styled("─" * (width - len(bar)), "$line")


def lifeline(state: State, fraction: float | None, width: int) -> Content:
    """The bar of one key.

    Args:
        state: Gives the colour.
        fraction: What is left of the life, 0.0 to 1.0; None for a key without an end.
        width: Cells.
    """
    if fraction is None or state is State.REVOKED:
        return Content.styled("┄" * width, "$line")
    if state is State.EXPIRED:
        return gauge(0, width, "$line")
    return gauge(max(fraction, 0.5 / width), width, STYLES[state])
