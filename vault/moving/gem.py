"""`~/.gem/credentials`: `:rubygems_api_key: KEY`, and keys by a name or by a server's address."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vault.moving.found import Found, Passed, masked, taken
from vault.moving.mappings import scalars

_OWN = ":rubygems_api_key"


def read(path: Path) -> Iterator[Found | Passed]:
    """The keys of gem's credentials.

    Raises:
        UnacceptableError: It is no text, or holds no mapping.
        OSError: It cannot be read.
    """
    for scalar in scalars(path):
        name = scalar.path[-1]
        secret = taken(scalar.value.removeprefix("Bearer ").removeprefix("token "))
        title = name.removeprefix(":")
        if secret is None:
            yield Passed(scalar.number, title, "What stands there can be no key.")
            continue
        yield Found(
            secret,
            scalar.number,
            masked(scalar.line, scalar.value),
            "rubygems" if name == _OWN else title,
            address=title if "://" in title else "",
            registry="rubygems" if name == _OWN else "",
        )
