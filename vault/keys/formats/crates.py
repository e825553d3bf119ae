"""crates.io tokens: `cio` and 32 letters or digits, or the one-use form of trusted publishing."""

from __future__ import annotations

import functools
import operator
import re
import string

from vault.keys.formats.base62 import is_base62
from vault.keys.formats.recognition import Outcome, Recognition, damaged

NAME = "crates.io token"
NAME_TRUSTED = "crates.io trusted publishing token"
PREFIX = "cio"
PREFIX_TRUSTED = "cio_tp_"

LENGTH = 35

_WHAT = "a crates.io token"
_TRUSTED_RANDOM = 31
_CHECK_DIGITS = string.ascii_uppercase + string.ascii_lowercase + string.digits
_NEAR = re.compile(r"cio[A-Za-z0-9]{24,48}")


def trusted_checksum(payload: str) -> str:
    """The check character of a trusted-publishing token: its bytes XORed, modulo 62.

    From `crates_io_trustpub/src/access_token.rs`.
    """
    folded = functools.reduce(operator.xor, payload.encode(), 0)
    return _CHECK_DIGITS[folded % len(_CHECK_DIGITS)]


def recognise_crates(text: str) -> Recognition | None:
    """A recognition if the text is, or nearly is, a crates.io token."""
    if text.startswith(PREFIX_TRUSTED):
        return _trusted(text.removeprefix(PREFIX_TRUSTED))
    if not _NEAR.fullmatch(text):
        return None
    if len(text) == LENGTH:
        return Recognition(NAME, "crates.io", Outcome.OK, f"This is {_WHAT}.", _WHAT)
    cut = f"it has {len(text)} characters instead of {LENGTH}: was it cut off while copying?"
    return damaged(NAME, "crates.io", _WHAT, cut)


def _trusted(payload: str) -> Recognition:
    what = "a crates.io trusted publishing token"
    body, check = payload[:_TRUSTED_RANDOM], payload[_TRUSTED_RANDOM:]
    if is_base62(payload) and check == trusted_checksum(body):
        return Recognition(NAME_TRUSTED, "crates.io", Outcome.OK, f"This is {what}.", what)
    wrong = "its check character is wrong: was it cut off while copying?"
    return damaged(NAME_TRUSTED, "crates.io", what, wrong)
