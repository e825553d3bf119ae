"""The environment: variables that clients take keys from, and values that are keys by format."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from vault.keys.formats.recognise import recognise
from vault.keys.formats.recognition import Outcome
from vault.moving.found import Found, Passed, taken
from vault.registries.loader import known

NAME = "environment"
"""What it is called where a file has its path."""

_NO_SECRET = re.compile(r".*(USER|USERNAME|HOST|URL|LOGIN)", re.IGNORECASE)
_CARGO = re.compile(r"CARGO_REGISTRIES_(.+)_TOKEN")
_ELSEWHERE = "Whatever sets it sets it again: look for the variable in your shell's own files."


def read(environ: Mapping[str, str]) -> Iterator[Found | Passed]:
    """The keys in an environment."""
    wanted = _variables()
    for name, value in sorted(environ.items()):
        registries = wanted.get(name, [])
        named = bool(registries) or _CARGO.fullmatch(name) is not None
        if not value or (not named and not _is_key(value)):
            continue
        secret = taken(value)
        if secret is None:
            yield Passed(None, name, "What it holds can be no key.")
            continue
        registry = registries[0] if len(registries) == 1 else ""
        yield Found(secret, None, f"unset {name}", name, registry=registry, warning=_ELSEWHERE)


def _variables() -> dict[str, list[str]]:
    """The ids of the registries whose clients take a key from a variable, by its name."""
    found: dict[str, list[str]] = {}
    for profile in known():
        for client in profile.clients:
            for name in client.env:
                if not _NO_SECRET.fullmatch(name) and profile.id not in found.get(name, ()):
                    found.setdefault(name, []).append(profile.id)
    return found


def _is_key(value: str) -> bool:
    found = recognise(value)
    return found.verdict is Outcome.OK and found.registry is not None
