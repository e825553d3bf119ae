"""Load profiles: TOML in, checked `Profile` out, with errors that name file and field."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from vault.errors import ProfileError, ValueRefusedError
from vault.meant import meant
from vault.packages.manifests import toml_in
from vault.packages.reading import UnacceptableError, content
from vault.paths import config_directory
from vault.registries.duration import decode
from vault.registries.profile import Profile
from vault.registries.where import line_of

_SHIPPED = Path(__file__).parent
_PATH = re.compile(r"(?P<what>.*) - at `\$\.?(?P<path>.*)`", re.DOTALL)
_FIELD = re.compile(r"Object (?P<what>missing required|contains unknown) field `(?P<name>.*)`")
_OF_ITS_SERVER = ("addresses", "pages", "trusted_publishing", "title")
_WORDS = {"missing required": "is missing", "contains unknown": "is not a known field"}


def load(profile_id: str) -> Profile:
    """The profile of this id, whatever the case.

    Raises:
        ValueRefusedError: keyfob knows no such registry.
        ProfileError: The user's own profile of this id is malformed.
    """
    wanted = profile_id.strip().lower()
    own, wrong = _read_own(_own_directory())
    if wanted in own:
        return own[wanted]
    if wanted in _shipped_ids():
        return _shipped(wanted)
    for problem in wrong:
        if problem.message.lower().startswith(f"{wanted}.toml: "):
            raise problem
    ids = [profile.id for profile in known()]
    raise ValueRefusedError(
        f"keyfob knows no registry {profile_id[:40]!r}.",
        f"{meant(wanted, ids, most=1, nearness=0.5)}It knows {', '.join(ids)}.",
    )


def known(own: Path | None = None) -> tuple[Profile, ...]:
    """Every profile keyfob knows, in the order to offer them.

    A user's own profile adds a registry, or replaces the one with its id. A malformed one is left
    out here, so that it does not stand in the way of the others; `problems` tells of it.

    Args:
        own: Directory of the user's own profiles; theirs if None. Read once.

    Raises:
        ProfileError: A profile that comes with keyfob is malformed.
    """
    return _read_all(_own_directory() if own is None else own)


def known_at(host: str) -> tuple[Profile, ...]:
    """Every profile that may have an address at a host, in order; read without the others.

    These are the user's own, and those whose file names the host or leaves one open.

    Args:
        host: In small letters.
    """
    own, _ = _read_own(_own_directory())
    named = [each for each in _shipped_ids() - own.keys() if _may_name(_shipped_text(each), host)]
    return _ordered([*own.values(), *map(_shipped, named)])


def problems(own: Path | None = None) -> tuple[ProfileError, ...]:
    """What is wrong with the user's own profiles, one error for each malformed file."""
    return _read_own(_own_directory() if own is None else own)[1]


def own_ids(own: Path | None = None) -> frozenset[str]:
    """The ids of the profiles that are the user's own, in place of keyfob's or beside them."""
    return frozenset(_read_own(_own_directory() if own is None else own)[0])


def forget_own() -> None:
    """Read the user's own profiles anew when one is asked for next: for a process that stays."""
    _read_all.cache_clear()
    _read_own.cache_clear()


def _own_directory() -> Path:
    return config_directory() / "registries"


def _may_name(text: str, host: str) -> bool:
    return host in text.lower() or "-host}" in text


def _ordered(profiles: Iterable[Profile]) -> tuple[Profile, ...]:
    return tuple(sorted(profiles, key=lambda profile: (profile.order, profile.id)))


@functools.cache
def _read_all(own: Path) -> tuple[Profile, ...]:
    profiles = {each: _shipped(each) for each in _shipped_ids()} | _read_own(own)[0]
    return _ordered(profiles.values())


@functools.cache
def _read_own(own: Path) -> tuple[dict[str, Profile], tuple[ProfileError, ...]]:
    profiles, wrong = {}, []
    for file in sorted(own.glob("*.toml")):
        try:
            profile = read_profile(file)
        except ProfileError as error:
            wrong.append(error)
        else:
            profiles[profile.id] = profile
    return profiles, tuple(wrong)


@functools.cache
def _shipped_ids() -> frozenset[str]:
    return frozenset(file.stem for file in _SHIPPED.glob("*.toml"))


@functools.cache
def _shipped_text(profile_id: str) -> str:
    return (_SHIPPED / f"{profile_id}.toml").read_text(encoding="utf-8")


@functools.cache
def _shipped(profile_id: str) -> Profile:
    return parse_profile(_shipped_text(profile_id), f"{profile_id}.toml")


def read_profile(file: Path) -> Profile:
    """A user's profile from its file.

    Raises:
        ProfileError: It cannot be read, or is malformed.
    """
    return parse_profile(_read(file), file.name)


def _read(file: Path) -> str:
    """The text of a user's profile.

    Raises:
        ProfileError: It cannot be read, is too long for a profile, or is no UTF-8.
    """
    try:
        return content(file).decode()
    except OSError as error:
        raise ProfileError(f"{file.name}: it cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ProfileError(f"{file.name}: it is no text in UTF-8") from None
    except UnacceptableError as error:
        raise ProfileError(f"{file.name}: {error.reason}") from None


def parse_profile(text: str, file_name: str) -> Profile:
    """A profile from the text of its file, checked in every field.

    With `base` it is that registry's profile, with what is written here laid over it: tables are
    joined key by key, anything else replaces. What belongs to the base's own server is left out,
    unless the profile stands in for its base: its addresses, pages, trusted publishing and the
    address of its API.

    Args:
        text: TOML.
        file_name: The file's name, for the messages; it must be the profile's id and `.toml`.

    Raises:
        ProfileError: The text is not TOML, or a field is missing, unknown or wrong; the message
            names file, line and field.
    """
    try:
        table = toml_in(text.encode())
        profile = msgspec.convert(_on_base(table, file_name), Profile, dec_hook=decode)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{file_name}: {error}") from None
    except UnacceptableError as error:
        raise ProfileError(f"{file_name}: {error.reason}") from None
    except RecursionError:
        raise ProfileError(f"{file_name}: its tables stand too deep inside each other") from None
    except (msgspec.ValidationError, _NoSuchBaseError) as error:
        path, what = _parted(str(error))
        line = line_of(text, path)
        raise ProfileError(f"{file_name}: {f'line {line}: ' if line else ''}{what}") from None
    if f"{profile.id}.toml" != file_name:
        raise ProfileError(f"{file_name}: id: expected the file's own name, found {profile.id!r}")
    return profile


class _NoSuchBaseError(Exception):
    """A profile builds on a registry that keyfob does not bring."""


def _on_base(table: dict[str, Any], file_name: str) -> dict[str, Any]:
    """A profile's table laid over that of its base, or as it is without one."""
    base = table.get("base")
    if not isinstance(base, str):
        return table
    if base not in _shipped_ids():
        what = f"expected one of {', '.join(sorted(_shipped_ids()))}, found {base[:40]!r}"
        raise _NoSuchBaseError(f"{what} - at `$.base`")
    below = tomllib.loads(_shipped_text(base))
    own = table.get("id", file_name.removesuffix(".toml"))
    if own != base:
        below = {name: value for name, value in below.items() if name not in _OF_ITS_SERVER}
        below |= {"title": own, "takes_from": [*below.get("takes_from", ()), base]}
    if "api" in below and (own != base or "addresses" in table):  # then its API is elsewhere too
        below["api"] = {"kind": below["api"]["kind"]}
    return _laid_over(below | {"id": own}, table)


def _laid_over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    joined = dict(below)
    for name, value in above.items():
        under = joined.get(name)
        tables = isinstance(under, dict) and isinstance(value, dict)
        joined[name] = _laid_over(under or {}, value) if tables else value
    return joined


def _parted(message: str) -> tuple[str, str]:
    """The path of a field, and a sentence with the place first: `id: expected str, got int`."""
    match = _PATH.fullmatch(message)
    what, path = (match["what"], match["path"]) if match else (message, "")
    field = _FIELD.fullmatch(what)
    if field:
        full = ".".join(filter(None, (path, field["name"])))
        return full, f"{full} {_WORDS[field['what']]}"
    what = what[0].lower() + what[1:].replace("`", "")
    return path, f"{path}: {what}" if path else what
