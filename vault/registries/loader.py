"""Load profiles: TOML in, checked `Profile` out, with errors that name file and field."""

from __future__ import annotations

import functools
import re
import tomllib
from pathlib import Path

import msgspec

from vault.errors import ProfileError, ValueRefusedError
from vault.registries.duration import decode
from vault.registries.profile import Profile

_PATH = re.compile(r"(?P<what>.*) - at `\$\.?(?P<path>.*)`", re.DOTALL)
_FIELD = re.compile(r"Object (?P<what>missing required|contains unknown) field `(?P<name>.*)`")
_WORDS = {"missing required": "is missing", "contains unknown": "is not a known field"}


def load(profile_id: str) -> Profile:
    """The profile of this id, whatever the case.

    Raises:
        ValueRefusedError: keyfob knows no such registry.
    """
    wanted = profile_id.strip().lower()
    for profile in known():
        if profile.id == wanted:
            return profile
    names = ", ".join(profile.id for profile in known())
    raise ValueRefusedError(f"keyfob knows no registry {profile_id[:40]!r}.", f"It knows {names}.")


@functools.cache
def known() -> tuple[Profile, ...]:
    """Every profile that comes with keyfob, in the order to offer them.

    Raises:
        ProfileError: A profile's file is malformed.
    """
    files = Path(__file__).parent.glob("*.toml")
    profiles = [parse_profile(file.read_text(encoding="utf-8"), file.name) for file in files]
    return tuple(sorted(profiles, key=lambda profile: (profile.order, profile.id)))


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
