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


def lifeline(state: State, fraction: float | None, width: int) -> Content:
    """The bar of one key.

    Args:
        state: Gives the colour.
        fraction: What is left of the life, 0.0 to 1.0; None for a key without an end.
        width: Cells.
    """
    if fraction is None or state is State.REVOKED:
        return Content.styled("┄" * width, "$line")
    halves = round(fraction * width * 2)
    if fraction > 0 and state is not State.EXPIRED:
        halves = max(halves, 1)
    if state is State.EXPIRED:
        halves = 0
    full, half = divmod(halves, 2)
    bar = "━" * full + ("╸" if half else "")
    return Content.styled(bar, STYLES[state]) + Content.styled("━" * (width - len(bar)), "$line")
