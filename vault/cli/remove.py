"""`keyfob remove`: forget a key and its secret."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from vault.cli.names import add_name
from vault.cli.parser import Parser, UsageError
from vault.errors import VaultError

if TYPE_CHECKING:  # only --help and completion go without the vault
    from vault.cli.desk import Desk

_EXAMPLE = """\
example:
  keyfob remove contoso-push

You are asked to type its name. The registry is not told: revoke the key there too."""


class NotConfirmedError(VaultError):
    """The user did not mean it."""


def configure(parser: Parser) -> None:
    """Add the arguments of `remove`."""
    parser.epilog = _EXAMPLE
    add_name(parser, "the key")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(args: argparse.Namespace, desk: Desk) -> int:
    """Remove the key, once its name was typed.

    Raises:
        UsageError: There is no terminal to ask on, and --yes was not given.
        NotConfirmedError: Something else was typed.
    """
    from vault.cli.advice import note_still_honoured
    from vault.cli.session import opened
    from vault.text import safe

    terminal = None if args.yes else desk.terminal()
    if terminal is None and not args.yes:
        raise UsageError(
            "There is no terminal to ask on whether you mean it.", "Say so with --yes."
        )
    with opened(args, desk) as vault:
        key = vault.find(args.name)
        if terminal is not None:
            typed = terminal.ask(f"Type {safe(key.name)} to remove it and its secret: ")
            if typed.strip() != key.name:
                raise NotConfirmedError("That is not its name; nothing was removed.")
        vault.remove(key.id)
    desk.note(f"Removed {key.name}.")
    for place in key.places:
        desk.note(f"It may still be installed at: {place.where}")
    note_still_honoured(key, desk)
    return 0
