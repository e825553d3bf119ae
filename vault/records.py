"""The body of a vault: JSON Lines, first the vault's own settings, then one line per key.

One line per key lets a save join lines that did not change instead of encoding ten thousand keys
again, and lets a reader in any language take the file apart with `split`. The layout is part of
FORMAT.md; unknown fields of a line are kept when its key is written again.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Literal, TypeAlias, get_args

from vault.errors import DamagedError
from vault.keys.glob import Glob, Matching
from vault.keys.grant import Grant
from vault.keys.key import Key
from vault.keys.lifetime import Lifetime
from vault.sealing.encoding import format_time

IndexMode: TypeAlias = Literal["names", "dates", "off"]
"""What `keyfob check` can say without a password: names, dates only, or nothing."""
INDEX_MODES: tuple[IndexMode, ...] = get_args(IndexMode)

_FIELDS = frozenset(
    (
        *("id", "name", "registry", "owner", "matching", "grants", "created", "expires"),
        *("revoked", "revision", "format", "fingerprint", "copied", "note", "secret"),
    )
)
_MATCHINGS = {matching.value: matching for matching in Matching}
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


@dataclass(slots=True)
class Entry:
    """One key as the open vault holds it: the key, and its line as it stands in the body."""

    key: Key
    line: str

    @property
    def sealed(self) -> str:
        """The sealed secret, still closed."""
        sealed = json.loads(self.line)["secret"]
        if not isinstance(sealed, str):
            raise DamagedError(f"The secret of {self.key.name!r} is damaged.")
        return sealed


def make_entry(key: Key, sealed: str) -> Entry:
    """The entry for a new or changed key and its sealed secret."""
    life = key.lifetime
    record = {
        "id": key.id,
        "name": key.name,
        "registry": key.registry,
        "owner": key.owner,
        "matching": key.grants[0].glob.matching.value,
        "grants": [[grant.action, grant.glob.text] for grant in key.grants],
        "created": format_time(life.created),
        "expires": None if life.expires is None else format_time(life.expires),
        "revoked": None if life.revoked is None else format_time(life.revoked),
        "revision": key.revision,
        "format": key.format,
        "fingerprint": key.fingerprint,
        "copied": None if key.copied is None else format_time(key.copied),
        "note": key.note,
        "secret": sealed,
        **key.other,
    }
    return Entry(key, json.dumps(record, ensure_ascii=False, separators=(",", ":")))


def encode_body(settings: VaultSettings, entries: Mapping[str, Entry]) -> bytes:
    """The body's plaintext, without padding."""
    head = json.dumps({"index": settings.index, **(settings.other or {})}, separators=(",", ":"))
    return "\n".join([head, *(entry.line for entry in entries.values())]).encode()


def decode_body(body: bytes) -> tuple[VaultSettings, dict[str, Entry]]:
    """The settings and entries of a body that was just decrypted and verified.

    Raises:
        DamagedError: The body is not what FORMAT.md says. Nothing of its content is quoted.
    """
    try:
        with _gc_paused():
            return _decode(body)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        raise DamagedError("The vault decrypts, but its records are damaged.") from None


def _decode(body: bytes) -> tuple[VaultSettings, dict[str, Entry]]:
    head, *lines = body.decode().split("\n")
    # One parse of all lines is a third faster than a parse per line.
    first, *records = json.loads(f"[{','.join([head, *lines])}]")
    entries = {}
    for record, line in zip(records, lines, strict=True):
        key = _decode_key(record)
        entries[key.id] = Entry(key, line)
    index = first.pop("index")
    if index not in INDEX_MODES:
        raise ValueError("unknown index mode")
    return VaultSettings(index, first), entries


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


def parse_time(text: str) -> datetime:
    """A stored time as an aware UTC datetime.

    Raises:
        ValueError: The text is not a stored time.
    """
    time = datetime.fromisoformat(text)
    if time.tzinfo is not UTC:
        if time.tzinfo is None:
            raise ValueError("a stored time names its zone")
        time = time.astimezone(UTC)
    return time


def _decode_key(record: dict[str, Any]) -> Key:
    matching = _MATCHINGS[record["matching"]]
    expires, revoked, copied = record["expires"], record["revoked"], record["copied"]
    return Key(
        record["id"],
        record["name"],
        record["registry"],
        record["owner"],
        tuple([Grant(action, Glob(text, matching)) for action, text in record["grants"]]),
        Lifetime(
            parse_time(record["created"]),
            None if expires is None else parse_time(expires),
            None if revoked is None else parse_time(revoked),
        ),
        record["revision"],
        record["format"],
        record["fingerprint"],
        None if copied is None else parse_time(copied),
        record["note"],
        _NOTHING
        if record.keys() == _FIELDS
        else {name: value for name, value in record.items() if name not in _FIELDS},
    )
