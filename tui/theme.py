"""The look: a slate ground, one brass accent, and red, amber and green only where time runs out.

Both themes are designed, the light one is not an inversion. Beside Textual's own variables they
define `$quiet` (secondary text), `$line` (borders at rest), `$brass` (focus and what can be
pressed), `$late`, `$soon` and `$fine` (urgency).

Where a terminal has 256 colours only, the nearest one is taken: a slate any bluer than this becomes
navy and teal there, an amber any yellower the brass itself.
"""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="keyfob-dark",
    dark=True,
    primary="#e2b55b",
    secondary="#8b94a0",
    accent="#e2b55b",
    background="#15181c",
    surface="#15181c",
    panel="#1b1f24",
    foreground="#e6e3da",
    error="#e0685c",
    warning="#e0964a",
    success="#7fb685",
    variables={
        "quiet": "#8b94a0",
        "line": "#2e343c",
        "brass": "#e2b55b",
        "late": "#e0685c",
        "soon": "#e0964a",
        "fine": "#7fb685",
        "cursor-ground": "#262b33",
        "block-cursor-foreground": "#15181c",
        "block-cursor-background": "#e2b55b",
        "input-cursor-background": "#e6e3da",
        "input-cursor-foreground": "#15181c",
        "input-selection-background": "#e2b55b 35%",
        "border": "#e2b55b",
        "border-blurred": "#2e343c",
        "scrollbar": "#2e343c",
        "scrollbar-background": "#15181c",
        "footer-background": "#15181c",
        "footer-key-foreground": "#e2b55b",
        "footer-description-foreground": "#8b94a0",
    },
)

LIGHT = Theme(
    name="keyfob-light",
    dark=False,
    primary="#85600f",
    secondary="#5f6772",
    accent="#85600f",
    background="#f5f2ea",
    surface="#f5f2ea",
    panel="#fdfbf6",
    foreground="#22272e",
    error="#a82e28",
    warning="#a05400",
    success="#2f6b2c",
    variables={
        "quiet": "#5f6772",
        "line": "#cfc8b8",
        "brass": "#85600f",
        "late": "#a82e28",
        "soon": "#a05400",
        "fine": "#2f6b2c",
        "cursor-ground": "#e9e3d3",
        "block-cursor-foreground": "#fdfbf6",
        "block-cursor-background": "#85600f",
        "input-cursor-background": "#22272e",
        "input-cursor-foreground": "#f5f2ea",
        "input-selection-background": "#85600f 25%",
        "border": "#85600f",
        "border-blurred": "#cfc8b8",
        "scrollbar": "#cfc8b8",
        "scrollbar-background": "#f5f2ea",
        "footer-background": "#f5f2ea",
        "footer-key-foreground": "#85600f",
        "footer-description-foreground": "#5f6772",
    },
)

PLAIN = "ansi-dark"
"""Under NO_COLOR: the terminal's own foreground and background, and nothing else."""

_VARIABLES = ("quiet", "line", "brass", "late", "soon", "fine", "cursor-ground")
PLAIN_VARIABLES = dict.fromkeys(_VARIABLES, "ansi_default")
"""What the variables above mean in any theme that does not define them."""
