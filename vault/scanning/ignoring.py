"""What `.gitignore` files say of the paths of a tree, the nearest file first.

Read by `pathspec` and not by asking git: a directory's own configuration can make git run programs.
"""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

from vault.packages.reading import UnacceptableError, content

_MOST = 5000
"""What the patterns of one file may cost together. One that is too much is left out, so that what
it names is searched."""

_STAR = 40
"""How many times as much a pattern costs for each `*` inside it, since a match may try every place
of a name for each. 40 is low for a name made to be slow, and high for any other."""

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
        patterns = list(_patterns(file))
        if not patterns:
            return self
        skip = len(os.path.join(directory, ""))  # noqa: PTH118 - the separator, if it lacks one
        return Ignoring((*self.rules, Rules(skip, below, GitIgnoreSpec(patterns))))


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


def _patterns(file: Path) -> Iterator[GitIgnoreSpecPattern]:
    """The patterns of a file that cannot take long to match; none if it cannot be read."""
    try:
        text = content(file).decode(errors="surrogateescape")
    except (OSError, UnacceptableError):
        return
    spent = 0
    for line in text.splitlines():
        cost = _STAR ** len(_STARS.findall(line.strip("!*/ ")))  # at its ends a star costs nothing
        if len(line) <= _LONGEST and spent + cost <= _MOST:
            spent += cost
            yield from _compiled(line)


def _compiled(line: str) -> Sequence[GitIgnoreSpecPattern]:
    """A line as a pattern; nothing if it is none, which git passes over, too."""
    with warnings.catch_warnings(), suppress(ValueError, re.error):
        warnings.simplefilter("ignore", FutureWarning)  # of "[[]", which is fine
        return GitIgnoreSpec.from_lines([line]).patterns
    return ()
