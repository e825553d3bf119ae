"""The tokens that `gh` and `glab` keep in their configuration, by host."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vault.moving.found import Found, Passed, masked, taken
from vault.moving.mappings import Scalar, scalars

_BY_LOGIN = (
    "gh made this token itself when you logged in, with a wide scope: it is no key of a page."
)
_LOGIN_PREFIX = "gho_"


def read_gh(path: Path) -> Iterator[Found | Passed]:
    """The tokens of gh's `hosts.yml`: `HOST: oauth_token`, and one for each of a host's users.

    Raises:
        UnacceptableError: It is no text, or holds no mapping.
        OSError: It cannot be read.
    """
    users = {row.path[0]: row.value for row in scalars(path) if row.path[1:] == ("user",)}
    seen: set[tuple[str, str]] = set()
    for row in scalars(path):
        match row.path:
            case (host, "users", owner, "oauth_token"):
                pass
            case (host, "oauth_token"):
                owner = users.get(host, "")
            case _:
                continue
        if (host, row.value) not in seen:  # the active user's stands there twice
            seen.add((host, row.value))
            warning = _BY_LOGIN if row.value.startswith(_LOGIN_PREFIX) else ""
            yield _entry(row, host, owner, warning)


def read_glab(path: Path) -> Iterator[Found | Passed]:
    """The tokens of glab's `config.yml`: `hosts: HOST: token`.

    Raises:
        UnacceptableError: It is no text, or holds no mapping.
        OSError: It cannot be read.
    """
    users: dict[str, str] = {}
    tokens: list[tuple[str, Scalar]] = []
    for row in scalars(path):
        match row.path:
            case ("hosts", host, "user"):
                users[host] = row.value
            case ("hosts", host, "token"):
                tokens.append((host, row))
    for host, row in tokens:
        yield _entry(row, host, users.get(host, ""), "")


def _entry(row: Scalar, host: str, owner: str, warning: str) -> Found | Passed:
    secret = taken(row.value)
    if secret is None:
        return Passed(row.number, host, "What stands there can be no key.")
    return Found(
        secret,
        row.number,
        masked(row.line, row.value),
        host,
        address=f"https://{host}/",
        owner=owner,
        warning=warning,
    )
