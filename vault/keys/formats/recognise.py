"""Recognise a pasted secret, in the order a registry would try its formats."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import replace

from vault.errors import ValueRefusedError
from vault.keys.formats.azure import recognise_azure
from vault.keys.formats.checksummed import recognise_checksummed
from vault.keys.formats.crates import recognise_crates
from vault.keys.formats.guid import recognise_guid
from vault.keys.formats.hexadecimal import recognise_hex
from vault.keys.formats.nuget_v4 import recognise_v4
from vault.keys.formats.nuget_v5 import recognise_v5
from vault.keys.formats.prefixed import recognise_prefixed
from vault.keys.formats.pypi import recognise_pypi
from vault.keys.formats.recognition import Outcome, Recognition

_LONGEST = 8192
_READERS: tuple[Callable[[str], Recognition | None], ...] = (
    recognise_v4,
    recognise_azure,
    recognise_v5,
    recognise_hex,
    recognise_guid,
    recognise_checksummed,
    recognise_crates,
    recognise_pypi,
    recognise_prefixed,
)


def clean_pasted(text: str) -> str:
    """A pasted secret without the spaces, line ends and invisible characters around it.

    What stands inside is left alone.
    """
    start, end = 0, len(text)
    while start < end and _is_blank(text[start]):
        start += 1
    while end > start and _is_blank(text[end - 1]):
        end -= 1
    return text[start:end]


def refuse_unfit(secret: str) -> None:
    """Refuses a secret with a character inside that no key has and nobody sees.

    It would come from a page that puts more on the clipboard than it shows, and could steer the
    terminal when the secret is revealed.

    Raises:
        ValueRefusedError: It holds a control, format, private or unassigned character, or a line
            or paragraph end.
    """
    for char in secret:
        kind = unicodedata.category(char)
        if kind[0] == "C" or kind in {"Zl", "Zp"}:
            raise ValueRefusedError(
                "The secret holds an invisible character that no key has.",
                "Copy the key alone, from a page you trust; nothing was changed.",
            )


def recognise(text: str) -> Recognition:
    """What a pasted text is, with one plain sentence that holds no part of it.

    Spaces and line ends around it are ignored, and the sentence says so.
    """
    secret = clean_pasted(text)
    found = _recognise(secret)
    if secret and secret != text:
        found = replace(found, note=f"{found.note} Spaces around it were left out.")
    return found


def _recognise(secret: str) -> Recognition:
    if not secret:
        return Recognition("", None, Outcome.UNKNOWN, "Nothing was pasted.")
    if len(secret) <= _LONGEST:
        for reader in _READERS:
            found = reader(secret)
            if found is not None:
                return found
    if any(_is_blank(char) for char in secret):
        note = "There is a space or a line break inside it: was more copied than the key?"
        return Recognition("", None, Outcome.UNKNOWN, note)
    return Recognition("", None, Outcome.UNKNOWN, "keyfob does not know this format.")


def _is_blank(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) in {"Cc", "Cf"}
