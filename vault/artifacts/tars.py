"""One member of a tar archive, read in order from a stream.

Not `tarfile`: that keeps every header in memory, reads extended headers of any size whole, and
takes liberties with broken archives, so that what it sees differs from what npm, cargo, pip and
gem see. Read here are POSIX ustar with pax headers and GNU long names (POSIX.1-2017, "pax";
GNU tar manual, "Basic Tar Format"); what those programs read differently is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vault.artifacts.streams import Source
from vault.artifacts.wanted import LARGEST, Member, Wanted
from vault.packages.reading import UnacceptableError

_BLOCK = 512
_MOST_MEMBERS = 100_000
_LONGEST_HEADER = 64 * 1024
_LONGEST_REST = 1024 * 1024  # empty blocks at the end; tar writes up to 19
_SUM = slice(148, 156)
_PLAIN_FILE = {b"0", b"\0", b"7"}
_NO_DATA = {b"1", b"2", b"3", b"4", b"5", b"6"}  # links, devices, directories, pipes
_PAX, _GLOBAL_PAX, _LONG_NAME, _LONG_LINK = b"x", b"g", b"L", b"K"


@dataclass(frozen=True, slots=True)
class _Header:
    kind: bytes
    name: str
    size: int

    @property
    def padding(self) -> int:
        return -self.size % _BLOCK


def from_tar(source: Source, wanted: Wanted) -> Member:
    """The member wanted. The whole archive is walked: a second one may be its last.

    Raises:
        UnacceptableError: There is not exactly one, it is not a file, a path leads out of the
            archive, or it is one that two programs could read differently.
        EOFError: The archive is cut off.
    """
    found: list[Member] = []
    for header in _headers(source):
        path = wanted.at(header.name)
        if path is None or len(found) == 2:  # noqa: PLR2004 - two are one too many
            source.skip(header.size + header.padding)
            continue
        if header.kind not in _PLAIN_FILE or header.name.endswith("/"):
            raise UnacceptableError(f"its {wanted.called} is not a file")
        found.append(Member(path, _data(source, header, LARGEST, wanted.called)))
    return wanted.one(found)


def _headers(source: Source) -> Iterator[_Header]:
    """Every member's header, with name and size as the headers before it correct them."""
    corrections: dict[str, str] = {}
    for _ in range(_MOST_MEMBERS):
        block = source.read(_BLOCK)
        if not block.strip(b"\0"):
            return _check_end(source, block)
        header = _header(block)
        if header.kind in {_PAX, _GLOBAL_PAX}:
            records = _records(_data(source, header, _LONGEST_HEADER, "extended header"))
            corrections |= _corrections(records, whole=header.kind == _GLOBAL_PAX)
        elif header.kind == _LONG_NAME:
            name = _data(source, header, _LONGEST_HEADER, "long name")
            corrections["long name"] = _text(name.rstrip(b"\0"))
        elif header.kind == _LONG_LINK:
            source.skip(header.size + header.padding)
        else:
            yield _corrected(header, corrections)
            corrections = {}
    raise UnacceptableError("it holds too many files")


def _check_end(source: Source, block: bytes) -> None:
    """Two empty blocks end an archive, and only empty ones may follow.

    After one alone npm's reader goes on and others stop.
    """
    if len(block) < _BLOCK:
        raise EOFError
    rest = source.read(_LONGEST_REST)
    if rest.strip(b"\0") or source.read(1):
        raise UnacceptableError("it goes on after its end")


def _header(block: bytes) -> _Header:
    if len(block) < _BLOCK:
        raise EOFError
    blank = block[: _SUM.start] + b" " * 8 + block[_SUM.stop :]
    if sum(blank) != _number(block[_SUM]):
        raise UnacceptableError("it is damaged, or no such archive")
    name, prefix = _text(_field(block, 0, 100)), _text(_field(block, 345, 500))
    posix = block[257:265] == b"ustar\x0000"
    if prefix and not posix:
        raise UnacceptableError("it holds a name that could be read in two ways")
    header = _Header(
        block[156:157], f"{prefix}/{name}" if prefix else name, _number(block[124:136])
    )
    if header.kind not in _PLAIN_FILE | _NO_DATA | {_PAX, _GLOBAL_PAX, _LONG_NAME, _LONG_LINK}:
        raise UnacceptableError("it holds something that is no file, directory or link")
    return header


def _field(block: bytes, start: int, stop: int) -> bytes:
    return block[start:stop].partition(b"\0")[0]


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _number(field: bytes) -> int:
    """A number in octal digits, or in binary behind a byte of 128 (GNU, for large files)."""
    if field[0] == 0x80:  # noqa: PLR2004 - the mark itself
        return int.from_bytes(field[1:])
    digits = field.partition(b"\0")[0].strip(b" ")
    if digits.strip(b"01234567"):
        raise UnacceptableError("it is damaged, or no such archive")
    return int(digits or b"0", 8)


def _data(source: Source, header: _Header, largest: int, called: str) -> bytes:
    if header.size > largest:
        raise UnacceptableError(f"its {called} is too large")
    data = source.read(header.size)
    if len(data) < header.size:
        raise EOFError
    source.skip(header.padding)
    return data


def _records(data: bytes) -> dict[str, str]:
    """The records of a pax header: `LENGTH KEYWORD=VALUE` and a line feed each."""
    records: dict[str, str] = {}
    at = 0
    while at < len(data):
        digits = data[at : at + 10].partition(b" ")[0]
        end = at + (int(digits) if digits.isdigit() else 0)
        keyword, equals, value = data[at + len(digits) + 1 : end - 1].partition(b"=")
        if not equals or data[end - 1 : end] != b"\n" or end > len(data):
            raise UnacceptableError("it holds an extended header that is damaged")
        records[_text(keyword)] = _text(value)
        at = end
    return records


def _corrections(records: dict[str, str], *, whole: bool) -> dict[str, str]:
    """Name and size out of a pax header; one for the whole archive must not hold them."""
    relevant = {key: value for key, value in records.items() if key in {"path", "size"}}
    if (whole and relevant) or any(key.startswith("GNU.sparse.") for key in records):
        raise UnacceptableError("it holds an extended header that no package needs")
    return relevant


def _corrected(header: _Header, corrections: dict[str, str]) -> _Header:
    names = [corrections[key] for key in ("path", "long name") if key in corrections]
    size = corrections.get("size", str(header.size))
    if len(names) > 1 or not (size.isascii() and size.isdigit() and len(size) <= 19):  # noqa: PLR2004 - 64 bits
        raise UnacceptableError("it holds an extended header that could be read in two ways")
    if header.kind in _NO_DATA and int(size):
        raise UnacceptableError("it holds a link or directory with content")
    return _Header(header.kind, names[0] if names else header.name, int(size))
