"""One line of text as a user types it: checked before it is stored, and how two are compared."""

from __future__ import annotations

import unicodedata

from vault.errors import ValueRefusedError
from vault.text import printable_problem


def check_line(text: str, what: str, longest: int) -> str:
    """A line, trimmed and NFC-normalised.

    Args:
        text: As it was typed.
        what: What to call it in an error, e.g. `name`.
        longest: Most characters it may have.

    Raises:
        ValueRefusedError: Empty, longer, or with a character that is not printable.
    """
    value = text.strip()
    if not value:
        raise ValueRefusedError(f"The {what} is empty.")
    if len(value) > longest:
        raise ValueRefusedError(
            f"The {what} has {len(value):,} characters; {longest} is the most it may have."
        )
    at = printable_problem(value)
    if at is not None:
        raise ValueRefusedError(
            f"Character {at + 1} of the {what} (U+{ord(value[at]):04X}) cannot be shown.",
            "Leave out control, invisible and direction-changing characters.",
        )
    return unicodedata.normalize("NFC", value)


def folded(text: str) -> str:
    """A line in the form two are compared in: NFC and case-folded."""
    return unicodedata.normalize("NFC", text).casefold()
