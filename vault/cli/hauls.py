"""What `keyfob import` found, in words and in JSON; never a secret."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vault.cli.flow import fold
from vault.keys.formats.recognition import Outcome
from vault.keys.key import Key
from vault.keys.place import Place
from vault.moving.found import Found, Passed, masked
from vault.moving.proposal import Identity
from vault.moving.sources import Haul
from vault.text import safe

if TYPE_CHECKING:
    from vault.cli.desk import Desk

_WIDE = 200


@dataclass(frozen=True, slots=True)
class Row:
    """A key that was found, and what became of it.

    Attributes:
        haul: The source it lies in.
        found: The key; its secret may have been wiped.
        identity: Whose it is.
        key: The vault's key of this secret, or None if there is none.
        state: `new`, `in the vault`, `added` or `left out`.
        reason: Why it was left out, as a sentence, or "".
    """

    haul: Haul
    found: Found
    identity: Identity
    key: Key | None
    state: str
    reason: str = ""


def print_rows(rows: list[Row], hauls: list[Haul], args: argparse.Namespace, desk: Desk) -> None:
    """Print every key and everything that was passed over, on stdout; folded for a terminal."""
    passed = [(haul, one) for haul in hauls for one in haul.passed]
    if args.json:
        import json

        objects = [*map(_found_json, rows), *(_passed_json(*pair) for pair in passed)]
        desk.put(json.dumps(objects, indent=2))
        return
    lines = [line for row in rows for line in _lines(row)]
    for haul, one in passed:
        title = f"{safe(masked(one.title), _WIDE)}: " if one.title else ""
        lines.append(f"{place(haul, one)}: {title}{safe(one.reason, _WIDE)}")
    for line in lines:
        for part in fold(line, desk.width or 0):
            desk.put(part)


def say_found(haul: Haul, found: Found, identity: Identity) -> str:
    """Where a key lies and what it is, in one line."""
    profile, what = identity.profile, identity.recognition.what or "a key of no known format"
    whose = f" ({safe(profile.id)})" if profile else ""
    title = safe(masked(found.title), _WIDE)
    whole = ", cut off or mistyped" if identity.recognition.verdict is Outcome.DAMAGED else ""
    return f"{place(haul, found)}: {what}{whose}{whole}{f', {title}' if title else ''}"


def say_commands(found: Found) -> list[str]:
    """The commands that a key brings along for its places: whoever made the file wrote them."""
    return [
        f"It brings a command for {safe(one.where)}: {safe(one.command)}"
        for one in _with_commands(found)
    ]


def _with_commands(found: Found) -> list[Place]:
    return [] if found.key is None else [one for one in found.key.places if one.command]


def place(haul: Haul, one: Found | Passed) -> str:
    """The file and the line."""
    return safe(haul.where) + (f":{one.line}" if one.line else "")


def _lines(row: Row) -> list[str]:
    own = f" as {safe(row.key.name)}" if row.key else ""
    lines = [f"{say_found(row.haul, row.found, row.identity)}: {row.state}{own}"]
    if row.reason:
        lines.append(f"  {safe(row.reason, _WIDE)}")
    if row.found.warning:
        lines.append(f"  {safe(row.found.warning, _WIDE)}")
    lines += [f"  {line}" for line in say_commands(row.found)]
    if row.key and row.found.remove:
        lines.append(f"  The line that may go: {safe(row.found.remove, _WIDE)}")
    return lines


def _found_json(row: Row) -> dict[str, object]:
    found, profile = row.found, row.identity.profile
    return {
        "source": row.haul.kind,
        "file": row.haul.where,
        "line": found.line,
        "title": masked(found.title),
        "format": row.identity.recognition.format,
        "registry": None if profile is None else profile.id,
        "owner": found.owner,
        "state": row.state,
        "key": None if row.key is None else row.key.name,
        "reason": row.reason,
        "warning": found.warning,
        "commands": [{"where": one.where, "command": one.command} for one in _with_commands(found)],
        "remove": found.remove,
    }


def _passed_json(haul: Haul, one: Passed) -> dict[str, object]:
    return {
        "source": haul.kind,
        "file": haul.where,
        "line": one.line,
        "title": masked(one.title),
        "state": "passed over",
        "key": None,
        "reason": one.reason,
    }
