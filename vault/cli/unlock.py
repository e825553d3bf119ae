"""`keyfob unlock`: the password once, and then none for a while."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from vault.cli.holding import add_for, seconds_for
from vault.cli.parser import Parser

if TYPE_CHECKING:  # only --help and completion go without the vault
    from vault.cli.desk import Desk

_EXAMPLE = """\
examples:
  keyfob unlock
  keyfob unlock --for 2h

A process of your own holds the vault open and lends single secrets to copy, list and show. It
forgets when its time is over, when the computer sleeps, when your session ends, when the password
changes, or by keyfob lock. Unlocking again starts the time anew. Verbs that change keys go on
asking for the password."""


def configure(parser: Parser) -> None:
    """Add the options of `unlock`."""
    parser.epilog = _EXAMPLE
    add_for(parser)


def run(args: argparse.Namespace, desk: Desk) -> int:
    """Start the agent, and say until when it holds the vault open."""
    from vault.cli.agents import say_until, start
    from vault.cli.places import store_for
    from vault.cli.session import unlocked

    seconds = seconds_for(args, desk)
    store = store_for(args, desk)
    vault_id, key = unlocked(store, args, desk)
    try:
        status = start(store, vault_id, key, seconds, desk)
    finally:
        key.wipe()
    desk.notes(*store.notes, status.warning, say_until(status, desk))
    return 0
