"""`.npmrc`: `//host/path/:_authToken=TOKEN`, and the older `_auth` and `_password` in base64."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from pathlib import Path

from vault.clients.npmrc import key_of, sole_variable
from vault.moving.document import lines
from vault.moving.found import Found, Passed, masked, taken

_NAMES = {"_authtoken", "_auth", "_password"}
_FROM_BEFORE = (
    "It stands for any server, as npm did before version 7; npm today takes no notice of it."
)


def read(path: Path) -> Iterator[Found | Passed]:
    """The credentials of an npmrc.

    Raises:
        UnacceptableError: It is no text.
        OSError: It cannot be read.
    """
    users: dict[str, str] = {}
    for number, line in lines(path):
        key = key_of(line)
        place, _, name = key.rpartition(":")
        value = line.partition("=")[2].strip().strip("\"'")
        if name.lower() == "username":
            users[place] = value
        elif name.lower() in _NAMES and value:
            yield _entry(number, line, key, value, users.get(place, ""))


def _entry(number: int, line: str, key: str, value: str, user: str) -> Found | Passed:
    place, _, name = key.rpartition(":")
    title = place.strip("/") or name
    if "${" in value:
        named = sole_variable(value)
        what = f"names the variable {named}" if named else "is put together from variables"
        return Passed(number, title, f"It {what} and holds no key itself.")
    secret = value
    if name.lower() != "_authtoken":
        try:
            secret = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return Passed(number, title, "It should be base64 and is not.")
        if name.lower() == "_auth":
            user, _, secret = secret.partition(":")
    own = taken(secret)
    if own is None:
        return Passed(number, title, "What stands there can be no key.")
    return Found(
        own,
        number,
        masked(line, value),
        title,
        address=f"https:{place}" if place.startswith("//") else "",
        owner=user,
        warning="" if place else _FROM_BEFORE,
    )
