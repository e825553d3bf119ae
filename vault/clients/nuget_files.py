"""The packages that NuGet's patterns name, as NuGet itself finds them.

Only a path with a `*` is a pattern. It is matched whatever the case, against hidden files too, and
`?` is any character then (NuGet.Client's `PathResolver` and `LocalFolderUtility`). Who matched as a
shell does would check other packages than those that are pushed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from vault.clients.files import gathered
from vault.errors import ValueRefusedError

EXTENSION = ".nupkg"

_MOST_SEEN = 200_000  # files looked at for one pattern
_WILDCARDS = {"**/": ".*", "**": ".*", "*": "[^/]*", "?": "."}
_PART = re.compile(r"\*\*/|\*\*|\*|\?|[^*?]+")


def packages(directory: Path, paths: Iterable[str]) -> list[Path]:
    """The files that a push command names, each once, in its order.

    Args:
        directory: Where the command runs.
        paths: Paths or patterns.

    Raises:
        ValueRefusedError: One names no file, or all of them name more than `MOST`.
    """

    def matches(path: str) -> list[Path]:
        named = _matching(directory, path) if "*" in path else [directory / path]
        return [each for each in named if os.path.lexists(each)]

    return gathered(directory, paths, matches)


def _matching(directory: Path, pattern: str) -> list[Path]:
    """The files that match; what stands before the first wildcard's part is one directory."""
    whole = completed(pattern)
    if os.name == "nt":
        whole = whole.replace("\\", "/")
    head, star, tail = whole.partition("*")
    folder, slash, name = head.rpartition("/")
    start, rest = directory / (folder + slash), name + star + tail
    expression = "".join(_WILDCARDS.get(each, re.escape(each)) for each in _PART.findall(rest))
    wanted = re.compile(expression, re.IGNORECASE | re.DOTALL)
    deep = "**" in rest or "/" in rest
    return [start / each for each in sorted(_below(start, deep=deep)) if wanted.fullmatch(each)]


def completed(pattern: str) -> str:
    """A pattern as NuGet completes it: with a wildcard but no extension it means packages."""
    if pattern.lower().endswith((EXTENSION, ".snupkg")):
        return pattern
    if pattern.endswith("**"):
        return f"{pattern}/*{EXTENSION}"
    return pattern + (EXTENSION if pattern.endswith("*") else f"*{EXTENSION}")


def _below(start: Path, *, deep: bool) -> Iterator[str]:
    """Every file's path, with `/` in it, from the directory on."""
    seen = 0
    for folder, folders, names in os.walk(start, followlinks=True):
        if not deep:
            folders.clear()
        seen += len(names) + 1
        if seen > _MOST_SEEN:
            raise ValueRefusedError(
                "The command's pattern reaches too many files.", "Name the packages themselves."
            )
        for name in names:
            yield os.path.relpath(os.path.join(folder, name), start).replace(os.sep, "/")  # noqa: PTH118 - quicker, of many files
