"""Near misses: why a glob leaves out a package id its author probably meant.

Globs confuse. `Alpha.*` covers neither `Alpha` nor `AlphaCore`; a glob never sees the version; on
crates.io `-` is not `_` and capitals matter. `near_miss` names the reason and a glob that would do;
`preview` sorts many ids at once, for the list beside a glob being typed.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from vault.keys.glob import Glob, Matching, registry_accepts

_SEPARATORS = "._-"
_SAME_SEPARATOR = str.maketrans("._", "--")
_NO_SEPARATOR = str.maketrans("", "", _SEPARATORS)
_LONGEST = 256
_VERSIONED = re.compile(
    r"(?P<id>.+?)[.@/ -]v?\d{1,9}(?:\.\d{1,9}){1,3}(?:[-+][0-9A-Za-z.+-]*)?"
    r"(?:\.s?nupkg|\.crate|\.whl|\.tar\.gz)?"
)


class Near(StrEnum):
    """Why a glob just misses an id. The value is short enough for a narrow column."""

    CASE = "differs in capitals"
    SEPARATOR = "- _ and . differ"
    VERSION = "has a version in it"
    STEM = "is the name alone"
    WORD = "no separator there"
    BELOW = "is below that id"


@dataclass(frozen=True, slots=True)
class NearMiss:
    """One id a glob nearly covers.

    Attributes:
        package_id: The id.
        glob: The glob that misses it.
        kind: Why; its value is a phrase of at most 20 characters.
        why: The same as a sentence, with names.
        fix: What to do about it, as a sentence.
        better: A glob that would cover the id, or an empty string if no one glob should.
    """

    package_id: str
    glob: Glob
    kind: Near
    why: str
    fix: str
    better: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """Many ids sorted by what some globs make of them, each group in the order given.

    Attributes:
        covered: Ids at least one glob covers.
        near: Ids no glob covers, and one just misses.
        others: The rest.
    """

    covered: tuple[str, ...]
    near: tuple[NearMiss, ...]
    others: tuple[str, ...]


def near_miss(glob: Glob, package_id: str) -> NearMiss | None:
    """Why this glob just misses this id; None if it covers it or is nowhere near."""
    if len(package_id) > _LONGEST or glob.covers(package_id) or not _akin(glob, package_id):
        return None
    for rule in (_case, _separator, _version, _loose, _below):
        found = rule(glob, package_id)
        if found is not None:
            return found
    return None


def preview(globs: Iterable[Glob], package_ids: Iterable[str]) -> Preview:
    """What these globs make of these ids. Thousands of ids take some milliseconds."""
    globs = tuple(globs)
    covered: list[str] = []
    near: list[NearMiss] = []
    others: list[str] = []
    for package_id in dict.fromkeys(package_ids):
        if any(glob.covers(package_id) for glob in globs):
            covered.append(package_id)
            continue
        misses = (near_miss(glob, package_id) for glob in globs)
        found = next((miss for miss in misses if miss is not None), None)
        if found is None:
            others.append(package_id)
        else:
            near.append(found)
    return Preview(tuple(covered), tuple(near), tuple(others))


def _akin(glob: Glob, package_id: str) -> bool:
    """A quick look, without separators and case: the glob's literal parts are all in the id."""
    squashed = _squash(package_id)
    pieces = _pieces(glob.text)
    return (
        any(pieces)
        and squashed.startswith(pieces[0])
        and all(piece in squashed for piece in pieces)
    )


@functools.lru_cache(maxsize=64)
def _pieces(text: str) -> tuple[str, ...]:
    return tuple(_squash(piece) for piece in text.split("*"))


@functools.lru_cache(maxsize=64)
def _alike(glob: Glob) -> Glob:
    return Glob(glob.text.translate(_SAME_SEPARATOR).lower(), glob.matching)


@functools.lru_cache(maxsize=64)
def _loosened(glob: Glob) -> tuple[Glob, ...]:
    beside_a_star = (r"[._-](\*)", r"(\*)[._-]", r"[._-]?(\*)[._-]?")
    texts = dict.fromkeys(re.sub(beside, r"\1", glob.text) for beside in beside_a_star)
    return tuple(Glob(t, glob.matching) for t in texts if t != glob.text and t.strip("*"))


def _squash(text: str) -> str:
    return text.translate(_NO_SEPARATOR).lower()


def _like(glob: Glob, package_id: str) -> str:
    """The glob with its literal start spelt as in the id; empty if it has stars elsewhere."""
    if glob.exact:
        return package_id
    prefix = glob.prefix
    return f"{package_id[: len(prefix)]}*" if glob.text == f"{prefix}*" else ""


def _case(glob: Glob, package_id: str) -> NearMiss | None:
    if glob.matching not in {Matching.PREFIX, Matching.EXACT}:
        return None
    if not Glob(glob.text.lower(), glob.matching).covers(package_id.lower()):
        return None
    better = _like(glob, package_id)
    why = f"{glob} and {package_id} differ in capitals, which matter here."
    return NearMiss(package_id, glob, Near.CASE, why, f"Use {better}", better)


def _separator(glob: Glob, package_id: str) -> NearMiss | None:
    if glob.matching is Matching.PROJECT:
        return None
    if not _alike(glob).covers(package_id.translate(_SAME_SEPARATOR).lower()):
        return None
    better = _like(glob, package_id)
    fix = f"Use {better}" if better else f"Add the id {package_id}"
    why = f"{package_id} has other separators than {glob}: - _ and . are not the same here."
    return NearMiss(package_id, glob, Near.SEPARATOR, why, fix, better)


def _version(glob: Glob, package_id: str) -> NearMiss | None:
    match = _VERSIONED.fullmatch(package_id)
    if match is None or not glob.covers(match["id"]):
        return None
    why = f"{package_id} ends in a version, and a glob is matched on the id alone."
    return NearMiss(package_id, glob, Near.VERSION, why, f"Leave it off: {match['id']} is covered")


def _loose(glob: Glob, package_id: str) -> NearMiss | None:
    """Whether the glob would cover the id without a separator beside one of its stars."""
    for looser in _loosened(glob):
        if not looser.covers(package_id):
            continue
        better = looser.text
        if better.lower() == f"{package_id}*".lower():
            separator = glob.prefix[-1:]
            why = f"{glob} needs a {separator} after {package_id}."
            fix = f"Add the id {package_id}, or use {better}"
            return NearMiss(package_id, glob, Near.STEM, why, fix, better)
        why = f"{package_id} lacks the separator that {glob} has beside its *."
        return NearMiss(package_id, glob, Near.WORD, why, f"Use {better}", better)
    return None


def _below(glob: Glob, package_id: str) -> NearMiss | None:
    if not glob.exact:
        return None
    separator = package_id[len(glob.text) : len(glob.text) + 1]
    if not separator or separator not in _SEPARATORS:
        return None
    if not Glob(glob.text, glob.matching).covers(package_id[: len(glob.text)]):
        return None
    why = f"{glob} covers that one id only, not {package_id} below it."
    better = f"{glob.text}{separator}*"
    if not registry_accepts(better, glob.matching):
        return NearMiss(package_id, glob, Near.BELOW, why, f"Name {package_id} itself")
    return NearMiss(package_id, glob, Near.BELOW, why, f"Add {package_id}, or {better}", better)
