"""The vault's keys by their secrets, where the vault opens without a question."""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from typing import TYPE_CHECKING

from vault.errors import VaultError

if TYPE_CHECKING:  # only --help and completion go without them
    from vault.cli.desk import Desk
    from vault.keys.key import Key
    from vault.keys.secret import Secret
    from vault.scanning.holders import Holders


def quiet_holders(args: argparse.Namespace, desk: Desk, stack: ExitStack) -> Holders | None:
    """The holders, as long as the stack is open; None where the vault stays closed.

    Args:
        args: Name the vault and the password's file.
        desk: Its terminal is not asked.
        stack: Closes what is opened here.
    """
    from vault.cli.session import lent
    from vault.scanning.holders import Holders

    try:
        return stack.enter_context(Holders(stack.enter_context(lent(args, desk, prompt=False))))
    except VaultError:
        return None


def holder(holders: Holders | None, secret: Secret, form: str) -> Key | None:
    """The key that has a secret of this format; None if there is none, or nobody to ask."""
    try:
        return None if holders is None else holders.of(secret, form)
    except VaultError:
        return None
