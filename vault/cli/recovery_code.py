"""Showing a recovery code: once, on stderr, in a frame that is hard to overlook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vault.errors import StorageError

if TYPE_CHECKING:
    from vault.cli.desk import Desk


def show_code(desk: Desk, code: str, *, replaces: bool = False) -> None:
    """Print a recovery code and what it is for.

    Args:
        desk: Its stderr takes the lines.
        code: The code, as it was made.
        replaces: Whether there was one before, which is void now.

    Raises:
        StorageError: Nobody took them; the hint says how to get another code.
    """
    try:
        _print(desk, code, replaces=replaces)
    except OSError:
        raise StorageError(
            "The recovery code could not be shown, and is lost.",
            "Get another one with: keyfob password --new-code",
        ) from None


def _print(desk: Desk, code: str, *, replaces: bool) -> None:
    rule = "─" * (len(code) + 4)
    for line in (
        "",
        f"  {rule}",
        "    RECOVERY CODE, shown only now",
        "",
        f"    {code}",
        "",
        "    It opens the vault when the password is lost.",
        "    Write it down and keep it away from this machine.",
        *(["    The code you had before opens nothing any more."] if replaces else []),
        f"  {rule}",
        "",
    ):
        desk.note(line)
