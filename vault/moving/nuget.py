"""`NuGet.Config`: `<apikeys>`, and `<packageSourceCredentials>` with a password in clear text.

NuGet on Windows encrypts both for one user of one computer; `ClearTextPassword` alone is not. A
value `%NAME%` names a variable.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from vault.moving.document import whole
from vault.moving.found import MASK, Found, Passed, masked, taken
from vault.packages.reading import UnacceptableError

_ENCRYPTED = re.compile(r"AQAAANCMnd8B[A-Za-z0-9+/=]{40,}")
_VARIABLE = re.compile(r"%[^%]+%")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DEEPEST = 32
_SOURCES, _KEYS, _CREDENTIALS = "packagesources", "apikeys", "packagesourcecredentials"
_NO_KEY = "What stands there can be no key."
_LOCKED = (
    "Windows encrypted it for one user of one computer, and NuGet alone reads it there: make a new "
    "key on the registry's page."
)


@dataclass(slots=True)
class _Credential:
    source: str
    user: str = ""
    password: str = field(default="", repr=False)
    clear: bool = False
    line: int = 0


@dataclass(slots=True)
class _Said:
    """What stands in a file, as it is read."""

    at: list[str] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)
    keys: list[tuple[str, str, int]] = field(default_factory=list, repr=False)
    credentials: list[_Credential] = field(default_factory=list)

    def begin(self, name: str, given: dict[str, str], line: int) -> None:
        self.at.append(name)
        if len(self.at) > _DEEPEST:
            raise UnacceptableError("it is nested too deeply")
        match [part.lower() for part in self.at]:
            case ["configuration", str(section), "add"] if section == _SOURCES:
                self.sources[given.get("key", "").lower()] = given.get("value", "").strip()
            case ["configuration", str(section), "add"] if section == _KEYS:
                self.keys.append((given.get("key", ""), given.get("value", "").strip(), line))
            case ["configuration", str(section), _] if section == _CREDENTIALS:
                self.credentials.append(_Credential(_unescaped(name)))
            case ["configuration", str(section), _, "add"] if section == _CREDENTIALS:
                self._credential(given.get("key", "").lower(), given.get("value", ""), line)

    def _credential(self, key: str, value: str, line: int) -> None:
        own = self.credentials[-1]
        if key == "username":
            own.user = value
        elif key in {"password", "cleartextpassword"}:
            own.password, own.clear, own.line = value.strip(), key != "password", line


def read(path: Path) -> Iterator[Found | Passed]:
    """The keys of a NuGet configuration.

    Raises:
        UnacceptableError: It is no XML, or no NuGet configuration.
        OSError: It cannot be read.
    """
    said = _parse(whole(path))
    for key, value, line in said.keys:
        reason = _reason(value)
        secret = None if reason else taken(value)
        if secret is None:
            yield Passed(line, key, reason or _NO_KEY)
        else:
            address = _url(said.sources.get(key.lower(), key))
            remove = masked(f'<add key="{key}" value="{MASK}" />', value)
            yield Found(secret, line, remove, key, address=address)
    for own in said.credentials:
        reason = _reason(own.password) if own.clear or not own.password else _LOCKED
        secret = None if reason else taken(own.password)
        if secret is None:
            if own.password:
                yield Passed(own.line, own.source, reason or _NO_KEY)
            continue
        address = _url(said.sources.get(own.source.lower(), ""))
        remove = f'<add key="ClearTextPassword" value="{MASK}" />'
        yield Found(secret, own.line, remove, own.source, address=address, owner=own.user)


def _reason(value: str) -> str:
    """Why a value is no key in clear text, or "" if it may be one."""
    if _ENCRYPTED.fullmatch(value):
        return _LOCKED
    if _VARIABLE.fullmatch(value):
        return f"It names the variable {value.strip('%')} and holds no key itself."
    return ""


def _url(source: str) -> str:
    return source if "://" in source else ""


def _parse(data: bytes) -> _Said:
    said = _Said()
    parser = expat.ParserCreate()

    def start(name: str, attributes: dict[str, str]) -> None:
        given = {key.lower(): value for key, value in attributes.items()}
        said.begin(name, given, parser.CurrentLineNumber)

    def end(_name: str) -> None:
        said.at.pop()

    def refuse(*_what: object) -> None:
        raise UnacceptableError("it has a document type")

    def root(name: str, attributes: dict[str, str]) -> None:
        if name.lower() != "configuration":
            raise UnacceptableError("it is no NuGet configuration")
        parser.StartElementHandler = start
        start(name, attributes)

    parser.StartElementHandler = root
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data, True)  # noqa: FBT003 - expat takes no keyword here
    except (expat.ExpatError, ValueError) as error:
        if isinstance(error, UnacceptableError):
            raise
        raise UnacceptableError("it is not XML") from None
    return said


def _unescaped(name: str) -> str:
    """A source's name, of which XML could not take every character."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), name)
