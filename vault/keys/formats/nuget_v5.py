"""nuget.org keys of version 5: 84 characters that carry their own dates, owner and checksum.

Layout (`ApiKeyV5.cs`, on Microsoft's identifiable secrets): 52 random characters, `JQQJ99`, year
and month, `N5`, environment, owner (6), day, hour, minute, kind, lifetime in units of five minutes
(3), `NUGT`, checksum (4). Dates count in `A-Za-z0-9`, numbers in `0-9A-Za-z`.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from vault.keys.duration import say_duration
from vault.keys.formats import base62
from vault.keys.formats.marvin import tail_fits
from vault.keys.formats.recognition import MalformedKeyError, Outcome, Recognition, damaged

NAME = "nuget v5"
LENGTH = 84
SIGNATURE = "JQQJ99"
PROVIDER = "NUGT"
PRODUCTION = "P"
MAX_LIFETIME = timedelta(days=366)

_WHAT = "a nuget.org v5 key"
_NEAR = re.compile(r"[!-~]{60,120}")
_UNIT = timedelta(minutes=5)
DATE_DIGITS = string.ascii_uppercase + string.ascii_lowercase + string.digits
_ENVIRONMENTS = {"Prod": PRODUCTION, "Int": "I", "Dev": "D"}
_LOCAL = "L"
_WRONG = {
    "length": "it does not have 84 characters: was it cut off while copying?",
    "case": "its capital and small letters were changed, and they matter.",
    "signature": "the marks of one are not where they should be: was it cut off while copying?",
    "alphabet": "it has a character no such key has: was it typed?",
    "checksum": "its checksum is wrong: was it cut off while copying?",
    "version": "it is of a version keyfob does not know.",
    "environment": "the environment in it is not readable.",
    "kind": "the kind in it is not readable.",
    "date": "the date in it does not exist.",
    "owner": "the owner in it is not readable.",
    "lifetime": "the lifetime in it is not readable.",
}


@dataclass(frozen=True, slots=True)
class V5Key:
    """What a v5 key says about itself. Holds no part of its secret.

    Attributes:
        created: When it was made, to the minute.
        expires: When it ends.
        environment: `P` for nuget.org itself; `I`, `D` and `L` for its test environments.
        owner_key: nuget.org's number for the account whose packages it may touch.
        kind: `S` short-lived (trusted publishing), `L` long-lived.
    """

    created: datetime
    expires: datetime
    environment: str
    owner_key: int
    kind: str

    @property
    def lifetime(self) -> timedelta:
        """How long it lives in all."""
        return self.expires - self.created

    def works_in(self, environment: str, now: datetime) -> bool:
        """Whether a gallery of this environment would still take it.

        The server rejects when created + lifetime < now, so the exact instant still passes.
        """
        return self.environment == environment and now <= self.expires


def parse_v5(text: str) -> V5Key:
    """What a v5 key says about itself, after checking all of it.

    Raises:
        MalformedKeyError: It is no such key; `kind` is one of `length`, `signature`, `alphabet`,
            `checksum`, `version`, `environment`, `kind`, `date`, `owner` and `lifetime`.
    """
    if len(text) != LENGTH:
        raise _malformed("length")
    if text[52:58] != SIGNATURE or text[76:80].upper() != PROVIDER:
        raise _malformed("signature")
    _check_checksum(text)
    if text[60:62] != "N5":
        raise _malformed("version")
    if not base62.is_base62(text[62]):
        raise _malformed("environment")
    if not base62.is_base62(text[72]):
        raise _malformed("kind")
    created = _created(text)
    owner = _number(text[63:69], "owner")
    if owner >= 1 << 32:
        raise _malformed("owner")
    lifetime = _number(text[73:76], "lifetime") * _UNIT
    return V5Key(created, created + lifetime, text[62], owner, text[72])


def could_be_issued(lifetime: timedelta, owner_key: int = 1) -> bool:
    """Whether nuget.org would make a v5 key of this lifetime for this account number.

    It takes whole multiples of five minutes up to 366 days, and numbers from 1 (`Create`).
    """
    return timedelta(0) < lifetime <= MAX_LIFETIME and not lifetime % _UNIT and owner_key > 0


def environment_code(gallery: str) -> str:
    """The letter a gallery environment puts into its keys: `Prod`, `Int`, `Dev`, else local."""
    return _ENVIRONMENTS.get(gallery, _LOCAL)


def recognise_v5(text: str) -> Recognition | None:
    """A recognition if the text is, or nearly is, a v5 key."""
    folded = text.upper()
    if SIGNATURE not in folded or not _NEAR.fullmatch(text):
        return None
    if PROVIDER not in folded and folded[60:62] != "N5":
        return None
    try:
        key = parse_v5(text)
    except MalformedKeyError as error:
        return damaged(NAME, "nuget.org", _WHAT, _reason(text, error.kind))
    if not could_be_issued(key.lifetime, key.owner_key):
        return damaged(NAME, "nuget.org", _WHAT, _WRONG["lifetime"])
    where = "" if key.environment == PRODUCTION else ", from a test environment of the gallery"
    life = say_duration(key.lifetime)
    return Recognition(
        NAME,
        "nuget.org",
        Outcome.OK,
        f"This is a nuget.org key (v5){where}; it lives {life} and says itself when it ends.",
        _WHAT,
        created=key.created,
        expires=key.expires,
        owner_hint=f"nuget.org account number {key.owner_key}",
    )


def _reason(text: str, kind: str) -> str:
    return _WRONG["case" if kind == "signature" and SIGNATURE not in text else kind]


def _malformed(kind: str) -> MalformedKeyError:
    return MalformedKeyError(f"This is not a nuget.org v5 key: {_WRONG[kind]}", kind)


def _check_checksum(text: str) -> None:
    try:
        fits = tail_fits(text)
    except ValueError:
        raise _malformed("alphabet") from None
    if not fits:
        raise _malformed("checksum")


def _created(text: str) -> datetime:
    year, month, day, hour, minute = (DATE_DIGITS.find(c) for c in text[58:60] + text[69:72])
    if min(year, month, day, hour, minute) < 0:
        raise _malformed("date")
    try:
        return datetime(2024 + year, 1 + month, 1 + day, hour, minute, tzinfo=UTC)
    except ValueError:
        raise _malformed("date") from None


def _number(digits: str, kind: str) -> int:
    try:
        return base62.decode(digits)
    except ValueError:
        raise _malformed(kind) from None
