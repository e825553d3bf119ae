"""Which keys stand in a run of bytes: the formats' shapes as one search, each hit checked.

A key of any format holds a run of letters and digits that text and code rarely have. So the bytes
are first mapped to "may be part of a key" and "may not", which leaves one substring to look for;
only inside such a run the beginnings of keys are looked for. That is why it keeps up with `grep`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from vault.keys.formats.base62 import CRC_DIGITS
from vault.keys.formats.checksummed import FORMATS as CHECKSUMMED
from vault.keys.formats.nuget_v5 import LENGTH, SIGNATURE
from vault.keys.formats.prefixed import FORMATS as PREFIXED
from vault.keys.formats.recognise import recognise
from vault.keys.formats.recognition import Outcome, Recognition
from vault.keys.secret import Secret

RUN = 25
"""Characters of `[A-Za-z0-9_-]` on end that every format has; the shortest is `gldt-` and 20."""

LONGEST = 8192
"""Most bytes of a key; the longest macaroons have a few hundred."""

BEFORE = 64
"""Bytes before a run that belong to a key or tell whether there is one."""

_MARK = SIGNATURE.encode()
_MARK_AT = 52  # of the `LENGTH` characters of a nuget.org v5 key or an Azure DevOps token

_IN_RUN = re.compile(rb"[A-Za-z0-9_-]")
_TABLE = bytes(1 if _IN_RUN.match(bytes([byte])) else 0 for byte in range(256))
_NEEDLE = b"\1" * RUN

_MACAROON = r"Ag[E-L][\w-]{57,8000}"  # version 2, then a location or an identifier
_ISSUED = (
    *((form.prefix, f"[A-Za-z0-9]{{{form.payload + CRC_DIGITS}}}(?!\\w)") for form in CHECKSUMMED),
    *((form.prefix, rf"{form.body}(?![\w-])") for form in PREFIXED),
    ("cio_tp_", r"[A-Za-z0-9]{32}(?!\w)"),
    ("pypi-", _MACAROON),
    ("devpi-", _MACAROON),
)
_TERSE = (
    ("oy2", r"[a-z2-7]{43}(?!\w)"),
    ("OY2", r"[A-Z2-7]{43}(?!\w)"),
    ("cio", r"[A-Za-z0-9]{32}(?!\w)"),
)
# A terse beginning counts at the beginning of a word only, or behind an escape: "\noy2...".
_ALONE = r"(?:(?<![A-Za-z0-9])|(?<=\\[nrt]))"
_STARTS = (SIGNATURE, *(re.escape(start) for start, _ in (*_ISSUED, *_TERSE)))
_START = re.compile("|".join(_STARTS).encode())
_SHAPED = re.compile(
    "|".join(
        [
            *(re.escape(start) + rest for start, rest in _ISSUED),
            *(_ALONE + start + rest for start, rest in _TERSE),
        ]
    ).encode()
)


@dataclass(frozen=True, slots=True)
class Shaped:
    """A key among bytes.

    Attributes:
        at: Index of its first byte.
        secret: The key.
        recognition: What it is.
    """

    at: int
    secret: Secret
    recognition: Recognition


def keys_in(data: bytes) -> Iterator[Shaped]:
    """Every key of a known format in the bytes, in order; where checksums exist they are right."""
    mapped = data.translate(_TABLE)
    done = 0
    run = mapped.find(_NEEDLE)
    while run >= 0:
        end = mapped.find(b"\0", run + RUN)
        end = len(data) if end < 0 else end
        for begun in _START.finditer(data, run, end):
            if begun.start() < done:
                continue
            at, text = _candidate(data, begun, end)
            if at < done or not text:
                continue
            found = recognise(text)
            known = found.verdict is Outcome.OK and found.registry is not None
            if known or begun[0] != _MARK:  # else a long run of beginnings took a read of it each
                done = at + len(text)
            if known:
                yield Shaped(at, Secret(text), found)
        run = mapped.find(_NEEDLE, end)


def _candidate(data: bytes, begun: re.Match[bytes], end: int) -> tuple[int, str]:
    """Where a text with a key's shape begins, and the text; "" if what begins there has none."""
    if begun[0] == _MARK:
        at = begun.start() - _MARK_AT
        text = data[at : at + LENGTH] if at >= 0 else b""
        return at, text.decode() if text.isascii() else ""
    match = _SHAPED.match(data, begun.start(), end + LONGEST)
    return begun.start(), match[0].decode().rstrip(".") if match else ""
