"""`keyfob copy`: a secret to the clipboard, which clears itself."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from vault.cli.names import add_name
from vault.cli.parser import Parser
from vault.errors import VaultError

if TYPE_CHECKING:  # only --help and completion go without the vault
    from contextlib import AbstractContextManager

    from vault.cli.desk import Desk
    from vault.lending import Lender

_EXAMPLE = """\
examples:
  keyfob copy contoso-push
  keyfob copy conto --for 60"""


class UnusableError(VaultError):
    """The key would be refused by its registry."""


def configure(parser: Parser) -> None:
    """Add the arguments of `copy`."""
    parser.epilog = _EXAMPLE
    add_name(parser, "its name, or the beginning of it")
    parser.add_argument(
        "--for",
        dest="seconds",
        metavar="SECONDS",
        type=float,
        help="how long it stays (else the setting clear_clipboard_after, 30 seconds)",
    )
    parser.add_argument(
        "--force", action="store_true", help="copy it even though it has expired or is revoked"
    )


def run(args: argparse.Namespace, desk: Desk) -> int:
    """Copy the secret of one key.

    Raises:
        UnusableError: The key has expired or is revoked, and --force was not given.
    """
    # The clipboard is made ready first: that takes as long as loading the rest of this program.
    with desk.copying() as copy, _lent(args, desk) as vault:
        from vault.cli.handover import hand_over

        key = vault.find(args.name, prefix=True)
        life, now = key.lifetime, desk.clock()
        over = life.say_over(now)
        if over:
            if not args.force:
                raise UnusableError(
                    f"{key.name} {over}, so it was not copied.",
                    "Give it a new secret with keyfob rotate, or copy it anyway with --force.",
                )
            desk.note(f"{key.name} {over}.")
        elif life.state(now).due:
            desk.note(f"{key.name} expires {life.say(now)}.")
        hand_over(vault, key, desk, args.seconds, copy=copy)
    return 0


def _lent(args: argparse.Namespace, desk: Desk) -> AbstractContextManager[Lender]:
    from vault.cli.session import lent

    return lent(args, desk)
