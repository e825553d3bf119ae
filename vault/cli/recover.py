"""`keyfob recover`: open with the recovery code, set a new password, get a fresh code."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from vault.cli.parser import Parser, UsageError, filled
from vault.cli.password import add_new_password, new_password, note_old_copies
from vault.errors import WrongPasswordError

if TYPE_CHECKING:  # only --help and completion go without the vault
    from vault.cli.desk import Desk
    from vault.vault import Vault

_EXAMPLE = """\
example:
  keyfob recover

The recovery code was shown when the vault was made. Case, dashes and spaces do not matter. Once
the new password is set, the code is void, and a fresh one is printed once on stderr."""


def configure(parser: Parser) -> None:
    """Add the options of `recover`."""
    parser.epilog = _EXAMPLE
    parser.add_argument(
        "--code-file",
        metavar="FILE",
        type=filled,
        help="read the recovery code from this file's first line (else you are asked)",
    )
    add_new_password(parser)


def run(args: argparse.Namespace, desk: Desk) -> int:
    """Open the vault with its code, and replace password and code.

    Raises:
        UsageError: A source of the password was given, which is not the code.
    """
    from vault.cli.recovery_code import show_code
    from vault.process import harden

    if hasattr(args, "password_file"):
        raise UsageError("--password-file: here the code opens it.", "Use --code-file FILE.")
    harden()
    vault = _open(args, desk)
    try:
        desk.notes(vault.warning)
        new = new_password(args, desk)
        code = vault.recover(new, cost=desk.cost())
    finally:
        vault.lock()
    desk.note(f"Changed the password of {vault.label}, and of its backup.")
    show_code(desk, code, replaces=True)
    note_old_copies(args, desk)
    return 0


def _open(args: argparse.Namespace, desk: Desk) -> Vault:
    from vault.cli.passwords import password_in
    from vault.cli.places import naming_backups, state_for, store_for
    from vault.cli.session import until_right
    from vault.sealing.header import read_header
    from vault.sealing.recovery import parse_code
    from vault.vault import Vault

    store, state = store_for(args, desk), state_for(desk)

    def attempt(code: str) -> Vault:
        if parse_code(code) is None:
            raise WrongPasswordError(
                "That is not a recovery code, or it has a typo.",
                "It is nine groups of four letters and digits; the last group checks the others.",
            )
        vault = Vault.open(store, code, state=state, clock=desk.clock)
        if vault.opened_with == "password":
            vault.lock()
            raise WrongPasswordError("That is the password.", "Change it with: keyfob password")
        return vault

    with naming_backups(store):
        read_header(store.read())  # nobody types a code for a file that is no vault
        given = None if args.code_file is None else password_in(desk, args.code_file)
        prompt, hint = f"Recovery code of {store.label}: ", "Use --code-file FILE."
        vault = until_right(desk, prompt, given, attempt, hint=hint)
    desk.notes(*store.notes, *state.notes)
    return vault
