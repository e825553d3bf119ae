"""Load profiles: TOML in, checked `Profile` out, with errors that name file and field."""

from __future__ import annotations

import functools
import re
import tomllib
from pathlib import Path

import msgspec

from vault.errors import ProfileError, ValueRefusedError
from vault.paths import config_directory
from vault.registries.duration import decode
from vault.registries.profile import Profile

_LONGEST = 256 * 1024
_PATH = re.compile(r"(?P<what>.*) - at `\$\.?(?P<path>.*)`", re.DOTALL)
_FIELD = re.compile(r"Object (?P<what>missing required|contains unknown) field `(?P<name>.*)`")
_WORDS = {"missing required": "is missing", "contains unknown": "is not a known field"}


def load(profile_id: str) -> Profile:
    """The profile of this id, whatever the case.

    Raises:
        ValueRefusedError: keyfob knows no such registry.
        ProfileError: The user's own profile of this id is malformed.
    """
    wanted = profile_id.strip().lower()
    for profile in known():
        if profile.id == wanted:
            return profile
    for problem in problems():
        if problem.message.lower().startswith(f"{wanted}.toml: "):
            raise problem
    names = ", ".join(profile.id for profile in known())
    raise ValueRefusedError(f"keyfob knows no registry {profile_id[:40]!r}.", f"It knows {names}.")


def known(own: Path | None = None) -> tuple[Profile, ...]:
    """Every profile keyfob knows, in the order to offer them.

    A user's own profile adds a registry, or replaces the one with its id. A malformed one is left
    out here, so that it does not stand in the way of the others; `problems` tells of it.

    Args:
        own: Directory of the user's own profiles; theirs if None. Read once.

    Raises:
        ProfileError: A profile that comes with keyfob is malformed.
    """
    return _read_all(_own_directory() if own is None else own)[0]


def problems(own: Path | None = None) -> tuple[ProfileError, ...]:
    """What is wrong with the user's own profiles, one error for each malformed file."""
    return _read_all(_own_directory() if own is None else own)[1]


def _own_directory() -> Path:
    return config_directory() / "registries"


@functools.cache
def _read_all(own: Path) -> tuple[tuple[Profile, ...], tuple[ProfileError, ...]]:
    profiles, wrong = {}, []
    for file in Path(__file__).parent.glob("*.toml"):
        profile = parse_profile(file.read_text(encoding="utf-8"), file.name)
        profiles[profile.id] = profile
    for file in sorted(own.glob("*.toml")):
        try:
            profile = parse_profile(_read(file), file.name)
        except ProfileError as error:
            wrong.append(error)
        else:
            profiles[profile.id] = profile
    order = sorted(profiles.values(), key=lambda profile: (profile.order, profile.id))
    return tuple(order), tuple(wrong)


def _read(file: Path) -> str:
    """The text of a user's profile.

    Raises:
        ProfileError: It cannot be read, is too long for a profile, or is no UTF-8.
    """
    try:
        with file.open("rb") as stream:
            data = stream.read(_LONGEST + 1)
        if len(data) > _LONGEST:
            raise ProfileError(f"{file.name}: it is longer than {_LONGEST:,} bytes")
        return data.decode()
    except OSError as error:
        raise ProfileError(f"{file.name}: it cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ProfileError(f"{file.name}: it is no text in UTF-8") from None


def parse_profile(text: str, file_name: str) -> Profile:
    """A profile from the text of its file, checked in every field.

    Args:
        text: TOML.
        file_name: The file's name, for the messages; it must be the profile's id and `.toml`.

    Raises:
        ProfileError: The text is not TOML, or a field is missing, unknown or wrong; the message
            names file and field.
    """
    try:
        table = tomllib.loads(text)
        profile = msgspec.convert(table, Profile, dec_hook=decode)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{file_name}: {error}") from None
    except msgspec.ValidationError as error:
        raise ProfileError(f"{file_name}: {_where(str(error))}") from None
    if f"{profile.id}.toml" != file_name:
        raise ProfileError(f"{file_name}: id: expected the file's own name, found {profile.id!r}")
    return profile


def _where(message: str) -> str:
    """Put the place first: `lifetimes.options[0]: expected a duration, found 'x'`."""
    match = _PATH.fullmatch(message)
    what, path = (match["what"], match["path"]) if match else (message, "")
    field = _FIELD.fullmatch(what)
    if field:
        return ".".join(filter(None, (path, field["name"]))) + " " + _WORDS[field["what"]]
    what = what[0].lower() + what[1:].replace("`", "")
    return f"{path}: {what}" if path else what
