"""The line of a TOML file on which a field stands: its parser does not tell."""

from __future__ import annotations

import re

_HEADING = re.compile(r"\s*\[\[?([^\[\]]+)\]\]?\s*(?:#.*)?")
_PART = re.compile(r"([^.\[\]]+)(?:\[(\d+)\])?")


def line_of(text: str, path: str) -> int | None:
    """The number of the line on which a field, or the nearest table around it, is written.

    Args:
        text: The file, whose tables stand under headings of their own.
        path: As msgspec gives it, e.g. `lifetimes.options[0]` or `actions[2].permits`.
    """
    parts = [(match[1], int(match[2] or 0)) for match in _PART.finditer(path)]
    if not parts:
        return None
    (table, index), *inner = parts
    lines = text.splitlines()
    top = next((i for i, line in enumerate(lines) if _HEADING.fullmatch(line)), len(lines))
    found = _key(lines, table, range(top))
    if found is not None:
        return found + 1
    starts = [i for i, line in enumerate(lines) if _heads(line, table)]
    if index >= len(starts):
        return None
    start = starts[index]
    after = range(start + 1, len(lines))
    end = next((i for i in after if _HEADING.fullmatch(lines[i])), len(lines))
    found = _key(lines, inner[0][0], range(start + 1, end)) if inner else None
    return (start if found is None else found) + 1


def _heads(line: str, table: str) -> bool:
    match = _HEADING.fullmatch(line)
    return match is not None and match[1].strip() == table


def _key(lines: list[str], name: str, among: range) -> int | None:
    opening = re.compile(rf"""\s*["']?{re.escape(name)}["']?\s*[.=]""")
    return next((i for i in among if opening.match(lines[i])), None)
