"""The part all hooks share: which keys are a server's, which of them to take, and handing it out.

Where a protocol names the package, the narrowest key that may is taken. Where it does not, a key of
one package would be wrong for all others, so only one that reaches whatever the other keys reach is
handed out. No protocol here tells reading from publishing apart from cargo's: keys that may publish
come first, because the others would make half of the commands fail.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from vault.errors import VaultError
from vault.keys.choice import Standing, choose, narrowness
from vault.keys.grant import Operation
from vault.keys.key import Key
from vault.keys.request import Request
from vault.keys.secret import Secret
from vault.registries.addresses import profiles_for
from vault.registries.hosts import HostReader, publishing_host
from vault.registries.loader import load
from vault.registries.profile import Profile

if TYPE_CHECKING:
    from vault.cli.desk import Desk
    from vault.lending import Lender

Server: TypeAlias = tuple[Profile, ...]
"""The registries at one address: a client may get a key of any of them."""

LENT_FOR = "KEYFOB_LENT_FOR"
"""Set by `keyfob run` for its child: the one server for which the key that is lent to it is."""


class NoKeyError(VaultError):
    """The vault has no key for what a client asks."""


class UnknownServerError(VaultError):
    """No registry keyfob knows is at the address a client names: somebody else may have its key."""


@contextmanager
def borrowed(desk: Desk) -> Iterator[Lender]:
    """The keys a hook may hand out: what is lent to it, an agent's, or the vault's own.

    The terminal, if there is one, may be asked for the password: past the standard streams, which
    belong to the protocol.

    Args:
        desk: Gives environment and terminal.

    Raises:
        VaultError: They cannot be had; the vault is locked and nobody can be asked, for one.
    """
    from vault.cli.session import lent

    with lent(argparse.Namespace(), desk, prompt=desk.terminal() is not None) as lender:
        yield lender


def server_at(
    address: str,
    environ: Mapping[str, str],
    fits: Callable[[Profile], bool],
    host_of: HostReader = publishing_host,
) -> Server | None:
    """The registries at an address; None if whatever is lent to this command is for that address.

    It needs no vault: a question about a server nobody knows is not worth a password.

    Args:
        address: The URL that the client names.
        environ: The environment.
        fits: Whether a registry's keys are for this client. One host may serve several: cargo has
            indexes at github.com, and would send a key of GitHub's wherever such an index points.
        host_of: Answers hosts that are not written in a profile.

    Raises:
        UnknownServerError: Nobody keyfob knows is there, or what is lent is for another server.
    """
    lent_for = environ.get(LENT_FOR)
    if lent_for:
        if _plain(lent_for) == _plain(address):
            return None
        raise UnknownServerError("The key lent to this command is for another server.")
    server = tuple(filter(fits, profiles_for(address, host_of)))
    if not server:
        raise UnknownServerError(
            "No registry keyfob knows is at this address.",
            "Give its address in a profile of your own.",
        )
    return server


def live_keys(keys: Iterable[Key], server: Server | None, now: datetime) -> list[Key]:
    """The keys for a server, as `server_at` answered it, that have not ended.

    Raises:
        NoKeyError: There is none.
    """
    ids = {profile.id for profile in server or ()}
    own = [key for key in keys if server is None or key.registry in ids]
    live = [key for key in own if not key.lifetime.state(now).dead]
    if not live:
        title = "this server" if server is None else server[0].title
        ended = "no key" if not own else "no live key"
        raise NoKeyError(f"There is {ended} for {title}.", "See: keyfob list")
    return live


def narrowest(keys: Sequence[Key], requests: Sequence[Request], now: datetime) -> Key:
    """The narrowest of these keys that may do all that is asked.

    Args:
        keys: Live keys for one server, at least one.
        requests: What is asked, at least one thing.
        now: The current time.

    Raises:
        NoKeyError: None may. The sentence says why the nearest may not.
    """
    tables = {registry: load(registry).action_table for registry in {key.registry for key in keys}}
    choice = choose(keys, requests, tables, now)
    if choice.key is None:
        raise NoKeyError(choice.refusals[0].sentence, "See: keyfob which")
    return choice.key


def covering(keys: Iterable[Key], package_id: str) -> Key:
    """The narrowest of these keys whose globs cover a package, those that may publish it first.

    Raises:
        NoKeyError: None does.
    """
    fitting = [key for key in keys if key.covers(package_id)]
    if not fitting:
        raise NoKeyError(f"No live key covers {package_id}.", "See: keyfob list")
    return min(fitting, key=publishing_first)


def reaching(keys: Sequence[Key]) -> Key:
    """The narrowest of these keys that covers whatever any of them covers.

    Args:
        keys: Live keys for one server, at least one.

    Raises:
        NoKeyError: Each leaves out something that another one covers.
    """
    globs = {glob.text for key in keys for glob in key.globs}
    # A glob covers another one's text exactly if it covers all that the other one covers: a `*` of
    # its own is the only thing that takes the other's.
    fitting = [key for key in keys if all(map(key.covers, globs))]
    if not fitting:
        raise NoKeyError("Several keys are for this server, and it is not told for what.")
    return min(fitting, key=publishing_first)


def publishing_first(key: Key) -> Standing:
    """Sorts keys that may publish before those that may not, then by how little they may do."""
    table = load(key.registry).action_table
    actions = (table[action] for action in key.actions if action in table)
    permits = {operation for action in actions for operation in action.permits}
    return (Operation.PUBLISH_VERSION not in permits, len(permits), *narrowness(key))


def handed_out(lender: Lender, key: Key, *, used: bool = True) -> Secret:
    """A key's secret, in one line. Wipe it after use.

    Args:
        lender: Where the key is.
        key: The key.
        used: Whether to record that it was handed to a client.

    Raises:
        NoKeyError: It has several lines, which would be further answers in every protocol here.
    """
    secret = lender.secret(key.id)
    if not secret.reveal().isprintable() or not secret:
        secret.wipe()
        raise NoKeyError(f"The secret of {key.name} is more than one line of text.")
    if used:
        with suppress(VaultError):  # what cannot be recorded is no reason to fail a release
            lender.mark_used(key.id)
    return secret


def _plain(address: str) -> str:
    return address.removeprefix("sparse+").rstrip("/")
