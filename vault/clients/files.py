"""The packages a command names: patterns expanded as the client would, ids read from inside."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from glob import iglob
from itertools import islice
from pathlib import Path

from vault.artifacts import Artifact
from vault.clients.base import Wanted
from vault.errors import ValueRefusedError
from vault.keys.kind import Kind
from vault.keys.request import Ask
from vault.text import safe

MOST = 500
"""Most packages in one command."""


def expanded(directory: Path, patterns: Iterable[str], *, deep: bool = False) -> list[Path]:
    """The files that patterns name, each once, in the order of the patterns.

    Args:
        directory: Where relative patterns begin.
        patterns: Paths or glob patterns; a file of just that name comes first.
        deep: Whether `**` stands for any number of directories.

    Raises:
        ValueRefusedError: A pattern names no file, or all of them name more than `MOST`.
    """
    return gathered(directory, patterns, lambda pattern: _matches(directory, pattern, deep=deep))


def gathered(
    directory: Path, patterns: Iterable[str], matches: Callable[[str], Iterable[Path]]
) -> list[Path]:
    """What patterns name, each once, in the order of the patterns.

    Args:
        directory: Where they begin, for the messages.
        patterns: Paths or patterns, in the way of one client.
        matches: What one of them names; nothing, if there is no such file.

    Raises:
        ValueRefusedError: A pattern names no file, or all of them name more than `MOST`.
    """
    found: dict[Path, None] = {}
    for pattern in patterns:
        if not pattern or "\0" in pattern:
            raise ValueRefusedError("An empty or impossible path is given.", "Name the package.")
        paths = list(matches(pattern))
        if not paths:
            raise ValueRefusedError(
                f"There is no file {safe(pattern, 200)} in {safe(str(directory), 200)}.",
                "Build the package first, or check the path.",
            )
        found |= dict.fromkeys(paths)
        if len(found) > MOST:
            raise ValueRefusedError(
                f"The command names more than {MOST} packages.", "Name fewer at a time."
            )
    return list(found)


def publishing(paths: Iterable[Path], kind: Kind) -> tuple[Wanted, ...]:
    """What publishing these packages asks for, each request once.

    Raises:
        ValueRefusedError: One of them is no package, or one of another kind.
    """
    from vault.artifacts.packages import read_artifact

    return unique(_publish(read_artifact(path), kind) for path in paths)


def unique(wanted: Iterable[Wanted]) -> tuple[Wanted, ...]:
    """The same without those that ask the same again: a wheel and its source, two platforms."""
    found: dict[tuple[Ask, str], Wanted] = {}
    for each in wanted:
        found.setdefault((each.ask, each.package_id), each)
    return tuple(found.values())


def _matches(directory: Path, pattern: str, *, deep: bool) -> list[Path]:
    try:
        if (exact := directory / pattern).exists():
            return [exact]
        found = iglob(pattern, root_dir=directory, recursive=deep)  # noqa: PTH207 - `**` as twine has it
        matches = islice(found, MOST + 1)
        return [path for path in sorted(directory / each for each in matches) if path.is_file()]
    except (OSError, ValueError, RecursionError):  # a name too long for the system, for one
        return []


def _publish(artifact: Artifact, kind: Kind) -> Wanted:
    name = artifact.path.name
    if artifact.kind != kind:
        raise ValueRefusedError(
            f"{safe(name, 200)} is a package for {artifact.kind}, and this client takes {kind}.",
            "Name a package of the client's own kind.",
        )
    ask = Ask.SYMBOLS if artifact.symbols else Ask.PUBLISH
    return Wanted(ask, artifact.package_id, artifact.version, source=safe(name, 200))
