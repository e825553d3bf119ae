"""A secret set through pyperclip, which sets a text and forgets it: cleared if unchanged."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress

from .order import FailedError, TooSlowError, at_most, same


class Shared:
    """Whatever pyperclip finds on this system, and the secret it set.

    Attributes:
        name: Always `pyperclip`.
        watch: Always None: no tool runs meanwhile.
    """

    name = "pyperclip"
    watch: int | None = None

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
            import pyperclip  # noqa: PLC0415 - imported in the one process that needs it

            copy, paste = pyperclip.determine_clipboard()
            if "klipper" not in getattr(copy, "__name__", ""):  # it takes the secret in argv
                self._copy, self._paste, self._secret = copy, paste, secret
                copy(secret.decode())
            unchanged = self._unchanged()
        except TooSlowError:
            raise
        except Exception:  # noqa: BLE001 - it raises whatever its platform's way raises
            raise FailedError("pyperclip found no way") from None
        if not unchanged:
            raise FailedError("pyperclip did not set the clipboard")
        return True

    def lost(self) -> bool:
        """Not known before the end."""
        return False

    def end(self) -> None:
        """Clear, if the secret is still there; a clipboard that does not answer is left alone."""
        with suppress(Exception), at_most(self._patience):
            if self._copy is not None and self._unchanged():
                self._copy("")

    def _unchanged(self) -> bool:
        seen = self._paste() if self._paste is not None else None
        return isinstance(seen, str) and same(seen.encode(errors="replace"), self._secret)
