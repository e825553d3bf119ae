"""Azure DevOps personal access tokens: 84 characters that check themselves, or 52 of old.

The new form is a common annotated key (`CommonAnnotatedKey.cs` of Microsoft's security utilities):
52 random characters, `JQQJ99`, year and month of creation, 16 more, `AZDO`, a checksum.
"""

from __future__ import annotations

import re
from datetime import date

from vault.keys.formats.marvin import tail_fits
from vault.keys.formats.nuget_v5 import DATE_DIGITS, PROVIDER, SIGNATURE
from vault.keys.formats.recognition import Outcome, Recognition, damaged

NAME = "azure token"
NAME_OLD = "azure token of old"
REGISTRY = "azure-artifacts"

_WHAT = "an Azure DevOps token"
_SHAPE = re.compile(r"[A-Za-z0-9]{52}JQQJ99[A-Za-z0-9][A-L][A-Za-z0-9]{16}AZDO[A-Za-z0-9]{4}")
_NEAR = re.compile(r"[!-~]{60,120}")
_OLD = re.compile(r"[a-z2-7]{52}")
_YEAR, _MONTH = 58, 59


def recognise_azure(text: str) -> Recognition | None:
    """A recognition if the text is, or nearly is, an Azure DevOps token."""
    if _OLD.fullmatch(text):
        return Recognition(NAME_OLD, REGISTRY, Outcome.OK, f"This is {_WHAT}.", _WHAT)
    marked = SIGNATURE in text and "AZDO" in text and PROVIDER not in text
    if not marked or not _NEAR.fullmatch(text):
        return None
    if not _SHAPE.fullmatch(text):
        return damaged(NAME, REGISTRY, _WHAT, "it is not whole: was it cut off while copying?")
    if not tail_fits(text):
        wrong = "its checksum is wrong: was it typed, or cut off while copying?"
        return damaged(NAME, REGISTRY, _WHAT, wrong)
    made = date(2024 + DATE_DIGITS.index(text[_YEAR]), 1 + DATE_DIGITS.index(text[_MONTH]), 1)
    note = f"This is {_WHAT}, made in {made:%Y-%m}."
    return Recognition(NAME, REGISTRY, Outcome.OK, note, _WHAT)
