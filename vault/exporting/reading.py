"""Reading an export back. Anyone may have written it: it is checked like what a user types."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, TypeAlias

import msgspec

from vault.errors import NewerFormatError, ValueRefusedError
from vault.exporting.document import FORMAT, VERSION
from vault.keys.formats.recognise import refuse_unfit
from vault.keys.glob import Glob, Matching
from vault.keys.grant import Grant
from vault.keys.key import Key, check_name, check_note, check_owner
from vault.keys.lifetime import Lifetime
from vault.keys.line import check_line
from vault.keys.place import MAX_WHERE, Place, merged, new_place
from vault.keys.secret import Secret
from vault.keys.turn import MAX_HISTORY, Turn, check_why

_Time: TypeAlias = Annotated[datetime, msgspec.Meta(tz=True)]
_LONGEST_WORD = 64
"""Most characters of a registry's id, an action's, a format's name."""


class _Grant(msgspec.Struct):
    action: str
    glob: str


class _Place(msgspec.Struct):
    kind: str
    where: str
    command: str = ""
    confirmed: _Time | None = None
    waived: _Time | None = None


class _Turn(msgspec.Struct):
    at: _Time
    why: str = ""
    places: tuple[str, ...] = ()


class _Row(msgspec.Struct):
    name: str
    registry: str
    owner: str
    matching: Matching
    grants: Annotated[tuple[_Grant, ...], msgspec.Meta(min_length=1)]
    created: _Time
    expires: _Time | None
    revoked: _Time | None
    secret: Annotated[str, msgspec.Meta(min_length=1)]
    revision: Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)] = 1
    format: str = ""
    copied: _Time | None = None
    used: _Time | None = None
    note: str = ""
    places: tuple[_Place, ...] = ()
    history: tuple[_Turn, ...] = ()
    retire: _Time | None = None
    former: tuple[str, ...] = ()
    asked: _Time | None = None


class _Head(msgspec.Struct):
    format: str
    version: int


class _Document(msgspec.Struct):
    keys: tuple[_Row, ...]


def read_export(data: bytes) -> list[tuple[Key, Secret]]:
    """The keys of an export with their secrets, for `Vault.adopt`. Wipe the secrets.

    Args:
        data: The document, in clear text.

    Returns:
        Each key, without an id and a fingerprint, which only a vault can give it.

    Raises:
        NewerFormatError: A newer keyfob wrote it.
        ValueRefusedError: It is no export, or a value in it is refused. No value is quoted.
    """
    try:
        head = msgspec.json.decode(data, type=_Head)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        head = _Head("", 0)
    if head.format != FORMAT:
        raise ValueRefusedError("This is no export of keyfob.")
    if head.version > VERSION:
        raise NewerFormatError("A newer keyfob wrote this export.", "Update keyfob.")
    try:
        rows = msgspec.json.decode(data, type=_Document).keys
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        at = str(error).rpartition(" - at ")[2].strip("`")
        where = f" at {at}" if at.startswith("$") else ""
        raise ValueRefusedError(f"The export is not what its format says{where}.") from None
    return [_checked(row, number) for number, row in enumerate(rows, 1)]


def _checked(row: _Row, number: int) -> tuple[Key, Secret]:
    try:
        refuse_unfit(row.secret)
        return _key(row), Secret(row.secret)
    except ValueRefusedError as error:
        message = f"Key {number:,} of the export is refused. {error.message}"
        raise ValueRefusedError(message, error.hint) from None


def _key(row: _Row) -> Key:
    return Key(
        id="",
        name=check_name(row.name),
        registry=_word(row.registry, "registry"),
        owner=check_owner(row.owner) if row.owner.strip() else "",
        grants=tuple(
            Grant(_word(grant.action, "action"), Glob.parse(grant.glob, row.matching))
            for grant in row.grants
        ),
        lifetime=Lifetime(_utc(row.created), _maybe(row.expires), _maybe(row.revoked)),
        revision=row.revision,
        format=_word(row.format, "format") if row.format.strip() else "",
        copied=_maybe(row.copied),
        used=_maybe(row.used),
        note=check_note(row.note),
        places=merged((), [_place(place) for place in row.places]),
        history=tuple(_turn(turn) for turn in row.history[-MAX_HISTORY:]),
        retire=_maybe(row.retire),
        former=tuple(_word(name, "former") if name else "" for name in row.former),
        asked=_maybe(row.asked),
    )


def _place(row: _Place) -> Place:
    place = new_place(row.kind, row.where, row.command)
    return replace(place, confirmed=_maybe(row.confirmed), waived=_maybe(row.waived))


def _turn(row: _Turn) -> Turn:
    places = tuple(check_line(where, "place", MAX_WHERE) for where in row.places)
    return Turn(_utc(row.at), check_why(row.why), places)


def _word(text: str, what: str) -> str:
    return check_line(text, what, _LONGEST_WORD)


def _maybe(time: datetime | None) -> datetime | None:
    return None if time is None else _utc(time)


def _utc(time: datetime) -> datetime:
    try:
        return time.astimezone(UTC).replace(microsecond=0)
    except OverflowError:
        raise ValueRefusedError("A time in it is outside the calendar.") from None
