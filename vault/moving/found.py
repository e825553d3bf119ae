"""What a source holds: keys, and what looked like one but cannot be taken."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vault.errors import ValueRefusedError
from vault.keys.formats.recognise import clean_pasted, refuse_unfit
from vault.keys.key import Key
from vault.keys.secret import Secret
from vault.scanning.shapes import keys_in

MASK = "••••"
"""Stands for a secret in a line that is shown."""

LONGEST_FIELD = 64 * 1024
"""Most bytes of a secret, as for one that is piped in."""

_USER_INFO = re.compile(r"://[^/@\s]+@")


@dataclass(frozen=True, slots=True)
class Found:
    """A key that lies in a source.

    Attributes:
        secret: The key.
        line: The line it stands on, from 1; None where there are no lines.
        remove: That line, or what stands for it, with the secret masked; "" if no line can go.
        title: What the source calls it: a server's name, a variable, an entry's title.
        address: The server it is for, as a URL, or "".
        registry: Id of the registry that the source itself names, or "".
        owner: Whose it is, if the source says so, or "".
        warning: One sentence to tell the user, or "".
        key: All that another vault knew of it, or None.
    """

    secret: Secret
    line: int | None
    remove: str
    title: str
    address: str = ""
    registry: str = ""
    owner: str = ""
    warning: str = ""
    key: Key | None = None


@dataclass(frozen=True, slots=True)
class Passed:
    """Something that cannot be taken in.

    Attributes:
        line: The line it stands on, or None if it is the whole source.
        title: What the source calls it, or "".
        reason: Why, as a sentence.
    """

    line: int | None
    title: str
    reason: str


def masked(line: str, *secrets: str) -> str:
    """A line to be shown: its secrets, and whatever else in it looks like a key, made unreadable.

    Args:
        line: As it stands in the file.
        secrets: What is secret in it, as written there.
    """
    for text in sorted(filter(None, secrets), key=len, reverse=True):
        line = line.replace(text, MASK)
    for shaped in list(keys_in(line.encode(errors="surrogatepass"))):
        with shaped.secret as secret:
            line = line.replace(secret.reveal(), MASK)
    return _USER_INFO.sub(f"://{MASK}@", line).strip()


def taken(value: str) -> Secret | None:
    """A value as a secret; None if it is empty, too long, or no key can be so."""
    value = clean_pasted(value)
    if not value or len(value) > LONGEST_FIELD or any(char.isspace() for char in value):
        return None
    try:
        refuse_unfit(value)
        return Secret(value)
    except (ValueRefusedError, UnicodeEncodeError):
        return None
