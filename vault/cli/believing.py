"""Taking a registry's word for when a key ends, once the user agrees."""

from __future__ import annotations

import argparse
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from vault.errors import VaultError

if TYPE_CHECKING:
    from vault.cli.desk import Desk
    from vault.keys.key import Key
    from vault.registries.profile import Profile

_ROUNDING = timedelta(days=1)
"""nuget.org says whole days, rounded (`ApiAuthorizeAttribute.cs`): so much tells nothing new."""


def offer_end(key: Key, profile: Profile, days: int, args: argparse.Namespace, desk: Desk) -> None:
    """Offer to believe a registry that a key ends in so many days, if keyfob believes otherwise.

    Without a terminal to ask on it only says so. Changing a key takes the password. What the client
    did is done: a key that cannot be changed is complained of, and raises nothing.

    Args:
        key: The key, as keyfob believes it to be.
        profile: Its registry.
        days: In how many days the registry says it ends.
        args: Name the vault.
        desk: Its terminal is asked.
    """
    from vault.cli.terminal import agrees
    from vault.cli.words import say_end

    now = desk.clock()
    end, believed = now + timedelta(days=days), key.lifetime.expires
    if believed is not None and abs(believed - end) <= _ROUNDING:
        return
    desk.note(
        f"{profile.title} says that {key.name} expires in {days} days; "
        f"keyfob has: {say_end(key.lifetime, desk)}."
    )
    terminal = desk.terminal()
    if terminal is None:
        desk.note(f"To correct it: keyfob edit {key.name} --expires {desk.local(end):%Y-%m-%d}")
        return
    try:
        if agrees(terminal, f"Take {desk.local(end):%Y-%m-%d} for its end?"):
            _believe(key, end, args, desk)
    except VaultError as error:
        desk.complain(error)
    except KeyboardInterrupt:
        desk.note("Nothing was changed.")


def _believe(key: Key, end: datetime, args: argparse.Namespace, desk: Desk) -> None:
    from vault.cli.session import opened
    from vault.vault import Change

    with opened(args, desk) as vault:
        changed = vault.edit(key.id, Change(lifetime=key.lifetime._replace(expires=end)))
    desk.note(f"{changed.name} expires {changed.lifetime.say(desk.clock())} now.")
