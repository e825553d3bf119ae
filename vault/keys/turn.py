"""One turn of a key's history: a rotation that was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from vault.keys.line import check_line

MAX_WHY = 200

MAX_HISTORY = 120
"""Turns that are kept, the newest: ten years of monthly ones."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One rotation.

    Attributes:
        at: When the new secret came into the vault, UTC, to the second.
        why: The user's reason, or "".
        places: Where the secret had to be replaced, as the key's places were called then.
        other: Fields a newer keyfob wrote, kept as they are.
    """

    at: datetime
    why: str = ""
    places: tuple[str, ...] = ()
    other: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)


def check_why(text: str) -> str:
    """A reason, trimmed and NFC-normalised; it may be empty.

    Raises:
        ValueRefusedError: Longer than `MAX_WHY`, or with a character that is not printable.
    """
    return check_line(text, "reason", MAX_WHY) if text.strip() else ""
