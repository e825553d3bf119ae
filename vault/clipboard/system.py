"""The clipboard of the user's desktop or terminal, for the app."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from threading import Lock, Timer

from vault.clipboard import terminal
from vault.clipboard.base import Receipt, check
from vault.clipboard.launch import Guard, start_guard
from vault.clipboard.ways import Ways, ways
from vault.errors import ClipboardError
from vault.keys.secret import Secret


class SystemClipboard:
    """Holds one secret at a time on the real clipboard, while this program lives.

    The secret leaves when its time is over, on `clear`, and when this program ends, however it
    ends (the guard process notices), in each case only if it is still there. What went through the
    terminal is the exception: it cannot be read back, so it is overwritten whatever the clipboard
    then holds, and not at all if this program is killed; the receipt says so.

    Calls may block for some seconds when the clipboard hangs: call it from a worker thread.
    Several threads may call it.
    """

    def __init__(
        self,
        write: Callable[[str], object] | None = None,
        environ: Mapping[str, str] | None = None,
        *,
        found: Ways | None = None,
    ) -> None:
        """Touches nothing yet.

        Args:
            write: Writes to the terminal, for OSC 52, from any thread. None: no OSC 52.
            environ: The environment; this process's own by default.
            found: The ways to try; those of `environ` by default.
        """
        self._write = write
        self._environ = os.environ if environ is None else environ
        self._found = found
        self._lock = Lock()
        self._guard: Guard | None = None
        self._timer: Timer | None = None

    def copy(self, secret: Secret, seconds: float) -> Receipt:
        """Put the secret there for so many seconds, in place of an earlier one.

        The earlier guard is ended first, so that its clock cannot clear the new secret. If the
        copy fails, nothing of keyfob's is left on the clipboard.

        Raises:
            ClipboardError: No way to the clipboard works; its hint names what to install.
            ValueRefusedError: The secret is empty, or the time is not in (0, `LONGEST`].
        """
        check(secret, seconds)
        with self._lock:
            self._clear()
            found = ways(self._environ) if self._found is None else self._found
            try:
                self._guard = start_guard(secret, seconds, found, self._environ, held=True)
            except ClipboardError as failed:
                if self._write is None:
                    raise
                return self._send(secret, seconds, self._write, failed)
            return self._guard.receipt

    def clear(self) -> None:
        """Take the secret away, if it is still there. Calling it again does nothing."""
        with self._lock:
            self._clear()

    @property
    def holds(self) -> bool:
        """Whether the last secret is, as far as can be known, still there."""
        guard = self._guard
        return self._timer is not None or (guard is not None and guard.holds)

    def _send(
        self,
        secret: Secret,
        seconds: float,
        write: Callable[[str], object],
        failed: ClipboardError,
    ) -> Receipt:
        ending = f"emptied after {seconds:g} s"
        try:
            receipt = terminal.send(secret, write, self._environ, ending)
        except OSError:
            raise failed from None
        timer = Timer(seconds, lambda: self._time_is_over(timer))
        timer.daemon = True
        self._timer = timer
        timer.start()
        return replace(receipt, advice=receipt.advice or failed.hint)

    def _time_is_over(self, timer: Timer) -> None:
        with self._lock:
            if self._timer is timer:
                self._clear()

    def _clear(self) -> None:
        if self._guard is not None:
            self._guard.end()
            self._guard = None
        if self._timer is not None and self._write is not None:
            self._timer.cancel()
            self._timer = None
            with suppress(OSError):
                self._write(terminal.CLEAR)
