"""Macaroon tokens (PyPI, devpi): read what they allow, and narrow them without the registry.

A token is `PREFIX-` and base64url of a version 2 macaroon: 0x02; then fields, each a type, a length
and that many bytes (both numbers in LEB128): location 1, identifier 2, end 0; then caveats, each an
identifier 2 and an end 0; an end 0; the signature 6. The signature is a chain: each caveat's is
HMAC-SHA-256 of the caveat under the one before. So whoever holds a token can add restrictions and
nobody can take one away.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from vault.keys.formats.caveats import (
    Caveat,
    Expiration,
    OIDCPublisher,
    ProjectID,
    ProjectName,
    caveat_text,
    is_old_user_caveat,
    parse_caveat,
)
from vault.keys.formats.recognition import MalformedKeyError

_TOKEN = re.compile(r"([a-z]{2,16})-([A-Za-z0-9_-]+)={0,2}")
_VERSION = 2
_END, _LOCATION, _IDENTIFIER, _SIGNATURE = 0, 1, 2, 6
_SIGNATURE_BYTES = 32
_LONGEST_NUMBER = 5


@dataclass(frozen=True, slots=True)
class Macaroon:
    """A token taken apart.

    Attributes:
        prefix: What stands before the first dash, e.g. `pypi`.
        location: The service it names, or None.
        identifier: The token's own id; the registry shows it too.
        caveats: Its restrictions as they stand in it.
        signature: What makes it a secret.
    """

    prefix: str
    location: str | None
    identifier: str
    caveats: tuple[str, ...]
    signature: bytes = field(repr=False)

    @property
    def understood(self) -> tuple[Caveat, ...]:
        """The restrictions keyfob can read; others may narrow the token further."""
        found = []
        for text in self.caveats:
            try:
                found.append(parse_caveat(text))
            except MalformedKeyError:
                continue
        return tuple(found)

    @property
    def user_wide(self) -> bool:
        """Whether every restriction is understood and none of them names a project."""
        bound = (ProjectName, ProjectID, OIDCPublisher)
        known = self.understood
        old = sum(is_old_user_caveat(text) for text in self.caveats)
        return len(known) + old == len(self.caveats) and not any(
            isinstance(caveat, bound) for caveat in known
        )

    @property
    def projects(self) -> tuple[str, ...] | None:
        """The projects it is good for by name, all caveats taken together; None if unnamed."""
        lists = [caveat.names for caveat in self.understood if isinstance(caveat, ProjectName)]
        if not lists:
            return None
        return tuple(name for name in lists[0] if all(name in names for names in lists))

    @property
    def expires(self) -> datetime | None:
        """The earliest end any caveat sets, or None."""
        ends = [cav.expires_at for cav in self.understood if isinstance(cav, Expiration)]
        return _time(min(ends)) if ends else None


def parse_macaroon(token: str) -> Macaroon:
    """A token taken apart. Its signature cannot be checked without the registry's key.

    Raises:
        MalformedKeyError: It is no version 2 macaroon, or not a whole one.
    """
    match = _TOKEN.fullmatch(token)
    if match is None:
        raise _malformed("alphabet")
    try:
        data = base64.urlsafe_b64decode(match[2] + "=" * (-len(match[2]) % 4))
    except (binascii.Error, ValueError):
        raise _malformed("length") from None
    reader = _Reader(data)
    if reader.byte() != _VERSION:
        raise _malformed("version")
    header = reader.section()
    if not set(header) <= {_LOCATION, _IDENTIFIER} or _IDENTIFIER not in header:
        raise _malformed("structure")
    caveats = []
    while caveat := reader.section():
        if set(caveat) != {_IDENTIFIER}:
            raise _malformed("structure")
        caveats.append(_text(caveat[_IDENTIFIER]))
    kind, signature = reader.field()
    if kind != _SIGNATURE or len(signature) != _SIGNATURE_BYTES or reader.rest:
        raise _malformed("structure")
    location = _text(header[_LOCATION]) if _LOCATION in header else None
    return Macaroon(match[1], location, _text(header[_IDENTIFIER]), tuple(caveats), signature)


def macaroon_text(macaroon: Macaroon) -> str:
    """The token a macaroon is written as."""
    data = bytearray([_VERSION])
    if macaroon.location is not None:
        data += _field(_LOCATION, macaroon.location.encode())
    data += _field(_IDENTIFIER, macaroon.identifier.encode()) + bytes([_END])
    for caveat in macaroon.caveats:
        data += _field(_IDENTIFIER, caveat.encode()) + bytes([_END])
    data += bytes([_END]) + _field(_SIGNATURE, macaroon.signature)
    return f"{macaroon.prefix}-{base64.urlsafe_b64encode(data).decode().rstrip('=')}"


def attenuate(token: str, caveats: Iterable[Caveat | str]) -> str:
    """The same token with more restrictions, made offline.

    Args:
        token: A macaroon token.
        caveats: Restrictions to add, in order; text is added exactly as it is.

    Raises:
        MalformedKeyError: The token is no macaroon.
    """
    macaroon = parse_macaroon(token)
    for caveat in caveats:
        text = caveat if isinstance(caveat, str) else caveat_text(caveat)
        signature = hmac.new(macaroon.signature, text.encode(), hashlib.sha256).digest()
        macaroon = replace(macaroon, caveats=(*macaroon.caveats, text), signature=signature)
    return macaroon_text(macaroon)


class _Reader:
    """Reads fields off the front of a macaroon's bytes."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def rest(self) -> bytes:
        return self._data[self._at :]

    def byte(self) -> int:
        if self._at >= len(self._data):
            raise _malformed("length")
        self._at += 1
        return self._data[self._at - 1]

    def number(self) -> int:
        total = 0
        for place in range(_LONGEST_NUMBER):
            byte = self.byte()
            total |= (byte & 0x7F) << (7 * place)
            if byte < 0x80:  # noqa: PLR2004 - the continuation bit of LEB128
                return total
        raise _malformed("structure")

    def field(self) -> tuple[int, bytes]:
        kind = self.number()
        if kind == _END:
            return kind, b""
        size = self.number()
        value = self.rest[:size]
        if len(value) != size:
            raise _malformed("length")
        self._at += size
        return kind, value

    def section(self) -> dict[int, bytes]:
        fields: dict[int, bytes] = {}
        while True:
            kind, value = self.field()
            if kind == _END:
                return fields
            if kind in fields or kind == _SIGNATURE:
                raise _malformed("structure")
            fields[kind] = value


def _field(kind: int, value: bytes) -> bytes:
    return bytes([kind]) + _leb128(len(value)) + value


def _leb128(number: int) -> bytes:
    out = bytearray()
    while number >= 0x80:  # noqa: PLR2004 - the continuation bit of LEB128
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise _malformed("alphabet") from None


def _time(seconds: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _malformed(kind: str) -> MalformedKeyError:
    return MalformedKeyError("This is not a whole macaroon token.", kind)
