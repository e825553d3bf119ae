"""`.netrc`: passwords by machine, of which only those that are keys by their format are taken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from vault.moving.document import lines
from vault.moving.found import MASK, Found, Passed
from vault.moving.records import Record, keys_of

_WORD = re.compile(r'"((?:\\.|[^"\\])*)"|(\S+)')
_SETTINGS = {"login", "password", "account"}


@dataclass(slots=True)
class _Machine:
    host: str
    number: int
    settings: dict[str, str] = field(default_factory=dict, repr=False)


def read(path: Path) -> Iterator[Found | Passed]:
    """The keys of a netrc. Passwords that no registry issued are none.

    Raises:
        UnacceptableError: It is no text.
        OSError: It cannot be read.
    """
    for machine in _machines(path):
        login = machine.settings.get("login", "")
        record = Record(
            machine.host,
            f"https://{machine.host}/" if machine.host else "",
            login,
            machine.settings.get("password", ""),
            line=machine.number,
            remove=f"machine {machine.host} login {login} password {MASK}",
        )
        yield from keys_of(record)


def _machines(path: Path) -> Iterator[_Machine]:
    machine: _Machine | None = None
    words = _words(path)
    for number, word in words:
        if word in {"machine", "default"}:
            if machine is not None:
                yield machine
            host = next(words, (0, ""))[1] if word == "machine" else ""
            machine = _Machine(host, number)
        elif word in _SETTINGS:
            at, value = next(words, (number, ""))
            if machine is not None:
                machine.settings[word] = value
                machine.number = at if word == "password" else machine.number
    if machine is not None:
        yield machine


def _words(path: Path) -> Iterator[tuple[int, str]]:
    """Every word with its line, without comments and macros, which end at an empty line."""
    macro = False
    for number, line in lines(path):
        if macro:
            macro = bool(line.strip())
            continue
        for match in _WORD.finditer(line):
            word = match[1] if match[2] is None else match[2]
            macro = word == "macdef"
            if macro or word.startswith("#"):
                break
            yield number, word
