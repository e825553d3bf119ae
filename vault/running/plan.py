"""Which key a command gets, decided before it starts, and why it gets none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from vault.clients.base import Invocation
from vault.errors import ValueRefusedError, VaultError
from vault.keys.choice import Choice, choose
from vault.keys.key import Key
from vault.keys.kind import Kind
from vault.registries.addresses import profiles_for
from vault.registries.holding import holds
from vault.registries.hosts import HostReader, publishing_host
from vault.registries.loader import load
from vault.registries.profile import Profile
from vault.text import safe
from vault.which import WORDS


class MayNotError(VaultError):
    """No key may do what the command is about to do, so it was not started."""


class NothingToldError(ValueRefusedError):
    """Nobody can tell what a command publishes, and no key is named for it."""

    def __init__(self) -> None:
        super().__init__(
            "It cannot be told what this command publishes, so keyfob cannot pick a key for it.",
            "Name one with --key.",
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """A command and the key it gets.

    Attributes:
        invocation: The command, as it was recognised.
        profile: The registry it goes to, which is the key's.
        key: The key: the narrowest that may do all of it, or the one that was named.
        sure: Whether it may, whatever keyfob does not know: a key for new versions only is not
            sure of an id that may be new.
    """

    invocation: Invocation
    profile: Profile
    key: Key
    sure: bool = True


def make_plan(
    invocation: Invocation,
    keys: Sequence[Key],
    now: datetime,
    *,
    registry: str | None = None,
    named: Key | None = None,
    host_of: HostReader = publishing_host,
) -> Plan:
    """The key for a command.

    Args:
        invocation: The command.
        keys: All keys of the vault.
        now: The current time.
        registry: Id of the registry the user says it goes to, or None.
        named: The key the user says to take, or None.
        host_of: Answers hosts that are not written in a profile.

    Raises:
        MayNotError: No key, or not the named one, may do all of it.
        ValueRefusedError: It cannot be told which registry it goes to, or it goes to another one
            than the user says.
    """
    first, *others = map(load, registries_of(invocation, registry, named, host_of))
    profiles = {profile.id: profile for profile in (first, *others)}
    if named is not None and named.registry not in profiles:
        raise MayNotError(
            f"{safe(named.name)} is a key for {named.registry}, and this goes to {first.title}.",
            f"Leave out --key, or name a key for {first.title}.",
        )
    if not invocation.wanted:
        alive = _alive(named, now)
        return Plan(invocation, profiles[alive.registry], alive)
    mine = [key for key in keys if key.registry in profiles] if named is None else [named]
    requests = [one.request for one in invocation.wanted]
    tables = {one: profile.action_table for one, profile in profiles.items()}
    choice = choose(mine, requests, tables, now)
    if choice.key is None:
        raise _refusal(choice, first, invocation)
    return Plan(invocation, profiles[choice.key.registry], choice.key, choice.sure)


def registries_of(
    invocation: Invocation,
    told: str | None,
    named: Key | None,
    host_of: HostReader = publishing_host,
) -> tuple[str, ...]:
    """Ids of the registries a command may go to: one, or all that are at the same address.

    A server that no profile names is nobody's: it gets a key only if the user names one, of a feed
    of their own or together with its registry. So a secret never goes to a server just because a
    configuration file says so.

    Raises:
        ValueRefusedError: It cannot be told, or the user says another one than the command.
    """
    found: tuple[str, ...] = ()
    if invocation.registry is not None:
        found = (invocation.registry,)
    if invocation.address is not None:
        at = profiles_for(invocation.address, host_of)
        # cargo has indexes at github.com, which is no registry of crates
        found = tuple(profile.id for profile in at if _holds(profile, invocation.kind))
        if not found:
            _refuse_unknown_server(invocation.address, told, named)
    if found and told is not None and told not in found:
        raise ValueRefusedError(f"This command goes to {found[0]}, not to {told}.")
    if told is not None:
        return (told,)
    if not found and named is not None:
        return (named.registry,)
    if not found:
        raise ValueRefusedError(
            "It cannot be told which registry this command goes to.",
            "Say it with --registry, or name the key with --key.",
        )
    return found


def _holds(profile: Profile, kind: Kind | None) -> bool:
    return kind is None or holds(profile, kind)


def _refuse_unknown_server(address: str, told: str | None, named: Key | None) -> None:
    server = safe(address, 80)
    if named is None:
        raise ValueRefusedError(
            f"No registry keyfob knows is at {server}.",
            "Name the key for it with --key, or give its address in a profile of your own.",
        )
    if told is None and load(named.registry).addresses:
        raise ValueRefusedError(
            f"{safe(named.name)} is a key for {named.registry}, which keyfob does not know at "
            f"{server}.",
            f"If it is there, say so with --registry {named.registry}.",
        )


def _alive(named: Key | None, now: datetime) -> Key:
    """The named key, for a command of which nobody can tell what it does.

    Raises:
        ValueRefusedError: None is named.
        MayNotError: It has expired or is revoked.
    """
    if named is None:
        raise NothingToldError
    over = named.lifetime.say_over(now)
    if over:
        raise MayNotError(f"{safe(named.name)} {over}.", _renew(named))
    return named


def _refusal(choice: Choice, profile: Profile, invocation: Invocation) -> MayNotError:
    """Why no key may: the nearest one's reason, and the way out."""
    if choice.nearest is None:
        return MayNotError(
            f"There is no key for {profile.title}.", "Create one with: keyfob new --help"
        )
    ids = list(dict.fromkeys(one.package_id for one in invocation.wanted))
    if choice.split and len(ids) > 1:
        return MayNotError(
            f"No one key covers {safe(' and '.join(ids), 200)}, and a command gets one key only.",
            "Publish them one by one, or make a key that covers them all.",
        )
    first = choice.refusals[0]
    dead = first.reason.dead
    nearest = "" if dead else f"{choice.nearest.name} comes nearest. "
    asked = invocation.wanted[0]
    word = next((word for word, (ask, _) in WORDS.items() if ask is asked.ask), "push")
    see = f"See: keyfob which {word} {asked.package_id}"
    hint = _renew(choice.nearest) if dead else f"{nearest}{see}"
    return MayNotError(f"No key may do this. {first.sentence}", safe(hint))


def _renew(key: Key) -> str:
    return f"Give it a new secret: keyfob rotate {safe(key.name)}"
