"""KeePass's export as XML (version 2): entries of `String` elements with a `Key` and a `Value`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from vault.moving.document import whole
from vault.moving.found import LONGEST_FIELD, Found, Passed
from vault.moving.records import Record, keys_of
from vault.packages.reading import UnacceptableError

_DEEPEST = 128  # groups inside each other, three elements each
_ROOT = "KeePassFile"
_NAMED = {"Title", "URL", "UserName", "Password"}


@dataclass(slots=True)
class _Reader:
    """What has been read of the file: whole entries, and the one that is open."""

    at: list[str] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict, repr=False)
    key: str = ""
    pieces: list[str] = field(default_factory=list, repr=False)
    length: int = 0
    line: int = 0

    def start(self, name: str, line: int) -> None:
        if not self.at and name != _ROOT:
            raise UnacceptableError("it is no export of KeePass")
        self.at.append(name)
        if len(self.at) > _DEEPEST:
            raise UnacceptableError("it is nested too deeply")
        if name == "Entry" and "History" not in self.at:
            self.fields, self.line = {}, line
        self.pieces, self.length = [], 0

    def text(self, text: str) -> None:
        self.length += len(text)
        if self.length <= LONGEST_FIELD:
            self.pieces.append(text)

    def end(self, name: str) -> None:
        text = "".join(self.pieces)
        self.at.pop()
        if "History" in self.at:  # what an entry held before is no key of today
            return
        if name == "Key":
            self.key = text
        elif name == "Value" and text:
            self.fields[self.key] = text
        elif name == "Entry":
            self._finish()

    def _finish(self) -> None:
        own = self.fields
        others = tuple(text for key, text in own.items() if key not in _NAMED)
        password = own.get("Password", "")
        record = Record(
            own.get("Title", ""), own.get("URL", ""), own.get("UserName", ""), password, others
        )
        self.records.append(record)
        self.fields = {}


def read(path: Path) -> Iterator[Found | Passed]:
    """The keys of an export of KeePass.

    Raises:
        UnacceptableError: It is no XML, or no export of KeePass.
        OSError: It cannot be read.
    """
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def start(name: str, _attributes: dict[str, str]) -> None:
        reader.start(name, parser.CurrentLineNumber)

    def refuse(*_what: object) -> None:
        raise UnacceptableError("it has a document type")

    parser.StartElementHandler = start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(whole(path), True)  # noqa: FBT003 - expat takes no keyword here
    except expat.ExpatError:
        raise UnacceptableError("it is not XML") from None
    for record in reader.records:
        yield from keys_of(record)
