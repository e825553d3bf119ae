"""Keys that are nothing but hex digits: Hex's of 32, Gitea's and Forgejo's of 40.

Nothing in them tells who made them, so they belong to no one registry.
"""

from __future__ import annotations

import re

from vault.keys.formats.recognition import Outcome, Recognition

NAME_32 = "hex 32"
NAME_40 = "hex 40"

_DIGITS = re.compile(r"[0-9a-f]{32}|[0-9a-f]{40}")
_SHORT = 32


def recognise_hex(text: str) -> Recognition | None:
    """A recognition if the text is 32 or 40 hex digits in small letters."""
    if not _DIGITS.fullmatch(text):
        return None
    if len(text) == _SHORT:
        note = "These are 32 hex digits: a Hex key, or a GUID without its dashes."
        return Recognition(NAME_32, None, Outcome.OK, note, "a key of 32 hex digits")
    note = "These are 40 hex digits: a Gitea or Forgejo token, or another server's."
    return Recognition(NAME_40, None, Outcome.OK, note, "a key of 40 hex digits")
