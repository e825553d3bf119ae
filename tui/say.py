"""Foreign text on its way to the screen: sanitised, and never parsed as markup.

Textual reads a bare `str` as markup: a glob `pkg-[abc]*` would show as `pkg-*`, and a name such as
`[/]` would stop the app. So every text that is not a literal of ours becomes a `Content` here.
"""

from __future__ import annotations

from textual.content import Content

from vault.text import safe


def say(text: str, style: str = "", *, width: int | None = None) -> Content:
    """Foreign text as inert content, in one style.

    Args:
        text: Anything.
        style: A Textual style such as `bold $brass`, or nothing.
        width: Longest result in characters.
    """
    return Content.styled(safe(text, width), style) if style else Content(safe(text, width))


def line(*parts: str | tuple[str, str] | Content) -> Content:
    """One line put together from texts, (text, style) pairs and content; every text sanitised."""
    return Content("").join(
        part if isinstance(part, Content) else say(part) if isinstance(part, str) else say(*part)
        for part in parts
    )
