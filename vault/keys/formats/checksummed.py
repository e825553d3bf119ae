"""Tokens with a prefix and a CRC-32 tail: npm, GitHub, and the secrets keyfob makes itself."""

from __future__ import annotations

from dataclasses import dataclass

from vault.keys.formats import base62
from vault.keys.formats.recognition import Outcome, Recognition, damaged

OWN_PREFIX = "kfob_"
"""Prefix of the secrets keyfob generates for feeds of one's own."""

OWN_PAYLOAD = 32
"""Random base-62 characters in one of them: 190 bits."""


@dataclass(frozen=True, slots=True)
class Checksummed:
    """One format of this scheme.

    Attributes:
        prefix: How it starts.
        payload: Random characters between prefix and checksum.
        name: The format's name.
        registry: Who issues it.
        what: What it is, with its article, for a sentence.
    """

    prefix: str
    payload: int
    name: str
    registry: str
    what: str

    @property
    def length(self) -> int:
        """Characters in all."""
        return len(self.prefix) + self.payload + base62.CRC_DIGITS


FORMATS = (
    Checksummed(OWN_PREFIX, OWN_PAYLOAD, "keyfob secret", "own-feed", "a secret keyfob made"),
    Checksummed("npm_", 30, "npm token", "npm", "an npm token"),
    *(
        Checksummed(prefix, 30, "github token", "github-packages", "a GitHub token")
        for prefix in ("ghp_", "gho_", "ghu_", "ghs_", "ghr_")
    ),
)


def problem(text: str, form: Checksummed) -> str | None:
    """What is wrong with a text of this prefix: `length`, `alphabet`, `checksum`, or None."""
    body = text.removeprefix(form.prefix)
    if len(text) != form.length:
        return "length"
    if not base62.is_base62(body):
        return "alphabet"
    return None if base62.checks_out(body) else "checksum"


def recognise_checksummed(text: str) -> Recognition | None:
    """A recognition if the text has the prefix of one of `FORMATS`."""
    form = next((form for form in FORMATS if text.startswith(form.prefix)), None)
    if form is None:
        return None
    wrong = {
        "length": f"it has {len(text)} characters instead of {form.length}: was it cut off while "
        "copying?",
        "alphabet": "it has a character no such token has: was it typed?",
        "checksum": "its checksum is wrong: was it typed, or cut off while copying?",
    }
    kind = problem(text, form)
    if kind is None:
        note = f"This is {form.what}."
        return Recognition(form.name, form.registry, Outcome.OK, note, form.what)
    return damaged(form.name, form.registry, form.what, wrong[kind])
