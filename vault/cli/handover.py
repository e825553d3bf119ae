"""A secret to the clipboard, and what to say about it."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from vault.cli.desk import Desk
from vault.errors import StorageError
from vault.keys.key import Key
from vault.paths import config_directory
from vault.settings import read_settings

if TYPE_CHECKING:  # with an agent, what looks for a name is not loaded here
    from vault.cli.desk import Copy
    from vault.lending import Lender


def hand_over(
    vault: Lender,
    key: Key,
    desk: Desk,
    seconds: float | None = None,
    *,
    copy: Copy | None = None,
) -> None:
    """Copy a key's secret, say which way it went and when it leaves, and remember the use.

    Args:
        vault: The open vault, or an agent.
        key: The key.
        desk: Gives the clipboard, takes the note.
        seconds: How long it stays; the user's setting if None.
        copy: What `Desk.copying` made ready already, or None.

    Raises:
        ClipboardError: No way to the clipboard works.
        ValueRefusedError: The time is none, or a setting is malformed.
    """
    if seconds is None:
        settings = read_settings(desk.config or config_directory(), note=desk.note)
        seconds = settings.clear_clipboard_after
    with nullcontext(copy) if copy else desk.copying() as place, vault.secret(key.id) as secret:
        receipt = place(secret, seconds)
    end = f"; it is cleared in {seconds:g} seconds" if receipt.clears_itself else ""
    desk.note(f"{key.name}: {receipt.sentence[:1].lower()}{receipt.sentence[1:]}{end}.")
    if receipt.advice:
        desk.note(f"Nothing arrived? {receipt.advice}")
    record_use(vault, key, desk)


def record_use(vault: Lender, key: Key, desk: Desk) -> None:
    """Remember that the secret was handed out now; failing to is worth a note, no more."""
    try:
        vault.mark_copied(key.id)
    except StorageError as error:
        desk.note(f"That it was handed out is not recorded: {error.message}")
