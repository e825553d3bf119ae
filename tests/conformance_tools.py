"""What the parts of the vector runner share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeAlias

Row: TypeAlias = Mapping[str, Any]
"""One row of a vector file."""

Answer: TypeAlias = dict[str, tuple[Any, Any]]
"""For each compared field what the row expects and what keyfob says."""


class Skip(Exception):  # noqa: N818 - it is no error
    """The row cannot or must not be compared; says why."""


def present(row: Row, field: str) -> Any:
    """The value of a field.

    Raises:
        Skip: It is missing or null.
    """
    if row.get(field) is None:
        raise Skip(f"the row has no {field}")
    return row[field]


def compare(expected: Row, actual: Row) -> Answer:
    """The fields that both the row and keyfob have a word on."""
    return {
        field: (expected[field], actual[field])
        for field in actual
        if expected.get(field) is not None or (field in expected and actual[field] is None)
    }


def utc(moment: datetime) -> str:
    """A time as the vectors write it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
