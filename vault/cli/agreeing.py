"""Asking before something is written into other programs' files."""

from __future__ import annotations

from vault.cli.desk import Desk
from vault.cli.parser import UsageError
from vault.cli.remove import NotConfirmedError
from vault.cli.terminal import agrees


def agree_to_write(desk: Desk) -> None:
    """Ask whether to write what was shown.

    Raises:
        UsageError: There is no terminal to ask on.
        NotConfirmedError: The answer was no.
    """
    terminal = desk.terminal()
    if terminal is None:
        raise UsageError(
            "There is no terminal to ask on whether to write it.", "Say so with --yes."
        )
    desk.stdout.flush()
    if not agrees(terminal, "Write this?"):
        raise NotConfirmedError("Nothing was written.")
