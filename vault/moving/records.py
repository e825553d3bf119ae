"""One entry of a password manager, and the keys in it.

Most entries are passwords to log in with, and the one for a registry's own page is no key of it
either. So what counts is what a registry issued by its format, in whichever field it lies.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from vault.keys.formats.recognise import recognise
from vault.keys.secret import Secret
from vault.moving.found import LONGEST_FIELD, Found, Passed, taken
from vault.registries.addresses import profile_for
from vault.scanning.shapes import keys_in


@dataclass(frozen=True, slots=True)
class Record:
    """An entry.

    Attributes:
        title: What the user calls it.
        address: The page it is for, or "".
        user: The user's name, or "".
        password: The password field.
        texts: Every other field: notes, fields of the user's own.
        line: The line it begins on, or None.
        remove: The line to remove, masked, or "".
    """

    title: str
    address: str
    user: str
    password: str = field(repr=False)
    texts: tuple[str, ...] = field(default=(), repr=False)
    line: int | None = None
    remove: str = ""


def keys_of(record: Record) -> Iterator[Found | Passed]:
    """The keys of an entry, each once."""
    seen: set[bytes] = set()
    for text in (record.password, *record.texts):
        if len(text) > LONGEST_FIELD:
            yield Passed(record.line, record.title, "One of its fields is too long for a key.")
            continue
        for shaped in keys_in(text.encode(errors="replace")):
            value = shaped.secret.reveal_bytes()
            if value not in seen:
                seen.add(value)
                yield _found(record, shaped.secret)
    if not seen and _told_by_address(record):
        secret = taken(record.password)
        if secret is not None:
            yield _found(record, secret)


def _found(record: Record, secret: Secret) -> Found:
    return Found(
        secret,
        record.line,
        record.remove,
        record.title,
        address=record.address if "://" in record.address else "",
        owner="" if record.user.startswith("__") else record.user,
    )


def _told_by_address(record: Record) -> bool:
    """Whether the password is a GUID or hex digits, as the registry of this page issues keys."""
    found = recognise(record.password)
    if not found.format or found.registry is not None:
        return False
    profile = profile_for(record.address)
    return profile is not None and found.format in profile.formats
