"""Time, as a parameter: nothing in keyfob reads the clock except through a `Clock`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

Clock: TypeAlias = Callable[[], datetime]
"""A function that answers the current time as an aware UTC datetime."""


def now() -> datetime:
    """The current time in UTC, cut to whole seconds (the vault stores no finer)."""
    return datetime.now(UTC).replace(microsecond=0)
