"""`keyfob password`: change the password; and the recovery code or the vault key, if asked to."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from vault.cli.parser import Parser, filled

if TYPE_CHECKING:  # only --help and completion go without the vault
    from vault.cli.desk import Desk
    from vault.vault import Vault

_EXAMPLE = """\
examples:
  keyfob password
  keyfob password --password-file old.txt --new-password-file new.txt
  keyfob password --new-vault-key    (somebody has a copy of the vault and what opens it)

The old password is asked for first, or comes from --password-file or the environment. Afterwards
it opens neither the vault nor its backup; copies made elsewhere still open with it. Whoever opens
such a copy gets the vault key, and with that could read what is saved later, whatever its
password: --new-vault-key seals everything anew, and rotating the keys makes the copy worthless."""


def configure(parser: Parser) -> None:
    """Add the options of `password`."""
    parser.epilog = _EXAMPLE
    add_new_password(parser)
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument(
        "--new-code",
        action="store_true",
        help="replace the recovery code as well, and print the new one once on stderr",
    )
    ways.add_argument(
        "--new-vault-key",
        action="store_true",
        help="also seal everything anew under another vault key, and replace the recovery code",
    )


def add_new_password(parser: Parser) -> None:
    """The options --new-password-file and --force."""
    parser.add_argument(
        "--new-password-file",
        metavar="FILE",
        type=filled,
        help="read the new password from this file's first line (else you are asked, twice)",
    )
    parser.add_argument(
        "--force", action="store_true", help="take a new password that is easy to guess"
    )


def new_password(args: argparse.Namespace, desk: Desk) -> str:
    """The new password, from the file or typed twice.

    Raises:
        NoPasswordError: None was chosen.
        ValueRefusedError: It is easy to guess, and --force was not given.
    """
    from vault.cli.choosing import choose_password

    return choose_password(
        desk,
        "New password",
        file=args.new_password_file,
        weak=args.force,
        hint="Use --new-password-file FILE.",
    )


def run(args: argparse.Namespace, desk: Desk) -> int:
    """Change the password."""
    from vault.cli.recovery_code import show_code
    from vault.cli.session import opened

    with opened(args, desk) as vault:
        code = _changed(vault, new_password(args, desk), args, desk)
    desk.note(f"Changed the password of {vault.label}, and of its backup.")
    if args.new_vault_key:
        desk.note("Everything in both is sealed under a new vault key.")
    if code:
        show_code(desk, code, replaces=True)
    note_old_copies(args, desk)
    if args.new_vault_key:
        desk.note("Whoever opens such a copy has the secrets in it: rotate those keys.")
    return 0


def _changed(vault: Vault, new: str, args: argparse.Namespace, desk: Desk) -> str:
    """Let this password open the vault; answers the new recovery code, or "" if the old stays."""
    if args.new_vault_key:
        return vault.renew_key(new, cost=desk.cost())
    if args.new_code:
        return vault.recover(new, cost=desk.cost())
    vault.change_password(new, cost=desk.cost())
    return ""


def note_old_copies(args: argparse.Namespace, desk: Desk) -> None:
    """Say what still goes by the old password."""
    from vault.cli.passwords import COMMAND_VARIABLE, FILE_VARIABLE
    from vault.cli.places import store_for
    from vault.sealing.header import read_header

    desk.note("Copies of the vault made before still open with what opened it then.")
    store = store_for(args, desk)
    kept = store.kept()
    if kept:
        desk.note(f"Such copies are: {', '.join(map(str, kept))}")
    if any(slot["type"] == "keyring" for slot in read_header(store.read()).slots):
        desk.note("A computer's keyring opens it as before; keyfob unlock --forget ends that.")
    for variable in (FILE_VARIABLE, COMMAND_VARIABLE):
        if desk.environ.get(variable):
            desk.note(f"{variable} is set: see that it gives the new password from now on.")
            return
