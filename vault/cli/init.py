"""`keyfob init`: create a vault."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from vault.cli.parser import Parser
from vault.cli.passwords import given_password
from vault.cli.places import state_for, store_for
from vault.errors import StorageError
from vault.records import INDEX_MODES

if TYPE_CHECKING:
    from vault.cli.desk import Desk

_EXAMPLE = """\
example:
  keyfob init

The password is asked for twice. The recovery code is printed once, on stderr; it opens the
vault when the password is lost, and is stored nowhere."""


def configure(parser: Parser) -> None:
    """Add the options of `init`."""
    parser.epilog = _EXAMPLE
    parser.add_argument(
        "--index",
        choices=INDEX_MODES,
        default="names",
        help="what `keyfob check` may tell without the password: names and dates (the default), "
        "dates only, or nothing",
    )


def run(args: argparse.Namespace, desk: Desk) -> int:
    """Create the vault and print its recovery code."""
    from vault.cli.choosing import choose_password
    from vault.cli.recovery_code import show_code
    from vault.process import harden
    from vault.vault import Vault

    harden()
    store = store_for(args, desk)
    if store.exists():
        raise StorageError(
            f"There is something at {store.label} already.",
            "Choose another place with --vault FILE.",
        )
    password = given_password(desk, getattr(args, "password_file", None))
    if password is None:
        password = choose_password(desk, "Password for the new vault")
    # Where this cannot be said, the code could not be shown either: then no vault is made.
    desk.note(f"Creating the vault {store.label}.")
    vault, code = Vault.create(
        store,
        password,
        cost=desk.cost(),
        index=args.index,
        state=state_for(desk),
        clock=desk.clock,
    )
    vault.lock()
    show_code(desk, code)
    desk.note("Next: keyfob new --help, or keyfob alone for the app.")
    return 0
