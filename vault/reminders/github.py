"""What falls due as annotations of GitHub Actions: workflow commands, one a line on stdout.

Their form and escaping are those of GitHub's own toolkit (`packages/core/src/command.ts`). GitHub
shows ten of a kind for a step, so the most urgent come first.
"""

from __future__ import annotations

from collections.abc import Mapping

from vault.due import Due
from vault.keys.lifetime import State
from vault.text import safe

_DATA: dict[str, str | int | None] = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = _DATA | {":": "%3A", ",": "%2C"}


def annotation(due: Due, when: str) -> str:
    """One row as an annotation: an error for what has expired, else a warning.

    Args:
        due: A key, or several alike, that is due or has expired.
        when: When it ends, in words, such as `2026-12-01, in 9 days`.
    """
    expired = due.state is State.EXPIRED
    level, title = ("error", "Key has expired") if expired else ("warning", "Key expires soon")
    message = f"{_who(due)} {_verb(due)} {when}"
    return f"::{level} title={_escape(title, _PROPERTY)}::{_escape(safe(message), _DATA)}"


def _who(due: Due) -> str:
    if due.name:
        return f"{due.name} ({due.registry})"
    return "A key" if due.keys == 1 else f"{due.keys:,} keys"


def _verb(due: Due) -> str:
    if due.state is State.EXPIRED:
        return "expired"
    return "expires" if due.name or due.keys == 1 else "expire"


def _escape(text: str, table: Mapping[str, str | int | None]) -> str:
    return text.translate(str.maketrans(dict(table)))
