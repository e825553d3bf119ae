"""What `.gitignore` files say of the paths of a tree, the nearest file first.

Read by `pathspec` and not by asking git: a directory's own configuration can make git run programs.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec

from vault.packages.reading import UnacceptableError, content

_MOST_STARS = 5
"""Wildcards in one pattern: each more can take the time of a match times the name's length. A
pattern with more is left out, so that what it names is searched."""

_STARS = re.compile(r"\*+")
_LONGEST = 1024


@dataclass(frozen=True, slots=True)
class Rules:
    """The patterns of one file.

    Attributes:
        skip: Characters of a path before the directory the patterns count from ends.
        below: What stands between that directory and the searched one; it ends in `/` or is "".
        spec: The patterns.
    """

    skip: int
    below: str
    spec: GitIgnoreSpec


@dataclass(frozen=True, slots=True)
class Ignoring:
    """The rules that hold in one directory.

    Attributes:
        rules: Of each file, the farthest first.
    """

    rules: tuple[Rules, ...] = ()

    def entered(self, directory: str) -> Ignoring:
        """The rules inside a directory below: these, and those of its own `.gitignore`."""
        return self.joined(directory, Path(directory, ".gitignore"))

    def ignores(self, path: str, *, directory: bool = False) -> bool:
        """Whether a path below is ignored: the last pattern that fits, of the nearest file."""
        for rules in reversed(self.rules):
            inner = rules.below + path[rules.skip :].replace(os.sep, "/")
            said = rules.spec.check_file(f"{inner}/" if directory else inner).include
            if said is not None:
                return said
        return False

    def joined(self, directory: str, file: Path, below: str = "") -> Ignoring:
        """These rules and those of a file.

        Args:
            directory: The directory whose paths are asked about.
            file: Holds patterns, one a line.
            below: As in `Rules`.
        """
        lines = list(_patterns(file))
        if not lines:
            return self
        skip = len(os.path.join(directory, ""))  # noqa: PTH118 - the separator, if it lacks one
        return Ignoring((*self.rules, Rules(skip, below, GitIgnoreSpec.from_lines(lines))))


def outside(root: str) -> Ignoring:
    """The rules that the repository around a directory has for it; none outside a repository.

    None either if they leave out the directory itself: whoever names it wants it searched.
    """
    place = Path(root).absolute()
    top = next((folder for folder in (place, *place.parents) if (folder / ".git").exists()), None)
    if top is None:
        return Ignoring()
    rules = Ignoring().joined(root, top / ".git" / "info" / "exclude", _between(top, place))
    for folder in reversed(place.parents):
        if folder.is_relative_to(top):
            rules = rules.joined(root, folder / ".gitignore", _between(folder, place))
    named = os.path.join(root, "")  # noqa: PTH118 - the separator, if it lacks one
    return Ignoring() if place != top and rules.ignores(named) else rules


def _between(upper: Path, lower: Path) -> str:
    return "" if upper == lower else f"{lower.relative_to(upper).as_posix()}/"


def _patterns(file: Path) -> Iterator[str]:
    """The patterns of a file that cannot take long to match; none if it cannot be read."""
    try:
        text = content(file).decode(errors="surrogateescape")
    except (OSError, UnacceptableError):
        return
    for line in text.splitlines():
        if len(line) > _LONGEST or len(_STARS.findall(line)) > _MOST_STARS:
            continue
        try:
            GitIgnoreSpec.from_lines([line])
        except ValueError:  # git passes over what is no pattern, too
            continue
        yield line
