"""A secret set through pyperclip, which sets a text and forgets it: cleared if unchanged."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import suppress

from .order import FailedError, TooSlowError, at_most, same

_UNSAFE = {
    "copy_klipper": "passes the secret as an argument, for every user to see",
    "copy_wl": "may leave a file behind; `Owner` has tried the same tool already",
}


class Shared:
    """Whatever pyperclip finds on this system, and the secret it set.

    Attributes:
        name: Always `pyperclip`.
        watch: Always None: no tool runs meanwhile.
        polled: Always False: asking takes a process, and disturbs some desktops.
    """

    name = "pyperclip"
    watch: int | None = None
    polled = False

    def __init__(self, directory: str, patience: float) -> None:
        self._directory = directory
        self._patience = patience
        self._copy: Callable[[str], object] | None = None
        self._paste: Callable[[], object] | None = None
        self._secret = b""

    def place(self, secret: bytes) -> bool:
        """Set the text and read it back, since pyperclip does not check that it worked.

        Returns:
            True: it was seen there.

        Raises:
            FailedError: There is no way to the clipboard, it failed, or it is an unsafe one.
            TooSlowError: The clipboard did not answer.
        """
        if self._directory not in sys.path:
            sys.path.append(self._directory)
        try:
            import pyperclip  # imported in the one process that needs it

            copy, paste = pyperclip.determine_clipboard()
            if getattr(copy, "__name__", "") not in _UNSAFE:
                self._copy, self._paste, self._secret = copy, paste, secret
                copy(secret.decode())
            arrived = self._arrives()
        except TooSlowError:
            raise
        except Exception:  # noqa: BLE001 - it raises whatever its platform's way raises
            raise FailedError("pyperclip found no way") from None
        if not arrived:
            raise FailedError("pyperclip did not set the clipboard")
        return True

    def lost(self) -> bool:
        """Not known before the end."""
        return False

    def end(self) -> None:
        """Clear, if the secret is still there; a clipboard that does not answer is left alone."""
        with suppress(Exception), at_most(2 * self._patience):
            if self._copy is not None and self._unchanged():
                self._copy("")

    def _arrives(self) -> bool:
        """Whether the secret shows within a second: pyperclip does not wait for its tools."""
        deadline = time.monotonic() + min(self._patience, 1)
        while self._paste is not None:
            if self._unchanged():
                return True
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return False

    def _unchanged(self) -> bool:
        seen = self._paste() if self._paste is not None else None
        return isinstance(seen, str) and same(seen.encode(errors="replace"), self._secret)
