"""What somebody may have meant who typed something that is not known."""

from __future__ import annotations

from collections.abc import Iterable


def meant(word: str, known: Iterable[str], *, most: int = 3, nearness: float = 0.6) -> str:
    """`Did you mean list? `, a space behind it for what follows; "" if nothing known is near.

    Case makes no difference.

    Args:
        word: As typed; not repeated, it may be a secret in the wrong place.
        known: What it might have been.
        most: How many to name.
        nearness: From 0 for anything to 1 for the word itself.
    """
    import difflib  # only mistakes pay for it

    folded = {text.casefold(): text for text in known}
    near = difflib.get_close_matches(word[:80].casefold(), folded, n=most, cutoff=nearness)
    return f"Did you mean {' or '.join(folded[text] for text in near)}? " if near else ""
