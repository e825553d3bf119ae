"""The restrictions inside a PyPI token, in the present list form and the older object forms.

A caveat is a JSON text. `[0,expires,not_before]` limits the time, `[1,names]` and `[2,ids]` the
projects, `[3,user]` and `[4,publisher]` who presents it. Older tokens hold objects instead. The
rules are those of Warehouse's `macaroons/caveats`: types are checked strictly, and elements beyond
the known ones are ignored.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias

from vault.keys.formats.recognition import MalformedKeyError


@dataclass(frozen=True, slots=True)
class Expiration:
    """The token is good from `not_before` until just before `expires_at`, in Unix seconds."""

    tag: ClassVar[int] = 0
    expires_at: int
    not_before: int


@dataclass(frozen=True, slots=True)
class ProjectName:
    """The token is good for these projects only, by normalised name."""

    tag: ClassVar[int] = 1
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProjectID:
    """The token is good for these projects only, by the registry's own ids."""

    tag: ClassVar[int] = 2
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RequestUser:
    """The token is good for one user only."""

    tag: ClassVar[int] = 3
    user_id: str


@dataclass(frozen=True, slots=True)
class OIDCPublisher:
    """The token is good for one trusted publisher only."""

    tag: ClassVar[int] = 4
    publisher_id: str


Caveat: TypeAlias = Expiration | ProjectName | ProjectID | RequestUser | OIDCPublisher
"""Any one restriction."""


def parse_caveat(text: str | bytes) -> Caveat:
    """The restriction a caveat's JSON stands for.

    The old `{"version": 1, "permissions": "user"}` is refused: it names no user, and only the
    registry knows whose it is. `is_old_user_caveat` recognises it.

    Raises:
        MalformedKeyError: It is no caveat a registry would accept.
    """
    value = _adapt(_load(text))
    if not isinstance(value, list) or not value:
        raise _refused("a caveat is a list that is not empty")
    tag, *fields = value
    reader = _READERS.get(tag) if isinstance(tag, int) and not isinstance(tag, bool) else None
    if reader is None:
        raise _refused("its tag is unknown")
    try:
        return reader(fields)
    except (IndexError, TypeError):
        raise _refused("a value in it is missing or of the wrong type") from None


def is_old_user_caveat(text: str | bytes) -> bool:
    """Whether this is the old form of "anything the token's user may do"."""
    try:
        value = _load(text)
    except MalformedKeyError:
        return False
    return isinstance(value, dict) and value.get("version") == 1 and _permissions(value) == "user"


def caveat_text(caveat: Caveat) -> str:
    """The JSON of a caveat exactly as the registry writes it: the list form, no spaces."""
    match caveat:
        case Expiration(expires_at, not_before):
            fields: list[Any] = [expires_at, not_before]
        case ProjectName(names):
            fields = [list(names)]
        case ProjectID(ids):
            fields = [list(ids)]
        case RequestUser(user_id):
            fields = [user_id]
        case OIDCPublisher(publisher_id):
            fields = [publisher_id]
    return json.dumps([caveat.tag, *fields], separators=(",", ":"))


def _load(text: str | bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise _refused("it is not JSON") from None


def _permissions(value: Mapping[str, Any]) -> Any:
    return value.get("permissions")


def _adapt(value: Any) -> Any:
    """Turn an object of the older forms into the list of today's; leave the rest alone."""
    if not isinstance(value, dict):
        return value
    if value.get("version") == 1:
        permissions = _permissions(value)
        if isinstance(permissions, dict) and "projects" in permissions:
            return [ProjectName.tag, permissions["projects"]]
        return None
    if "exp" in value and "nbf" in value:
        return [Expiration.tag, value["exp"], value["nbf"]]
    return [ProjectID.tag, value["project_ids"]] if "project_ids" in value else None


def _integer(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    return value


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _strings(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(_string(item) for item in value)


_READERS: Mapping[int, Callable[[Sequence[Any]], Caveat]] = {
    Expiration.tag: lambda values: Expiration(_integer(values[0]), _integer(values[1])),
    ProjectName.tag: lambda values: ProjectName(_strings(values[0])),
    ProjectID.tag: lambda values: ProjectID(_strings(values[0])),
    RequestUser.tag: lambda values: RequestUser(_string(values[0])),
    OIDCPublisher.tag: lambda values: OIDCPublisher(_string(values[0])),
}


def _refused(why: str) -> MalformedKeyError:
    return MalformedKeyError(f"This is not a caveat: {why}.", "caveat")
