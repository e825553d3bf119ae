"""Rows about the formats of keys and tokens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from tests.conformance_tools import Answer, Row, Skip, compare, present, utc
from vault.keys.formats.caveats import (
    Caveat,
    Expiration,
    OIDCPublisher,
    ProjectID,
    ProjectName,
    RequestUser,
    parse_caveat,
)
from vault.keys.formats.guid import parse_guid
from vault.keys.formats.macaroon import Macaroon, attenuate, parse_macaroon
from vault.keys.formats.nuget_v4 import holds_v4, is_generated_v4, parse_v4
from vault.keys.formats.nuget_v5 import V5Key, could_be_issued, environment_code, parse_v5
from vault.keys.formats.recognise import recognise
from vault.keys.formats.recognition import MalformedKeyError, Outcome


def _key(row: Row) -> str:
    """The row's key; null stands for no key at all, which no format takes."""
    if "key" not in row:
        raise Skip("the row has no key")
    return row["key"] or ""


def _v4(row: Row) -> Answer:
    text = _key(row)
    key = parse_v4(text)
    return compare(
        row,
        {
            "server_parses": key is not None,
            "id_part": key and key.id_part,
            "password_part": key and key.password_part,
            "strict_generated_shape": is_generated_v4(text),
            "secret_scanner_hit": holds_v4(text),
        },
    )


def _v3(row: Row) -> Answer:
    key = parse_guid(_key(row))
    actual = {
        "parses": key is not None,
        "id_part": key and key.id_part,
        "password_part": key and key.password_part,
    }
    return compare(row, actual)


def _read_v5(text: str) -> V5Key | None:
    try:
        return parse_v5(text)
    except MalformedKeyError:
        return None


def _v5_fields(key: V5Key) -> dict[str, Any]:
    minutes = key.lifetime // timedelta(minutes=1)
    return {
        "allocated_utc": utc(key.created),
        "allocated": utc(key.created),
        "expires": utc(key.expires),
        "environment": key.environment,
        "user_key": key.owner_key,
        "owner_key": key.owner_key,
        "type": key.kind,
        "expiration_minutes": minutes,
        "lifetime_minutes": minutes,
    }


def _v5(row: Row) -> Answer:
    key = _read_v5(_key(row))
    answer = compare(row, {"parses": key is not None})
    return answer | (compare(row.get("fields") or {}, _v5_fields(key)) if key else {})


def _v5_validate(row: Row) -> Answer:
    key = _read_v5(_key(row))
    now = datetime.fromisoformat(present(row, "now"))
    valid = key is not None and key.works_in(present(row, "environment"), now)
    return {"valid": (present(row, "valid"), valid)}


def _v5_environment(row: Row) -> Answer:
    return {"code": (present(row, "code"), environment_code(present(row, "gallery")))}


def _v5_create(row: Row) -> Answer:
    units = {"days", "hours", "minutes", "seconds"}
    given = {name.removeprefix("expiration_") for name in row} - {"ok", "why", "source", "note"}
    if not given <= {*units, "user_key"}:
        raise Skip("keyfob makes no v5 keys; it checks the lifetime and owner of those it reads")
    if any(row[name] is None for name in row if name not in {"why", "source", "note"}):
        raise Skip("the row leaves out a number")
    lengths = {unit: row[f"expiration_{unit}"] for unit in units & given}
    lifetime = timedelta(**lengths) if lengths else timedelta(minutes=15)
    return {"ok": (present(row, "ok"), could_be_issued(lifetime, row.get("user_key", 1)))}


def _server(reason: str) -> Callable[[Row], Answer]:
    def skip(_row: Row) -> Answer:
        raise Skip(reason)

    return skip


_HASH = "how the server stores a key is not keyfob's to compute"
KEY_FORMAT_SECTIONS = {
    "v4": _v4,
    "v3": _v3,
    "v5": _v5,
    "v5_validate": _v5_validate,
    "v5_environment": _v5_environment,
    "v5_create": _v5_create,
    "v3_hash": _server(_HASH),
    "v4_hash": _server(_HASH),
    "short_lived_create": _server("which lifetimes the server issues is its own setting"),
}


def token_row(row: Row) -> Answer:
    """One row of `token_formats`: a token, a caveat, or a token to narrow."""
    if row.get("op") == "attenuate":
        narrowed = attenuate(present(row, "input"), row.get("add_caveats") or [])
        return {"token": (present(row, "token"), narrowed)}
    if row.get("op") is not None:
        raise Skip(f"an operation keyfob does not have: {row['op']}")
    kind = str(present(row, "format"))
    if kind == "caveat":
        return _caveat(row)
    token = present(row, "token")
    decoded = row.get("decoded") or {}
    if "v5" in kind:
        key = _read_v5(token)
        fields = compare(decoded, _v5_fields(key)) if key else {}
        return compare(row, {"valid": key is not None}) | fields
    if "macaroon" in kind:
        return _macaroon(row, token, decoded)
    found = recognise(token)
    if not found.format:
        raise Skip(f"a format keyfob does not know: {kind}")
    return compare(row, {"valid": found.verdict is Outcome.OK})


def _macaroon(row: Row, token: str, decoded: Row) -> Answer:
    try:
        macaroon = parse_macaroon(token)
    except MalformedKeyError:
        return compare(row, {"valid": False})
    actual = {
        "identifier": macaroon.identifier,
        "location": macaroon.location,
        "caveats": list(macaroon.caveats),
        "scope": _scope(macaroon),
    }
    return compare(row, {"valid": True}) | compare(decoded, actual)


def _scope(macaroon: Macaroon) -> Any:
    if macaroon.projects is not None:
        return {"projects": list(macaroon.projects)}
    return "user" if macaroon.user_wide else None


def _caveat(row: Row) -> Answer:
    try:
        caveat = parse_caveat(present(row, "caveat"))
    except MalformedKeyError:
        return compare(row, {"valid": False})
    return compare(row, {"valid": True, "decoded": {type(caveat).__name__: _value(caveat)}})


def _value(caveat: Caveat) -> Any:
    match caveat:
        case Expiration():
            return {"expires_at": caveat.expires_at, "not_before": caveat.not_before}
        case ProjectName():
            return list(caveat.names)
        case ProjectID():
            return list(caveat.ids)
        case RequestUser():
            return caveat.user_id
        case OIDCPublisher():
            return caveat.publisher_id
