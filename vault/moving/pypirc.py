"""`.pypirc`: a section for each server, its `password` a token if the user is `__token__`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from vault.moving.document import lines
from vault.moving.found import Found, Passed, masked, taken
from vault.packages.reading import UnacceptableError

_SECTION = re.compile(r"\[([^\]]+)\]\s*(?:[#;].*)?")
_SETTING = re.compile(r"([^=:]+)[=:](.*)")
_KNOWN = {"pypi", "testpypi"}
_TOKEN_USER = "__token__"  # noqa: S105 - what stands for a user's name
_PASSWORD = "It is a password of an account and no token, which could be limited and revoked."  # noqa: S105 - a sentence


@dataclass(slots=True)
class _Section:
    name: str
    settings: dict[str, str] = field(default_factory=dict, repr=False)
    number: int = 0
    line: str = field(default="", repr=False)


def read(path: Path) -> Iterator[Found | Passed]:
    """The passwords of a pypirc.

    Raises:
        UnacceptableError: It is no text, or no file of sections.
        OSError: It cannot be read.
    """
    for section in _sections(path):
        value = section.settings.get("password", "")
        secret = taken(value)
        if secret is None:
            if value:
                yield Passed(section.number, section.name, "What stands there can be no key.")
            continue
        user = section.settings.get("username", "")
        address = section.settings.get("repository", "")
        yield Found(
            secret,
            section.number,
            masked(section.line, value),
            section.name,
            address=address,
            registry=section.name if section.name in _KNOWN and not address else "",
            owner="" if user == _TOKEN_USER else user,
            warning=_PASSWORD if user and user != _TOKEN_USER else "",
        )


def _sections(path: Path) -> Iterator[_Section]:
    section = None
    for number, line in lines(path):
        text = line.strip()
        if not text or text[0] in "#;":
            continue
        if heading := _SECTION.fullmatch(text):
            if section is not None:
                yield section
            section = _Section(heading[1].strip())
        elif section is None:
            raise UnacceptableError("it does not begin with a section")
        elif setting := _SETTING.fullmatch(text):
            name = setting[1].strip().lower()
            section.settings[name] = setting[2].strip()
            if name == "password":
                section.number, section.line = number, line
    if section is not None:
        yield section
