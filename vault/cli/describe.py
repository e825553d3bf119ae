"""A key in words and in JSON, for every verb that tells of one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vault.cli.words import days_left
from vault.keys.grant import grants_for, same_grants
from vault.keys.key import Key
from vault.keys.lifetime import State
from vault.keys.place import Place, behind
from vault.sealing.encoding import format_time
from vault.text import safe

_ORDER = {state: place for place, state in enumerate(State)}


def by_urgency(keys: list[Key], now: datetime) -> list[Key]:
    """The keys, the most urgent first, then the soonest to end, then by name."""
    end = datetime.max.replace(tzinfo=now.tzinfo)
    return sorted(
        keys,
        key=lambda key: (
            _ORDER[key.lifetime.state(now)],
            key.lifetime.expires or end,
            key.name.casefold(),
        ),
    )


def say_packages(key: Key) -> str:
    """The globs of a key."""
    return safe(", ".join(glob.text for glob in key.globs))


def say_scope(key: Key) -> str:
    """The actions of a key."""
    return safe(", ".join(key.actions))


def say_grants(key: Key) -> str:
    """What a key may do on what, exactly, in one line."""
    if same_grants(key.grants, grants_for(key.actions, key.globs)):
        return f"{say_scope(key)} on {say_packages(key)}"
    return safe("; ".join(f"{grant.action} on {grant.glob}" for grant in key.grants))


def key_json(key: Key, now: datetime) -> dict[str, Any]:
    """A key as `--json` gives it. Fields are added over time and never renamed."""
    life = key.lifetime
    return {
        "name": key.name,
        "registry": key.registry,
        "owner": key.owner,
        "grants": [{"action": grant.action, "glob": grant.glob.text} for grant in key.grants],
        "created": format_time(life.created),
        "expires": None if life.expires is None else format_time(life.expires),
        "state": str(life.state(now)),
        "days_left": days_left(life, now),
        "revoked": None if life.revoked is None else format_time(life.revoked),
        "revision": key.revision,
        "format": key.format,
        "fingerprint": key.fingerprint,
        "copied": None if key.copied is None else format_time(key.copied),
        "used": None if key.used is None else format_time(key.used),
        "note": key.note,
        "places": [place_json(place, key) for place in key.places],
        "history": [
            {"at": format_time(turn.at), "why": turn.why, "places": list(turn.places)}
            for turn in key.history
        ],
        "retire": None if key.retire is None else format_time(key.retire),
        "asked": None if key.asked is None else format_time(key.asked),
    }


def place_json(place: Place, key: Key) -> dict[str, Any]:
    """A place as `--json` gives it. Fields are added over time and never renamed."""
    return {
        "kind": place.kind,
        "where": place.where,
        "command": place.command,
        "confirmed": None if place.confirmed is None else format_time(place.confirmed),
        "waived": None if place.waived is None else format_time(place.waived),
        "behind": behind(place, key),
    }


def say_standing(place: Place, key: Key) -> str:
    """How a place stands, as glyph and word; the glyph is never the only sign of it."""
    if behind(place, key):
        return "! behind"
    return "● confirmed" if place.waived is None else "∅ waived"
