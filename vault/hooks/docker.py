"""`docker-credential-keyfob`: docker's credential helper protocol.

The operation is the argument, the server is on stdin, answers and refusals are on stdout; docker
knows "nothing here" by one exact sentence. The image is never told, and a server of docker's knows
a token by its account: of several keys the one that may push, and otherwise may least, is taken.
Source: docker/docker-credential-helpers, `client` and `credentials`.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from vault import __version__
from vault.errors import ValueRefusedError, VaultError
from vault.hooks.asking import (
    NoKeyError,
    UnknownServerError,
    borrowed,
    handed_out,
    live_keys,
    publishing_first,
    server_at,
)
from vault.hooks.serving import question, serving
from vault.registries.holding import is_for
from vault.registries.loader import known
from vault.registries.profile import Profile
from vault.text import printable_problem, safe

if TYPE_CHECKING:
    from vault.cli.desk import Desk

NOT_FOUND = "credentials not found in native keychain"
"""What docker takes for "none", word for word; after any other refusal it warns."""

_NEW = "Make it one of the vault's: keyfob new"
_HUB = "https://index.docker.io/v1/"
_HUB_HOSTS = frozenset({"index.docker.io", "docker.io", "registry-1.docker.io"})


def main() -> int:
    """Answer docker's one question."""
    return serving(lambda desk: serve(sys.argv[1:], desk))


def serve(words: list[str], desk: Desk) -> int:
    """Answer one question; the exit status is 1 where there is nothing to hand out.

    Args:
        words: The operation, and nothing else.
        desk: Its stdin names the server.
    """
    try:
        status, answer = 0, _answer(words, desk)
    except UnknownServerError:
        status, answer = 1, NOT_FOUND
    except NoKeyError as error:
        desk.complain(error)
        status, answer = 1, NOT_FOUND
    except VaultError as error:
        desk.complain(error)  # some commands of docker's pass over what is on stdout
        status, answer = 1, safe(f"{error.message} {error.hint}".strip())
    desk.put(answer)
    return status


def servers(profile: Profile) -> list[str]:
    """What docker calls the servers of a profile: a host, but for Docker Hub, which has a URL."""
    found = []
    for address in profile.addresses:
        parts = urlsplit(address)
        if parts.scheme == "https" and parts.hostname:
            found.append(_HUB if parts.hostname in _HUB_HOSTS else parts.netloc)
    return list(dict.fromkeys(found))


def is_for_docker(profile: Profile) -> bool:
    """Whether keys of this registry are for docker."""
    return is_for(profile, "docker")


def _answer(words: list[str], desk: Desk) -> str:
    match words:
        case ["get"]:
            return json.dumps(_found(question(desk.stdin).strip(), desk))
        case ["list"]:
            return json.dumps(_listed(desk))
        case ["version"]:
            return f"docker-credential-keyfob {__version__}"
        case ["store"]:
            raise ValueRefusedError("keyfob keeps no key that docker login gives it.", _NEW)
        case ["erase"]:
            raise ValueRefusedError("keyfob lets docker remove no key.", "See: keyfob remove")
    raise ValueRefusedError("Usage: docker-credential-keyfob get|store|erase|list|version")


def _found(asked: str, desk: Desk) -> dict[str, str]:
    if not asked or printable_problem(asked) is not None:
        raise UnknownServerError("No server is named.")
    server = server_at(asked if "://" in asked else f"https://{asked}", desk.environ, is_for_docker)
    with borrowed(desk) as lender:
        key = min(live_keys(lender.keys, server, desk.clock()), key=publishing_first)
        with handed_out(lender, key) as secret:
            return {"ServerURL": asked, "Username": key.owner, "Secret": secret.reveal()}


def _listed(desk: Desk) -> dict[str, str]:
    """Each server with the account of the key that it would get."""
    with borrowed(desk) as lender:
        keys, now = lender.keys, desk.clock()
    found: dict[str, str] = {}
    for profile in filter(is_for_docker, known()):
        with suppress(NoKeyError):
            key = min(live_keys(keys, (profile,), now), key=publishing_first)
            found |= dict.fromkeys(servers(profile), key.owner)
    return found


if __name__ == "__main__":
    sys.exit(main())
