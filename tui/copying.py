"""What is on the clipboard because of keyfob, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from vault.errors import LockedError, StorageError, VaultError
from vault.text import safe

if TYPE_CHECKING:  # nothing is copied before the first screen is painted
    from vault.clipboard import Clipboard, Receipt
    from vault.keys.key import Key
    from vault.vault import Vault

_NAMED = 24
"""Characters of a name, so that the longest sentence leaves the key's details uncovered."""


@dataclass(frozen=True, slots=True)
class Held:
    """A secret that keyfob put on the clipboard.

    Attributes:
        name: What it is: a key's name, or words such as `The recovery code`.
        since: When it was copied.
        seconds: How long it stays.
        receipt: Which way was taken.
    """

    name: str
    since: datetime
    seconds: int
    receipt: Receipt

    @property
    def until(self) -> datetime:
        """When the clipboard clears itself."""
        return self.since + timedelta(seconds=self.seconds)


def copy_key(
    vault: Vault, key: Key, clipboard: Clipboard, seconds: int, now: datetime
) -> tuple[Held, VaultError | None]:
    """Open one secret, put it on the clipboard, and record that it was handed out.

    Blocks; to be called in a thread.

    Returns:
        What is on the clipboard now, and why that could not be recorded, if it could not: a vault
        that cannot be written to can still be copied from.

    Raises:
        VaultError: Nothing is on the clipboard: the secret does not open, no way to the clipboard
            works, or the vault was locked meanwhile.
    """
    with vault.secret(key.id) as secret:
        held = Held(key.name, now, seconds, clipboard.copy(secret, seconds))
    try:
        vault.mark_copied(key.id)
    except LockedError:
        clipboard.clear()  # locking cleared it, but maybe just before the secret was there
        raise
    except StorageError as error:
        return held, StorageError(f"{key.name} is copied, but that is not recorded.", error.message)
    except VaultError as error:
        return held, error
    return held, None


def copy_text(text: str, name: str, clipboard: Clipboard, seconds: int, now: datetime) -> Held:
    """Put a text on the clipboard that must leave it again, such as the recovery code.

    Raises:
        ClipboardError: No way to the clipboard works.
    """
    from vault.keys.secret import Secret

    with Secret(text) as secret:
        return Held(name, now, seconds, clipboard.copy(secret, seconds))


def way_taken(held: Held, told: set[str]) -> str:
    """Which way a copy went; all there is to know of a way once, then only the beginning.

    Args:
        held: What was copied.
        told: The ways that were told of; this one is added.
    """
    said = held.receipt.sentence
    if held.receipt.way in told:
        said = said.partition(";")[0]
    elif held.receipt.advice:
        said = f"{said}. Nothing arrived? {held.receipt.advice}"
    told.add(held.receipt.way)
    return f"{safe(held.name, _NAMED)}: {said[:1].lower()}{said[1:]}"
