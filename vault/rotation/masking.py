"""What a command printed, fit to be shown: no secret in it, and nothing a terminal obeys."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from urllib.parse import quote

from vault.keys.secret import Secret
from vault.text import safe

LINES = 6
WIDTH = 200

_PIECE = 8
"""So many characters of a secret in a row are masked; fewer are met by chance."""

_MASK = "•••"
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_])")


def last_lines(printed: bytes, secret: Secret) -> tuple[str, ...]:
    """The last lines of an output, with what is part of the secret masked.

    The secret is also found percent-encoded, in base64 at any offset, cut off, and broken over
    lines or by colours. A program that disguises it on purpose is not seen through.

    Args:
        printed: The output, in any encoding.
        secret: What must not be shown.
    """
    text = _ESCAPES.sub("", str(printed, "utf-8", "replace"))
    lines = [line.strip() for line in _masked(text, secret).splitlines() if line.strip()]
    return tuple(safe(line, WIDTH) for line in lines[-LINES:])


def _masked(text: str, secret: Secret) -> str:
    pieces: set[str] = set()
    for form in _forms(secret):
        size = min(_PIECE, len(form))
        pieces.update(form[at : at + size] for at in range(len(form) - size + 1))
    pieces.discard("")
    hidden = bytearray(len(text))
    for size in {len(piece) for piece in pieces}:
        for at in range(len(text) - size + 1):
            if text[at : at + size] in pieces:
                hidden[at : at + size] = b"\1" * size
    return re.sub("\0+", _MASK, "".join(map(_shown, text, hidden)))


def _shown(char: str, hidden: int) -> str:
    return "\0" if hidden or char == "\0" else char


def _forms(secret: Secret) -> Iterator[str]:
    """The secret as text, and as programs like to write it."""
    value = secret.reveal_bytes()
    text = secret.reveal()
    yield text
    yield quote(text, safe="")
    for offset in range(3):  # where it begins within a group of three bytes
        whole = base64.b64encode(bytes(offset) + value).decode()
        inner = whole[(offset * 8 + 5) // 6 : (offset + len(value)) * 8 // 6]
        yield inner
        yield inner.translate(str.maketrans("+/", "-_"))
