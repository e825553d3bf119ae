"""The part of YAML that gem, gh and glab write: mappings inside each other, one scalar a line.

Lists, anchors, tags, flow and block scalars are passed over: none of these programs writes a key
so. A library would give no line numbers, and could be made to build far more than it reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from vault.moving.document import lines
from vault.packages.reading import UnacceptableError

_ENTRY = re.compile(
    r"""(?P<indent>\ *)
    (?P<key>"[^"]*"|'[^']*'|:?[^\s#"'\[\]{},&*!|>%@`-][^#]*?)
    :(?:\s+(?P<value>.*))?""",
    re.VERBOSE,
)
_PLAIN = re.compile(r"[^\s\"'\[\]{},&*!|>%@`#].*")
_DEEPEST = 16


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value.

    Attributes:
        path: The keys that lead to it.
        value: The text.
        number: Its line, from 1.
        line: That line as it stands.
    """

    path: tuple[str, ...]
    value: str = field(repr=False)
    number: int
    line: str = field(repr=False)


def scalars(path: Path) -> Iterator[Scalar]:
    """Every text in the mappings of a file.

    Raises:
        UnacceptableError: It is no text, or holds no mapping.
        OSError: It cannot be read.
    """
    around: list[tuple[int, str]] = []
    any_entry = any_line = False
    for number, line in lines(path):
        any_line = any_line or bool(line.split("#")[0].strip("- \t."))
        match = _ENTRY.fullmatch(line.rstrip())
        if match is None:
            continue
        any_entry = True
        indent = len(match["indent"])
        while around and around[-1][0] >= indent:
            around.pop()
        key = match["key"].strip("\"'").strip()
        value = _scalar(match["value"] or "")
        if value:
            yield Scalar((*(name for _, name in around), key), value, number, line)
        elif len(around) < _DEEPEST:
            around.append((indent, key))
    if any_line and not any_entry:
        raise UnacceptableError("it is not YAML as gem, gh or glab write it")


def _scalar(text: str) -> str:
    """The text of a quoted or plain scalar; "" if it is something else."""
    text = text.strip()
    for quote in "\"'":
        if text.startswith(quote):
            inner, end, rest = text[1:].partition(quote)
            return inner if end and not rest.split("#")[0].strip() else ""
    return re.split(r"\s#", text, maxsplit=1)[0].strip() if _PLAIN.fullmatch(text) else ""
