"""Globs over package ids: which ids one pattern covers, under the registry's matching rule.

nuget.org: `*` alone is special and stands for any run of characters, dots included; the whole id
must match; case is ignored for ASCII letters only (`ScopeExtensions.AllowsSubject` in
NuGetGallery; the Unicode folds of its regex engine are left out on purpose, since a pushable id
is ASCII). Matching is linear in the length of pattern and id: no regular expression is involved.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from vault.errors import GlobRefusedError

MAX_ID_LENGTH = 128
"""Longest package id nuget.org takes (`NuGet.Services.Entities/Constants.cs`)."""

MAX_GLOB = 256
"""Longest glob keyfob takes: twice the longest id, so that every id can be written with stars."""

_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
_GLOB_CHARACTERS = re.compile(r"[*A-Za-z0-9_.\-]")
_PACKAGE_ID = re.compile(r"[A-Za-z0-9_]+(?:[.-][A-Za-z0-9_]+)*")
_CRATE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_GEM_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")
_SCOPE = re.compile(r"@?[A-Za-z0-9~_][A-Za-z0-9._~-]*")
_SCOPED_NAME = re.compile(rf"(?:{_SCOPE.pattern}/)?[A-Za-z0-9~._-]*[A-Za-z0-9~_-]")
_PROJECT_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")


class Matching(StrEnum):
    """How a registry matches a pattern against a package id; a profile names one."""

    GLOB = "glob"
    """nuget.org: `*` anywhere, whole id, ASCII case ignored."""
    PREFIX = "prefix"
    """crates.io: exact, or one trailing `*`; case-sensitive (`CrateScope::matches`)."""
    PROJECT = "project"
    """PyPI: one project name, normalised as in PEP 503, or `*` for the whole account."""
    EXACT = "exact"
    """RubyGems: one name, case-sensitive, or `*` for the whole account."""
    SCOPE = "scope"
    """npm, GitHub, Docker Hub: one name, all of one scope or account as in `@contoso/*` and
    `contoso/*`, or `*`; ASCII case ignored."""


def glob_match(pattern: str, package_id: str) -> bool:
    """Whether a nuget.org pattern covers a package id. Any text is accepted as pattern.

    Args:
        pattern: `*` stands for any run of characters; everything else is literal.
        package_id: The id; never a version.
    """
    pattern = _fold(pattern)
    package_id = _fold(package_id)
    head, *rest = pattern.split("*")
    if not rest:
        return bool(pattern) and pattern == package_id
    tail = rest.pop()
    if len(head) + len(tail) > len(package_id):
        return False
    if not (package_id.startswith(head) and package_id.endswith(tail)):
        return False
    at, end = len(head), len(package_id) - len(tail)
    for piece in rest:
        at = package_id.find(piece, at, end)
        if at < 0:
            return False
        at += len(piece)
    return True


def charset_problem(pattern: str) -> int | None:
    """Index of the first character nuget.org's form refuses in a glob, or None.

    The form's rule is `[*A-Za-z0-9_.-]` (`Views/Users/ApiKeys.cshtml`).
    """
    return next((i for i, char in enumerate(pattern) if not _GLOB_CHARACTERS.match(char)), None)


def registry_accepts(pattern: str, matching: Matching) -> bool:
    """Whether the registry itself would take this text as a pattern, with nothing trimmed."""
    try:
        return bool(pattern) and Glob.parse(pattern, matching).text == pattern
    except GlobRefusedError:
        return False


def is_package_id(text: str) -> bool:
    """Whether nuget.org would take this as the id of a package (`PackageIdValidator.cs`)."""
    return len(text) <= MAX_ID_LENGTH and _PACKAGE_ID.fullmatch(text) is not None


def is_id(text: str, matching: Matching) -> bool:
    """Whether the grammar of this rule takes a text as the name of one package."""
    return "*" not in text and registry_accepts(text, matching)


def normalise_project(name: str) -> str:
    """A PyPI project name in its compared form (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


@dataclass(frozen=True, slots=True)
class Glob:
    """A pattern over package ids together with the rule that matches it.

    Attributes:
        text: The pattern as stored and shown, already trimmed.
        matching: The registry's matching rule.
    """

    text: str
    matching: Matching = Matching.GLOB

    @classmethod
    def parse(cls, text: str, matching: Matching = Matching.GLOB) -> Glob:
        """Trim and check what a user typed.

        Raises:
            GlobRefusedError: The text is empty or breaks the registry's grammar; `position` says
                where. An empty pattern is refused because registries widen it to everything.
        """
        pattern = text.strip()
        if len(pattern) > MAX_GLOB:
            raise GlobRefusedError(
                f"The glob has {len(pattern):,} characters; {MAX_GLOB} is the most it may have."
            )
        if not pattern:
            raise GlobRefusedError(
                "The glob is empty.", "Type a package id, or a glob such as Contoso.*"
            )
        if matching is Matching.SCOPE and pattern.startswith("@") and "/" not in pattern:
            pattern = f"{pattern}/*"  # npm's own page writes a scope so
        _CHECKS[matching](pattern, len(text) - len(text.lstrip()))
        return cls(pattern, matching)

    def covers(self, package_id: str) -> bool:
        """Whether the pattern covers this package id."""
        return _COVERS[self.matching](self.text, package_id)

    @property
    def exact(self) -> bool:
        """Whether this is a plain package id, without a wildcard."""
        return "*" not in self.text

    @property
    def everything(self) -> bool:
        """Whether this covers every package, future ones too."""
        return not self.text.strip("*")

    @property
    def prefix(self) -> str:
        """The literal text before the first wildcard."""
        return self.text.split("*", 1)[0]

    def __str__(self) -> str:
        return self.text


def _fold(text: str) -> str:
    return text.lower() if text.isascii() else text.translate(_ASCII_LOWER)


def _prefix_covers(pattern: str, package_id: str) -> bool:
    if pattern.endswith("*"):
        return package_id.startswith(pattern[:-1])
    return package_id == pattern


def _project_covers(pattern: str, package_id: str) -> bool:
    return not pattern.strip("*") or normalise_project(pattern) == normalise_project(package_id)


def _exact_covers(pattern: str, package_id: str) -> bool:
    return not pattern.strip("*") or pattern == package_id


def _scope_covers(pattern: str, package_id: str) -> bool:
    pattern, name = _fold(pattern), _fold(package_id)
    if pattern.endswith("/*"):
        return name.startswith(pattern[:-1]) and len(name) >= len(pattern)
    return not pattern.strip("*") or pattern == name


_COVERS: Mapping[Matching, Callable[[str, str], bool]] = {
    Matching.GLOB: glob_match,
    Matching.PREFIX: _prefix_covers,
    Matching.PROJECT: _project_covers,
    Matching.EXACT: _exact_covers,
    Matching.SCOPE: _scope_covers,
}


def _check_glob(pattern: str, offset: int) -> None:
    at = charset_problem(pattern)
    if at is not None:
        raise GlobRefusedError(
            f"Character {at + offset + 1} of the glob, {pattern[at]!r}, is not allowed.",
            "Use letters, digits, . _ - and the wildcard *",
            position=at + offset,
        )
    if "*" not in pattern and not is_package_id(pattern):
        raise GlobRefusedError(
            f"{pattern!r} is not a package id.",
            "An id is words of letters, digits and _ joined by single . or -, at most 128 long.",
        )


def _refuse_star(text: str, offset: int, where: str, takes: str) -> None:
    """Refuse a `*` that the registry's grammar has no place for, and say where it stands."""
    star = text.find("*")
    if star >= 0:
        at = star + offset
        raise GlobRefusedError(f"The * at character {at + 1} {where}.", takes, position=at)


def _check_prefix(pattern: str, offset: int) -> None:
    name = pattern.removesuffix("*")
    takes = "crates.io takes a crate name, or a name with one * at the end."
    _refuse_star(name, offset, "is not at the end", takes)
    if name and not _CRATE_NAME.fullmatch(name):
        raise GlobRefusedError(
            f"{name!r} is not a crate name.",
            "A crate name starts with a letter; letters, digits, _ and - follow, 64 at most.",
        )


def _check_project(pattern: str, offset: int) -> None:
    if pattern == "*":
        return
    takes = "This registry takes one project name, or * alone for the whole account."
    _refuse_star(pattern, offset, "stands beside a name", takes)
    if not _PROJECT_NAME.fullmatch(pattern):
        raise GlobRefusedError(
            f"{pattern!r} is not a project name.",
            "Letters, digits, . _ and -, starting and ending with a letter or digit.",
        )


def _check_exact(pattern: str, offset: int) -> None:
    if pattern == "*":
        return
    takes = "This registry takes one name, or * alone for the whole account."
    _refuse_star(pattern, offset, "stands beside a name", takes)
    if not _GEM_NAME.fullmatch(pattern):
        raise GlobRefusedError(
            f"{pattern!r} is no name of a package here.", "Letters, digits, . _ and -."
        )


def _check_scope(pattern: str, offset: int) -> None:
    if pattern == "*":
        return
    name = pattern.removesuffix("/*")
    takes = "This registry takes whole names, all of one scope as in @contoso/*, or * alone."
    _refuse_star(name, offset, "is not behind a scope", takes)
    if not (_SCOPE if name != pattern else _SCOPED_NAME).fullmatch(name):
        raise GlobRefusedError(
            f"{pattern!r} is no name of a package here.",
            "Names are letters, digits, . _ ~ and -, after a scope and a / where there is one.",
        )


_CHECKS = {
    Matching.GLOB: _check_glob,
    Matching.PREFIX: _check_prefix,
    Matching.PROJECT: _check_project,
    Matching.EXACT: _check_exact,
    Matching.SCOPE: _check_scope,
}
