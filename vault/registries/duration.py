"""Durations inside a profile: written `30d`, held as a `timedelta`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from vault.errors import ValueRefusedError
from vault.keys.duration import parse_duration


class Duration(timedelta):
    """A `timedelta` that a profile's file writes as `30d`, `12h` or `2w`."""


def decode(kind: type, value: Any) -> Any:
    """Turn a profile's text into a `Duration`: the hook `msgspec.convert` calls.

    Raises:
        ValueError: The text is no duration; msgspec adds where it stands.
        NotImplementedError: Another type was asked for, which is a mistake in the schema.
    """
    if kind is not Duration:
        raise NotImplementedError(kind.__name__)
    try:
        return Duration(seconds=parse_duration(str(value)).total_seconds())
    except ValueRefusedError:
        raise ValueError(f"expected a duration such as 30d, found {value!r}") from None
