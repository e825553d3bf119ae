"""Finding package ids: the bounded walk, and which file says what."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from vault.keys.kind import Kind
from vault.packages.manifests import crate_name, npm_name, project_name
from vault.packages.nuget import Properties, built_id, project_id, properties
from vault.packages.reading import fits

PROJECTS = (".csproj", ".fsproj", ".vbproj")
PROPS = "directory.build.props"

_SKIPPED = {
    *("bin", "obj", "target", "__pycache__"),
    *("node_modules", "bower_components", "venv", "site-packages"),
}

_MANIFESTS: dict[str, tuple[Kind, Callable[[Path], str]]] = {
    "cargo.toml": ("cargo", crate_name),
    "pyproject.toml": ("python", project_name),
    "package.json": ("npm", npm_name),
}


@dataclass(frozen=True, slots=True)
class PackageId:
    """One package id and where it was found.

    Attributes:
        id: The id as written, valid for its kind of registry.
        kind: Which kind of registry it is for: `nuget`, `cargo`, `python` or `npm`.
        source: The file that says so, relative to the directory searched, with `/`.
    """

    id: str
    kind: Kind
    source: str


def select_ids(packages: Iterable[PackageId], kinds: Collection[Kind]) -> tuple[str, ...]:
    """The ids of these kinds, or of all where no kind is named, each once."""
    return tuple(
        dict.fromkeys(package.id for package in packages if not kinds or package.kind in kinds)
    )


def package_ids(
    directory: Path,
    *,
    limit: int = 500,
    depth: int = 4,
    entries: int = 4000,
    seconds: float = 0.2,
    monotonic: Callable[[], float] = time.monotonic,
) -> tuple[PackageId, ...]:
    """The package ids in a directory tree, nearest first, each once per kind whatever its case.

    Hidden directories, build output, installed dependencies and symbolic links are passed over;
    so is every file that is unreadable, malformed or too large, and every project that says it is
    not published. It never raises: with nothing to read there are no ids.

    Args:
        directory: Where to look.
        limit: Most ids to return.
        depth: How many levels below the directory to look.
        entries: Most files and directories to look at.
        seconds: When to stop with what was found so far.
        monotonic: Answers the current time, for `seconds`.
    """
    deadline = monotonic() + seconds
    found: dict[tuple[Kind, str], PackageId] = {}
    inherited: dict[Path, Properties] = {}
    for file in _walk(directory, depth, entries):
        if len(found) >= limit or monotonic() > deadline:
            break
        if (said := _read(file, inherited)) is not None and fits(*said):
            kind, name = said
            source = file.relative_to(directory).as_posix()
            found.setdefault((kind, name.casefold()), PackageId(name, kind, source))
    return tuple(found.values())


def _walk(directory: Path, depth: int, entries: int) -> Iterator[Path]:
    """The plain files of a tree, level by level, in the order of their names.

    What holds for all projects of a directory comes before them.
    """
    level = [directory]
    for _ in range(depth + 1):
        below: list[Path] = []
        for folder in level:
            inside = list(islice(_scan(folder), entries))
            entries -= len(inside)
            files = [folder / entry.name for entry in inside if _plain_file(entry)]
            yield from sorted(files, key=lambda file: (file.name.lower() != PROPS, file.name))
            below += sorted(folder / entry.name for entry in inside if _worth_entering(entry))
        level = below


def _scan(folder: Path) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except OSError:
        return  # unreadable, or gone meanwhile


def _plain_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file(follow_symlinks=False)
    except OSError:
        return False


def _worth_entering(entry: os.DirEntry[str]) -> bool:
    try:
        directory = entry.is_dir(follow_symlinks=False)
    except OSError:
        return False
    return directory and not entry.name.startswith(".") and entry.name.lower() not in _SKIPPED


def _read(file: Path, inherited: dict[Path, Properties]) -> tuple[Kind, str] | None:
    """What a file names; a hostile or broken one, or one of another kind, names nothing."""
    name = file.name.lower()
    try:
        if name.endswith(".nupkg"):
            return "nuget", built_id(file)
        if name.endswith(PROJECTS):
            folders = (each for each in file.parents if each in inherited)
            nearest = next(folders, None)
            return "nuget", project_id(file, inherited[nearest] if nearest else Properties())
        if name == PROPS:
            inherited[file.parent] = properties(file)
            return "nuget", inherited[file.parent].id
        if name in _MANIFESTS:
            kind, read = _MANIFESTS[name]
            return kind, read(file)
    except Exception:  # noqa: BLE001 - whatever a malformed file breaks, it names no package
        return None
    return None
