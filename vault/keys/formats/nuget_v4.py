"""nuget.org keys of version 4: 46 characters that start with `oy2`, made on the API Keys page.

Layout (`ApiKeyV4.cs`): base32 of "v4" and ten random bytes, 20 characters; then base32 of a random
GUID, 26 characters. "v4" in base32 is `oy2` and a letter from a to p. There is no checksum.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from vault.keys.formats.recognition import Outcome, Recognition, damaged

NAME = "nuget v4"
LENGTH = 46

_WHAT = "a nuget.org v4 key"
_ID_LENGTH = 20
_ID_PART = re.compile(r"oy2[a-p][a-z2-7]{16}", re.IGNORECASE | re.ASCII)
_ALL_BASE32 = re.compile(r"[a-z2-7]*", re.IGNORECASE | re.ASCII)
_GENERATED = re.compile(
    r"oy2[a-p][a-z2-7]{15}[aq][a-z2-7]{11}[eu][bdfhjlnprtvxz357][a-p][a-z2-7]{11}[aeimquy4]"
)
_SCANNER = re.compile(r"(?<![a-z0-9])oy2[a-z2-7]{43}(?![a-z0-9])", re.IGNORECASE | re.ASCII)
_NEAR_LENGTHS = range(24, 70)


@dataclass(frozen=True, slots=True)
class V4Key:
    """A text the server would read as a v4 key.

    Attributes:
        id_part: The 20 characters the server looks the key up by, in lower case.
        password_part: The 26 characters it hashes, in lower case. Secret.
    """

    id_part: str = field(repr=False)
    password_part: str = field(repr=False)


def parse_v4(text: str) -> V4Key | None:
    """The parts of a v4 key, read as leniently as the server does, or None.

    The server checks the length and that the first 20 characters are base32 of something that
    starts with "v4", whatever their case; it never looks at the alphabet of the rest.
    """
    if len(text) != LENGTH or not _ID_PART.fullmatch(text[:_ID_LENGTH]):
        return None
    return V4Key(text[:_ID_LENGTH].lower(), text[_ID_LENGTH:].lower())


def is_generated_v4(text: str) -> bool:
    """Whether nuget.org's own generator could have made exactly this text.

    Tighter than the server's check: the second half encodes a random (version 4) GUID.
    """
    return _GENERATED.fullmatch(text) is not None


def holds_v4(text: str) -> bool:
    """Whether a secret scanner would report a v4 key somewhere in the text.

    The rule of microsoft/security-utilities SEC101/031, which drops hits of mixed case.
    """
    hits = (found[0] for found in _SCANNER.finditer(text))
    return any(hit in {hit.lower(), hit.upper()} for hit in hits)


def recognise_v4(text: str) -> Recognition | None:
    """A recognition if the text is, or nearly is, a v4 key."""
    if text[:3].lower() != "oy2" or len(text) not in _NEAR_LENGTHS:
        return None
    if not (text.isascii() and text.isalnum()):
        return None
    if parse_v4(text) and _ALL_BASE32.fullmatch(text):
        note = "This is a nuget.org key (v4)."
        return Recognition(NAME, "nuget.org", Outcome.OK, note, _WHAT)
    if len(text) != LENGTH:
        cut = f"it has {len(text)} characters instead of {LENGTH}: was it cut off while copying?"
        return damaged(NAME, "nuget.org", _WHAT, cut)
    return damaged(NAME, "nuget.org", _WHAT, "it has a character no such key has: was it typed?")
