"""What the front ends know of a clipboard: copy, clear, whether it still holds, and a receipt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from vault.errors import ValueRefusedError
from vault.keys.secret import Secret

LONGEST = 24 * 3600.0
"""The most seconds a secret may stay on the clipboard."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one copy, for the message that tells the user.

    Attributes:
        way: `xclip`, `xsel`, `wl-copy`, `macOS`, `Windows`, `pyperclip`, `terminal (OSC 52)` or
            `memory`.
        confirmed: Whether the clipboard was asked afterwards and held the secret.
        clears_itself: Whether the secret leaves after the time without another call.
        sentence: What happened, for people, without a full stop.
        advice: What would make a better way work here, or "".
    """

    way: str
    confirmed: bool
    clears_itself: bool
    sentence: str
    advice: str = ""


class Clipboard(Protocol):
    """A place that shows one secret at a time to other programs, for a limited time."""

    def copy(self, secret: Secret, seconds: float) -> Receipt:
        """Put the secret there for so many seconds, in place of an earlier one.

        Raises:
            ClipboardError: No way to the clipboard works; its hint names what to install.
            ValueRefusedError: The secret is empty, or the time is not in (0, `LONGEST`].
        """

    def clear(self) -> None:
        """Take the secret away, if it is still there. Calling it again does nothing."""

    @property
    def holds(self) -> bool:
        """Whether the last secret is, as far as can be known, still there."""


def check(secret: Secret, seconds: float) -> None:
    """Refuse what no clipboard can hold.

    Raises:
        ValueRefusedError: The secret is empty, or the time is not in (0, `LONGEST`].
    """
    if not secret:
        raise ValueRefusedError("There is nothing to copy: the secret is empty.")
    if not 0 < seconds <= LONGEST:
        raise ValueRefusedError(
            f"A secret cannot stay on the clipboard for {seconds:g} seconds.",
            "Choose between one second and one day.",
        )
