"""The header: what anyone may read of a vault without its password.

It says which vault this is, how often it was saved, which slots open it, and how many keys expire
when; never a name. `keyfob check` reads nothing else, so this file imports no cryptography. What
is read here is not yet authenticated: `vault.sealing.vaultfile.unlock` does that.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol
from zlib import crc32

from vault.errors import DamagedError, NewerFormatError, ValueRefusedError
from vault.keys.lifetime import Lifetime
from vault.sealing.beginning import BEGINNING, FORMAT, MAGIC, MAX_HEADER, header_end, written_id
from vault.sealing.encoding import (
    check_depth,
    dump_json,
    format_time,
    load_json_object,
    parse_integer,
    parse_time,
)

MAX_EXPIRIES = 4096
"""Most entries of `Header.expiries`."""

MAX_LIFE_HOURS = 10**8
"""Longest life an `Expiry` states, in hours: more than any calendar holds."""

_VAULT_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)
_CHECK = re.compile(r"[0-9a-f]{8}", re.ASCII)
_NO_CHECK = "00000000"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_MOMENT = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, order=True)
class Expiry:
    """How many keys expire within one hour, of those with lives of about one length.

    Attributes:
        hour: When they expire, rounded down to the hour (UTC).
        life_hours: How long they live in all, rounded up to hours.
        count: How many they are.
    """

    hour: datetime
    life_hours: int
    count: int

    @property
    def lifetime(self) -> Lifetime:
        """A life that is never less urgent than that of any key counted here."""
        life = timedelta(hours=self.life_hours)
        return Lifetime(self.hour - min(life, self.hour - _FIRST_MOMENT), self.hour)


@dataclass(frozen=True, slots=True)
class Header:
    """What a vault file says of itself without a password.

    Attributes:
        vault_id: 32 hex digits, made once with the vault.
        generation: How often the vault was saved.
        saved: When it was saved last, UTC, to the second.
        slots: The ways to open it, as decoded JSON; unknown ones are kept as they are.
        expiries: When its live keys expire, soonest first.
        never: How many live keys have no end.
        revoked: How many keys are revoked; they are counted nowhere else.
        other: Fields a newer keyfob wrote, kept as they are.
    """

    vault_id: str
    generation: int
    saved: datetime
    slots: tuple[Mapping[str, Any], ...]
    expiries: tuple[Expiry, ...] = ()
    never: int = 0
    revoked: int = 0
    other: Mapping[str, Any] = field(default_factory=dict)


class Dated(Protocol):
    """Anything with the dates of a key: a lifetime, or a record of the vault's body."""

    @property
    def created(self) -> datetime:
        """When the present secret was made."""

    @property
    def expires(self) -> datetime | None:
        """When it stops working, or None for never."""

    @property
    def revoked(self) -> datetime | None:
        """When it was revoked, or None."""


def count_expiries(lifetimes: Iterable[Dated]) -> tuple[tuple[Expiry, ...], int, int]:
    """What the header tells of a vault's keys: when they expire, and how many never do.

    The end is rounded down and the life up, so that nobody is warned late. If there are more than
    `MAX_EXPIRIES` different entries, ends are rounded to the date and lives to days; if there are
    still more, the latest ones are counted together at the earliest of their dates.

    Returns:
        The expiries, soonest first; the number of keys that never expire; the number revoked.
    """
    lives = list(lifetimes)
    live = [life for life in lives if life.revoked is None]
    ending = [(life.expires, life.expires - life.created) for life in live if life.expires]
    rows = _counted(ending, 1)
    if len(rows) > MAX_EXPIRIES:
        rows = _counted(ending, 24)
    if len(rows) > MAX_EXPIRIES:
        rest = rows[MAX_EXPIRIES - 1 :]
        longest, together = max(life for _, life, _ in rest), sum(count for _, _, count in rest)
        rows[MAX_EXPIRIES - 1 :] = [(rest[0][0], longest, together)]
    expiries = tuple(
        Expiry(_EPOCH + timedelta(hours=end), min(max(int(life), 0), MAX_LIFE_HOURS), count)
        for end, life, count in rows
    )
    return expiries, len(live) - len(ending), len(lives) - len(live)


def _counted(ending: list[tuple[datetime, timedelta]], step: int) -> list[tuple[float, float, int]]:
    """How many keys end in one step of so many hours, after lives of about one length.

    Returns:
        Sorted rows of the end, in hours since 1970 rounded down, the life, in hours rounded up,
        and the count. Whole numbers as floats, because that is twice as fast over 10,000 keys.
    """
    seconds = step * 3600
    counts = Counter(
        (end.timestamp() // seconds, -(-life.total_seconds() // seconds)) for end, life in ending
    )
    return sorted((end * step, life * step, count) for (end, life), count in counts.items())


def read_vault_id(data: bytes) -> str:
    """The id of a vault, without a look at the rest of its header if that begins as we write it.

    Raises:
        DamagedError: Not a keyfob vault, or its header is damaged.
        NewerFormatError: Written in a newer format.
    """
    return written_id(data) or read_header(data).vault_id


def verify_check(data: bytes) -> None:
    """Tells a header damaged by accident, which needs no password to know.

    Whoever changes a header on purpose can make its check fit; the MAC is what tells that.

    Raises:
        DamagedError: The header does not begin as it should, or its check does not fit.
        NewerFormatError: Written in a newer format.
    """
    head = data[: header_end(data)]
    match = BEGINNING.match(head)
    if match is None:
        read_header(data)  # a newer format, or what exactly is wrong
    if match is None or match[1] != _check_of(head, match.start(1)):
        raise DamagedError("The vault file is damaged: its header was changed.")


def _check_of(head: bytes, at: int) -> bytes:
    """The check of magic and header line: their CRC-32 with zeros at its own place."""
    blank = head[:at] + _NO_CHECK.encode() + head[at + len(_NO_CHECK) :]
    return f"{crc32(blank):08x}".encode()


def read_header(data: bytes) -> Header:
    """The header of a vault file, every known field checked for type and bounds.

    Args:
        data: The file's bytes; what follows the header is not looked at.

    Raises:
        DamagedError: Not a keyfob vault, or its header is damaged.
        NewerFormatError: Written in a newer format.
    """
    return _read_line(data[len(MAGIC) : header_end(data) - 1])


@lru_cache(maxsize=1)
def _read_line(line: bytes) -> Header:
    """The header in a line; kept, because who opens a vault asks for it several times."""
    fields = load_json_object(line, "its header")
    version = parse_integer(fields.pop("format", None), "its format version", 1)
    if version != FORMAT:
        raise NewerFormatError(
            f"The vault was written by a newer keyfob (format {version}).",
            "Update keyfob, then try again.",
        )
    vault_id = fields.pop("vault", None)
    if not isinstance(vault_id, str) or not _VAULT_ID.fullmatch(vault_id):
        raise DamagedError("The vault file is damaged: its id is not what it should be.")
    check = fields.pop("check", None)
    if not isinstance(check, str) or not _CHECK.fullmatch(check):
        raise DamagedError("The vault file is damaged: its check is not what it should be.")
    generation = parse_integer(fields.pop("generation", None), "its count of saves")
    saved = parse_time(fields.pop("saved", None), "when it was saved")
    slots = _read_slots(fields.pop("slots", None))
    expiries = _read_expiries(fields.pop("expiries", None))
    never = parse_integer(fields.pop("never", None), "its count of keys without end")
    revoked = parse_integer(fields.pop("revoked", None), "its count of revoked keys")
    check_depth([*slots, *fields.values()], "its header")
    return Header(vault_id, generation, saved, slots, expiries, never, revoked, fields)


def _read_slots(value: object) -> tuple[dict[str, Any], ...]:
    if isinstance(value, list) and all(
        isinstance(slot, dict) and isinstance(slot.get("type"), str) for slot in value
    ):
        return tuple(value)
    raise DamagedError("The vault file is damaged: its slots are not what they should be.")


def _read_expiries(value: object) -> tuple[Expiry, ...]:
    if not isinstance(value, list) or len(value) > MAX_EXPIRIES:
        raise DamagedError("The vault file is damaged: its expiries are not what they should be.")
    what = "an expiry"
    expiries = []
    for row in value:
        if not isinstance(row, list) or len(row) != 3:  # noqa: PLR2004  hour, life, count
            raise DamagedError("The vault file is damaged: an expiry is not what it should be.")
        hour, life, count = row
        expiries.append(
            Expiry(
                parse_time(hour, what),
                parse_integer(life, what, 0, MAX_LIFE_HOURS),
                parse_integer(count, what, 1),
            )
        )
    return tuple(expiries)


def write_header(header: Header) -> bytes:
    """The head of a vault file: magic, then the header in one line, as `read_header` reads it.

    Raises:
        ValueRefusedError: The line would be longer than `MAX_HEADER`.
    """
    fields = {
        "format": FORMAT,
        "check": _NO_CHECK,
        "vault": header.vault_id,
        "generation": header.generation,
        "saved": format_time(header.saved),
        "slots": list(header.slots),
        "expiries": [
            [format_time(expiry.hour), expiry.life_hours, expiry.count]
            for expiry in header.expiries
        ],
        "never": header.never,
        "revoked": header.revoked,
        **header.other,
    }
    line = dump_json(fields) + b"\n"
    if len(line) > MAX_HEADER:
        raise ValueRefusedError("The vault's header would grow over 1 MiB.")
    head = MAGIC + line
    at = head.index(_NO_CHECK.encode())
    return head[:at] + _check_of(head, at) + head[at + len(_NO_CHECK) :]
