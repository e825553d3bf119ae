"""Which program a command starts, through the programs that only start others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PureWindowsPath

_SUFFIXES = {".exe", ".cmd", ".bat", ".com", ".ps1"}
_PYTHON = re.compile(r"(python|pypy)[0-9.]*w?|py")
_PYTHON_FLAG = re.compile(r"-[bBdEIOPqsSuv0-9.]+")
_NUGET = re.compile(r"nuget(-[0-9.]+)?")
_STARTERS = (
    *(("uvx",), ("uv", "tool", "run"), ("uv", "run"), ("pipx", "run"), ("poetry", "run")),
    *(("npx",), ("npm", "exec"), ("bundle", "exec"), ("mono",)),
)
_DEEPEST = 4  # `uv run python -m twine` is three


@dataclass(frozen=True, slots=True)
class Program:
    """The program behind a command.

    Attributes:
        name: Its name in small letters, without directory, suffix and version.
        path: The word that names it.
        words: What it is given.
    """

    name: str
    path: str
    words: tuple[str, ...]


def program_of(command: Sequence[str]) -> Program | None:
    """The program a command starts, seen through `python -m`, `uvx`, `npx`, `mono` and the like.

    Only a starter without options of its own is seen through: those could name another package to
    take the program from. The first of them is then taken for the program, and is no client's.
    """
    words = tuple(command)
    for _ in range(_DEEPEST):
        if not words or not words[0]:
            return None
        inner = _behind(words)
        if inner is None:
            return Program(_name(words[0]), words[0], words[1:])
        words = inner
    return None


def _behind(words: tuple[str, ...]) -> tuple[str, ...] | None:
    """The command that a starter starts; None if this is none."""
    name = _name(words[0])
    if _PYTHON.fullmatch(name):
        return _module(words[1:])
    for starter in _STARTERS:
        length = len(starter)
        if (name, *words[1:length]) != starter or len(words) <= length:
            continue
        inner = words[length + 1 :] if words[length] == "--" else words[length:]
        if inner:
            return (inner[0] if starter == ("mono",) else inner[0].partition("@")[0], *inner[1:])
    return None


def _module(words: tuple[str, ...]) -> tuple[str, ...] | None:
    """What `python [FLAGS] -m MODULE ...` runs."""
    for index, word in enumerate(words):
        if word == "-m":
            return words[index + 1 :] or None
        if not _PYTHON_FLAG.fullmatch(word):
            return None
    return None


def _name(word: str) -> str:
    path = PureWindowsPath(word)  # knows both separators
    name = (path.stem if path.suffix.lower() in _SUFFIXES else path.name).lower()
    return "nuget" if _NUGET.fullmatch(name) else name
