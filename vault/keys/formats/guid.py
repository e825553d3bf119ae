"""GUID keys: what nuget.org issued first (v1 to v3) and many feeds of one's own still use."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from vault.keys.formats.recognition import Outcome, Recognition

NAME = "guid"

_HEX = "[0-9a-fA-F]"
_DASHED = rf"{_HEX}{{8}}(?:-{_HEX}{{4}}){{3}}-{_HEX}{{12}}"
_PLAIN = re.compile(
    rf"{_HEX}{{32}}|{_DASHED}|\{{{_DASHED}\}}|\({_DASHED}\)",
)
_NESTED = re.compile(
    r"\{" + ",".join([rf"0x({_HEX}{{1,8}})"] + [rf"0x({_HEX}{{1,4}})"] * 2)
    + r",\{" + ",".join([rf"0x({_HEX}{{1,2}})"] * 8) + r"\}\}",
    re.IGNORECASE,
)  # fmt: skip
_WIDTHS = (8, 4, 4, 2, 2, 2, 2, 2, 2, 2, 2)


@dataclass(frozen=True, slots=True)
class GuidKey:
    """A GUID read as a nuget.org key of version 1 to 3.

    Attributes:
        id_part: The ten hex digits the server looks the key up by.
        password_part: The other 22. Secret.
    """

    id_part: str = field(repr=False)
    password_part: str = field(repr=False)


def parse_guid(text: str) -> GuidKey | None:
    """A key from any text .NET's `Guid.TryParse` takes, or None.

    These are 32 hex digits; the dashed form, bare, in braces or in parentheses; and the nested
    form `{0x...,0x...,0x...,{0x...}}`. Spaces around them are ignored (`ApiKeyV3.cs`).
    """
    text = text.strip()
    nested = _NESTED.fullmatch("".join(text.split())) if text.startswith("{0") else None
    if nested:
        digits = "".join(
            part.rjust(width, "0") for part, width in zip(nested.groups(), _WIDTHS, strict=True)
        )
    elif _PLAIN.fullmatch(text):
        digits = re.sub(r"[-{}()]", "", text)
    else:
        return None
    digits = digits.lower()
    return GuidKey(digits[:10], digits[10:])


def recognise_guid(text: str) -> Recognition | None:
    """A recognition if the text is a GUID. It belongs to no one registry."""
    if parse_guid(text) is None:
        return None
    note = "This is a GUID: a nuget.org key of the old form, or a feed's own."
    return Recognition(NAME, None, Outcome.OK, note, "a GUID")
