"""`keyfob unlock`: the password once, and then none for a while."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from vault.cli.holding import add_for, seconds_for
from vault.cli.parser import Parser

if TYPE_CHECKING:
    from vault.cli.desk import Desk

_EXAMPLE = """\
examples:
  keyfob unlock
  keyfob unlock --for 2h
  keyfob unlock --remember

A process of your own holds the vault open and lends single secrets to copy, list and show. It
forgets when its time is over, when the computer sleeps, when your session ends, when the password
changes, or by keyfob lock. Unlocking again starts the time anew. Verbs that change keys go on
asking for the password.

With --remember, the keyring of this computer's operating system opens the vault from now on: no
password is needed while you are logged in, and whatever runs as you can open it. --forget undoes
that, on every computer at once."""


STILL_ASKED = "To change a key takes the password all the same."
"""Else the next question for it would look as if nothing had been unlocked."""


def configure(parser: Parser) -> None:
    """Add the options of `unlock`."""
    parser.epilog = _EXAMPLE
    add_for(parser)
    keyring = parser.add_mutually_exclusive_group()
    keyring.add_argument(
        "--remember",
        action="store_true",
        help="let this computer's keyring open the vault from now on",
    )
    keyring.add_argument(
        "--forget", action="store_true", help="let no computer's keyring open it any more"
    )


def run(args: argparse.Namespace, desk: Desk) -> int:
    """Start the agent, and say until when it holds the vault open."""
    from vault.cli.agents import say_until, start
    from vault.cli.places import store_for
    from vault.cli.session import unlocked

    if args.forget:
        return _forget(args, desk)
    seconds = seconds_for(args, desk)
    if args.remember:
        _remember(args, desk)
    store = store_for(args, desk)
    vault_id, key = unlocked(store, args, desk)
    try:
        status = start(store, vault_id, key, seconds, desk)
    finally:
        key.wipe()
    desk.notes(*store.notes, status.warning, say_until(status, desk), STILL_ASKED)
    return 0


def _remember(args: argparse.Namespace, desk: Desk) -> None:
    """Have the keyring hold what opens a new slot; if either fails, both are as they were."""
    import os

    from vault.cli.agents import vault_id_of
    from vault.cli.session import opened
    from vault.sealing.slots import MATERIAL_SIZE

    keyring = desk.keyring()  # nobody types a password where there is none
    vault_id = vault_id_of(args, desk)
    before, material = keyring.recall(vault_id), os.urandom(MATERIAL_SIZE)
    with opened(args, desk) as vault:
        keyring.keep(vault_id, material)
        try:
            vault.remember(material, replaced=before)
        except BaseException:
            if before is None:
                keyring.drop(vault_id)
            else:
                keyring.keep(vault_id, before)
            raise
    desk.note("This computer's keyring opens the vault from now on, until keyfob unlock --forget.")


def _forget(args: argparse.Namespace, desk: Desk) -> int:
    """Take the slots out of the vault first: without them, what a keyring holds opens nothing."""
    from vault.cli.agents import vault_id_of
    from vault.cli.session import opened
    from vault.oskeyring import KeyringError

    with opened(args, desk) as vault:
        done = vault.forget_keyrings()
    try:
        desk.keyring().drop(vault_id_of(args, desk))
    except KeyringError as error:
        if done:
            desk.note(f"What it held opens nothing any more, but is still there. {error.message}")
    desk.note("No keyring opens the vault any more." if done else "No keyring opened the vault.")
    return 0
