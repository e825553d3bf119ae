"""Reading foreign files within bounds, and telling an id from anything else."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

from vault.keys.glob import is_package_id
from vault.keys.kind import Kind

LARGEST = 256 * 1024
"""Most bytes of one manifest; real ones are a few kilobytes."""

_DEEPEST = 64  # elements inside each other
_LONGEST = 214  # characters of a name, npm's rule; the others' are shorter

_SHAPES: dict[Kind, re.Pattern[str]] = {
    "cargo": re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}"),
    "python": re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?"),
    "npm": re.compile(r"(?:@[a-z0-9~-][a-z0-9._~-]*/)?[A-Za-z0-9~-][A-Za-z0-9._~-]*"),
    "gem": re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*"),
}


class UnacceptableError(ValueError):
    """A foreign file breaks a bound or a rule. Whoever knows which file makes a sentence of it.

    Attributes:
        reason: A clause about the file, e.g. `it is too large`.
        hint: What to do about it, or an empty string.
    """

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint


def fits(kind: Kind, text: str) -> bool:
    """Whether a registry of this kind could have a package of this id."""
    if kind == "nuget":
        return is_package_id(text)
    return len(text) <= _LONGEST and _SHAPES[kind].fullmatch(text) is not None


def plain_file(path: Path) -> BinaryIO:
    """A file opened for reading, if it is one: a pipe nobody writes to would be waited for.

    Raises:
        UnacceptableError: It is a directory, a pipe or a device.
        OSError: It cannot be opened.
    """
    return open(path, "rb", opener=_opener)


def _opener(path: str, flags: int) -> int:
    descriptor = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    raise UnacceptableError("it is not a file")


def content(path: Path) -> bytes:
    """The bytes of a small file.

    Raises:
        UnacceptableError: It is larger than `LARGEST`, or no file.
        OSError: It cannot be read.
    """
    with plain_file(path) as stream:
        data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise UnacceptableError("it is too large")
    return data


def texts(data: bytes, *paths: str) -> dict[str, list[str]]:
    """The texts of the elements at the given paths of an XML document, trimmed, none empty.

    Args:
        data: The document. One with a document type is refused: entities are declared there.
        paths: Element names joined by `/`, in lower case; prefixes and case are not compared.

    Raises:
        UnacceptableError: The document has a document type, or is nested too deeply.
        expat.ExpatError: It is not XML.
    """
    found: dict[str, list[list[str]]] = {path: [] for path in paths}  # pieces of each text
    at: list[str] = []

    def start(name: str, _attributes: dict[str, str]) -> None:
        at.append(name.rpartition(":")[2].lower())
        if len(at) > _DEEPEST:
            raise UnacceptableError("its metadata is nested too deeply")
        if (here := "/".join(at)) in found:
            found[here].append([])

    def end(_name: str) -> None:
        at.pop()

    def characters(text: str) -> None:
        if (here := "/".join(at)) in found:
            found[here][-1].append(text)

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = _refuse
    parser.Parse(data, True)  # noqa: FBT003 - expat takes no keyword here
    joined = {path: ["".join(pieces).strip() for pieces in all_] for path, all_ in found.items()}
    return {path: [text for text in all_ if text] for path, all_ in joined.items()}


def _refuse(*_what: object) -> None:
    raise UnacceptableError("its metadata has a document type")
