"""The export of a vault: one JSON document, made a key at a time. FORMAT.md describes it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Protocol

from vault.errors import DamagedError
from vault.keys.key import Key
from vault.keys.secret import Secret
from vault.sealing.encoding import format_time

FORMAT = "keyfob-export"
VERSION = 1


class Source(Protocol):
    """What an export is made of: an open vault."""

    @property
    def keys(self) -> list[Key]:
        """All keys, in the order they were added."""

    def secret(self, key_id: str) -> Secret:
        """The secret of one key. Wipe it after use.

        Raises:
            DamagedError: It does not verify.
        """


def pieces(source: Source, now: datetime) -> Iterator[bytes]:
    """The document in pieces, ASCII, one line a key. One secret is open at a time.

    Args:
        source: The open vault.
        now: When it is exported.

    Raises:
        DamagedError: A secret does not verify; the message names its key.
    """
    head = {"format": FORMAT, "version": VERSION, "exported": format_time(now)}
    yield f'{json.dumps(head)[:-1]}, "keys": ['.encode()
    for number, key in enumerate(source.keys):
        yield b",\n" if number else b"\n"
        yield _line(source, key)
    yield b"\n]}\n"


def _line(source: Source, key: Key) -> bytes:
    try:
        secret = source.secret(key.id)
    except DamagedError:
        raise DamagedError(
            f"The secret of {key.name} is damaged.",
            "Nothing was exported. See whether a backup is whole, with: keyfob backup check",
        ) from None
    with secret:
        return json.dumps({**fields(key), "secret": secret.reveal()}).encode()


def fields(key: Key) -> dict[str, Any]:
    """What the document says of a key, without its secret.

    Left out is what means nothing in another vault: the key's id and its fingerprint.
    """
    life = key.lifetime
    return {
        "name": key.name,
        "registry": key.registry,
        "owner": key.owner,
        "matching": key.grants[0].glob.matching,
        "grants": [{"action": grant.action, "glob": grant.glob.text} for grant in key.grants],
        "created": format_time(life.created),
        "expires": _maybe(life.expires),
        "revoked": _maybe(life.revoked),
        "revision": key.revision,
        "format": key.format,
        "copied": _maybe(key.copied),
        "used": _maybe(key.used),
        "note": key.note,
        "places": [
            {
                "kind": place.kind,
                "where": place.where,
                "command": place.command,
                "confirmed": _maybe(place.confirmed),
                "waived": _maybe(place.waived),
            }
            for place in key.places
        ],
        "history": [
            {"at": format_time(turn.at), "why": turn.why, "places": list(turn.places)}
            for turn in key.history
        ],
        "retire": _maybe(key.retire),
        "former": list(key.former),
        "asked": _maybe(key.asked),
    }


def _maybe(time: datetime | None) -> str | None:
    return None if time is None else format_time(time)
