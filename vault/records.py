"""The body of a vault: JSON Lines, first the vault's own settings, then one line per key.

One line per key lets a save join lines that did not change instead of encoding ten thousand keys
again, and lets a reader in any language take the file apart with `split`. The layout is part of
FORMAT.md; unknown fields of a line are kept when its key is written again.

The lines are checked and decoded when the vault opens. The `Key` with its grants and globs is made
when it is first asked for, since to list ten thousand a front end needs but a screenful; and the
line to be saved again at the first save.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeAlias, cast, get_args

import msgspec

from vault.errors import DamagedError
from vault.keys.glob import Glob, Matching
from vault.keys.grant import Grant
from vault.keys.key import Key
from vault.keys.lifetime import Lifetime
from vault.keys.place import Place, PlaceKind
from vault.keys.turn import Turn

IndexMode: TypeAlias = Literal["names", "dates", "off"]
"""What `keyfob check` can say without a password: names, dates only, or nothing."""
INDEX_MODES: tuple[IndexMode, ...] = get_args(IndexMode)

_Time: TypeAlias = Annotated[datetime, msgspec.Meta(tz=True)]
_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class VaultSettings:
    """What a vault itself remembers, beside its keys.

    Attributes:
        index: What `keyfob check` can say without a password.
        other: Fields a newer keyfob wrote, kept as they are.
    """

    index: IndexMode = "names"
    other: Mapping[str, Any] | None = None


class PlaceRow(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """The fields of one of a key's places, as FORMAT.md lists them."""

    kind: str
    where: str
    command: str = ""
    confirmed: _Time | None = None
    waived: _Time | None = None


class TurnRow(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """The fields of one of a key's rotations, as FORMAT.md lists them."""

    at: _Time
    why: str = ""
    places: tuple[str, ...] = ()


class Record(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """The fields of a key's line, as FORMAT.md lists them.

    Those with a default are not in every line: the first keyfobs did not write them.
    """

    id: str
    name: str
    registry: str
    owner: str
    matching: Matching
    grants: tuple[tuple[str, str], ...]
    created: _Time
    expires: _Time | None
    revoked: _Time | None
    revision: int
    format: str
    fingerprint: str
    copied: _Time | None
    note: str
    secret: str
    used: _Time | None = None
    places: tuple[PlaceRow, ...] = ()
    history: tuple[TurnRow, ...] = ()
    retire: _Time | None = None
    former: tuple[str, ...] = ()
    asked: _Time | None = None


class _ExactPlace(PlaceRow, frozen=True, gc=False, forbid_unknown_fields=True):
    pass


class _ExactTurn(TurnRow, frozen=True, gc=False, forbid_unknown_fields=True):
    pass


class _Exact(Record, frozen=True, gc=False, forbid_unknown_fields=True):
    """A line with these fields only, down to its rows: all but those of a newer keyfob."""

    places: tuple[_ExactPlace, ...] = ()
    history: tuple[_ExactTurn, ...] = ()


class Entry(msgspec.Struct, gc=False):
    """One key as the open vault holds it: its record, and what is made of that when needed."""

    record: Record
    _line: bytes = b""
    _key: Key | None = None

    @property
    def key(self) -> Key:
        """The key."""
        if self._key is None:
            self._key = _make_key(self)
        return self._key

    @property
    def line(self) -> bytes:
        """Its line in the body: as it was read if it has fields of a newer keyfob."""
        if not self._line:
            self._line = msgspec.json.encode(self.record)
        return self._line

    @property
    def sealed(self) -> str:
        """The sealed secret, still closed."""
        return self.record.secret


_exact = msgspec.json.Decoder(_Exact)
_any = msgspec.json.Decoder(Record)


def make_entry(key: Key, sealed: str) -> Entry:
    """The entry for a new or changed key and its sealed secret."""
    life = key.lifetime
    record = _Exact(
        id=key.id,
        name=key.name,
        registry=key.registry,
        owner=key.owner,
        matching=key.grants[0].glob.matching,
        grants=tuple([(grant.action, grant.glob.text) for grant in key.grants]),
        created=_to_second(life.created),
        expires=_maybe(life.expires),
        revoked=_maybe(life.revoked),
        revision=key.revision,
        format=key.format,
        fingerprint=key.fingerprint,
        copied=_maybe(key.copied),
        note=key.note,
        secret=sealed,
        used=_maybe(key.used),
        places=tuple([_place_row(place) for place in key.places]),
        history=tuple([_ExactTurn(_to_second(one.at), one.why, one.places) for one in key.history]),
        retire=_maybe(key.retire),
        former=key.former,
        asked=_maybe(key.asked),
    )
    rows: tuple[Place | Turn, ...] = (*key.places, *key.history)
    line = _whole_line(record, key) if key.other or any(row.other for row in rows) else b""
    return Entry(record, line, key)


def _place_row(place: Place) -> _ExactPlace:
    return _ExactPlace(
        place.kind, place.where, place.command, _maybe(place.confirmed), _maybe(place.waived)
    )


def _whole_line(record: Record, key: Key) -> bytes:
    """The line of a record with the fields of a newer keyfob in it."""
    fields = {**msgspec.to_builtins(record), **key.other}
    own: dict[str, Sequence[Place | Turn]] = {"places": key.places, "history": key.history}
    for name, rows in own.items():
        if rows:
            fields[name] = [
                {**written, **row.other} for written, row in zip(fields[name], rows, strict=True)
            ]
    return msgspec.json.encode(fields)


def encode_body(settings: VaultSettings, entries: Mapping[str, Entry]) -> bytes:
    """The body's plaintext, without padding."""
    head = msgspec.json.encode({"index": settings.index, **(settings.other or {})})
    return b"\n".join([head, *[entry.line for entry in entries.values()]])


def decode_body(body: bytes) -> tuple[VaultSettings, dict[str, Entry]]:
    """The settings and entries of a body that was just decrypted and verified.

    Raises:
        DamagedError: The body is not what FORMAT.md says. Nothing of its content is quoted.
    """
    head = body[: body.find(b"\n")] if b"\n" in body else body
    lines = memoryview(body)[len(head) :]  # not split: that would copy all of it
    try:
        settings = _decode_settings(head)
        with _gc_paused():
            entries = {entry.record.id: entry for entry in _decode_lines(lines)}
    except (msgspec.MsgspecError, ValueError, RecursionError):  # ValueError: not UTF-8
        raise DamagedError("The vault decrypts, but its records are damaged.") from None
    return settings, entries


def _decode_settings(head: bytes) -> VaultSettings:
    fields = msgspec.json.decode(head, type=dict[str, Any])
    index = msgspec.convert(fields.pop("index", None), IndexMode)
    return VaultSettings(index, fields)


def _decode_lines(lines: memoryview) -> list[Entry]:
    try:
        return [Entry(record) for record in _exact.decode_lines(lines)]
    except msgspec.ValidationError:  # a newer keyfob wrote some of them, or they are damaged
        return [Entry(_any.decode(line), line) for line in bytes(lines).split(b"\n") if line]


def _make_key(entry: Entry) -> Key:
    record = entry.record
    fields: Mapping[str, Any] = _NOTHING
    if not isinstance(record, _Exact):
        fields = msgspec.json.decode(entry.line, type=dict[str, Any])
    matching = record.matching
    return Key(
        id=record.id,
        name=record.name,
        registry=record.registry,
        owner=record.owner,
        grants=tuple([Grant(action, Glob(text, matching)) for action, text in record.grants]),
        lifetime=Lifetime(record.created, record.expires, record.revoked),
        revision=record.revision,
        format=record.format,
        fingerprint=record.fingerprint,
        copied=record.copied,
        used=record.used,
        note=record.note,
        places=_make_places(record, fields) if record.places else (),
        history=_make_history(record, fields) if record.history else (),
        retire=record.retire,
        former=record.former,
        asked=record.asked,
        other=_unknown(fields, Record),
    )


def _make_places(record: Record, fields: Mapping[str, Any]) -> tuple[Place, ...]:
    written = fields.get("places") or [_NOTHING] * len(record.places)
    return tuple(
        Place(
            cast("PlaceKind", row.kind),  # a newer keyfob may know more of them
            row.where,
            row.command,
            row.confirmed,
            row.waived,
            _unknown(whole, PlaceRow),
        )
        for row, whole in zip(record.places, written, strict=True)
    )


def _make_history(record: Record, fields: Mapping[str, Any]) -> tuple[Turn, ...]:
    written = fields.get("history") or [_NOTHING] * len(record.history)
    return tuple(
        Turn(row.at, row.why, row.places, _unknown(whole, TurnRow))
        for row, whole in zip(record.history, written, strict=True)
    )


def _unknown(fields: Mapping[str, Any], known: type[msgspec.Struct]) -> Mapping[str, Any]:
    """The fields that only a newer keyfob knows."""
    if not fields:
        return _NOTHING
    return {name: fields[name] for name in fields if name not in known.__struct_fields__}


def _maybe(time: datetime | None) -> datetime | None:
    return None if time is None else _to_second(time)


def _to_second(time: datetime) -> datetime:
    """A time as it is stored: UTC, without the fraction of its second."""
    return time.astimezone(UTC).replace(microsecond=0)


@contextmanager
def _gc_paused() -> Iterator[None]:
    """Ten thousand small objects, all kept: collecting while they are made only costs time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
