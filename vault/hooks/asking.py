"""The part all hooks share: reach the vault's keys, and pick the narrowest for a server."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from vault.errors import VaultError
from vault.keys.choice import choose, narrowness
from vault.keys.key import Key
from vault.keys.lifetime import State
from vault.keys.request import Request
from vault.registries.addresses import profile_for
from vault.registries.hosts import HostReader, configured_host
from vault.registries.loader import load

if TYPE_CHECKING:
    from vault.cli.desk import Desk
    from vault.lending import Lender

LENT_FOR = "KEYFOB_LENT_FOR"
"""Set by `keyfob run` for its child: the one server for which the key that is lent to it is."""

Borrow = Callable[[], "Lender"]
"""Opens the vault for a hook, when it is known that a key is needed."""


class NoKeyError(VaultError):
    """The vault has no key for what a client asks."""


class UnknownServerError(VaultError):
    """No registry keyfob knows is at the address a client names: somebody else may have its key."""


@contextmanager
def borrowed(desk: Desk, *, prompt: bool = True) -> Iterator[Lender]:
    """The keys a hook may hand out: what is lent to it, an agent's, or the vault's own.

    Args:
        desk: Gives environment and terminal.
        prompt: Whether the terminal may be asked for the password.

    Raises:
        VaultError: They cannot be had; the vault is locked and nobody can be asked, for one.
    """
    from vault.cli.session import lent

    with lent(argparse.Namespace(), desk, prompt=prompt) as lender:
        yield lender


def keys_for(
    address: str,
    keys: Iterable[Key],
    environ: Mapping[str, str],
    host_of: HostReader = configured_host,
) -> list[Key]:
    """The keys of the registry at an address.

    Raises:
        UnknownServerError: Nobody keyfob knows is there.
    """
    lent_for = environ.get(LENT_FOR)
    if lent_for:
        if _plain(lent_for) == _plain(address):
            return list(keys)
        raise UnknownServerError("The key lent to this command is for another server.")
    profile = profile_for(address, host_of)
    if profile is None:
        raise UnknownServerError(
            "No registry keyfob knows is at this address.",
            "Give its address in a profile of your own.",
        )
    return [key for key in keys if key.registry == profile.id]


def narrowest(keys: Iterable[Key], request: Request | None, now: datetime) -> Key:
    """The narrowest live key that may do what is asked; any of them if nothing is.

    Raises:
        NoKeyError: There is none. The sentence says why the nearest may not.
    """
    live = [key for key in keys if key.lifetime.state(now) not in {State.EXPIRED, State.REVOKED}]
    if not live:
        raise NoKeyError("There is no live key for this server.", "See: keyfob list")
    if request is None:
        return min(live, key=narrowness)
    choice = choose(live, [request], load(live[0].registry).action_table, now)
    if choice.key is None:
        raise NoKeyError(choice.refusals[0].sentence)
    return choice.key


def _plain(address: str) -> str:
    return address.removeprefix("sparse+").rstrip("/")
