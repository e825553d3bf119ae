"""The clipboard of Windows: which formats are set, in which order, and when it is emptied.

One program at a time may open it; while it is open nobody else can change it, so that looking and
clearing are one step. The marks keep the text out of the history (Win+V), off the user's other
devices, and away from programs that watch the clipboard. Reference: "Clipboard Formats", section
"Cloud Clipboard and Clipboard History Formats", in the documentation of the Windows API.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Protocol

from .order import FailedError, same

TEXT = 13  # CF_UNICODETEXT: UTF-16 in this machine's order, which is little-endian; ends with NUL
MARKS = (
    "ExcludeClipboardContentFromMonitorProcessing",  # any content
    "CanIncludeInClipboardHistory",  # a DWORD: 0 is no
    "CanUploadToCloudClipboard",  # likewise
)
NO = bytes(4)

_PAUSE = 0.02  # seconds between two tries to open it


class ClipboardCalls(Protocol):
    """What is asked of user32 and kernel32."""

    def open(self) -> bool:
        """OpenClipboard; False while another program has it open."""

    def close(self) -> None:
        """CloseClipboard."""

    def empty(self) -> bool:
        """EmptyClipboard; it must be open."""

    def register(self, name: str) -> int:
        """RegisterClipboardFormat; 0 if that fails."""

    def set(self, kind: int, data: bytes) -> bool:
        """SetClipboardData; it must be open, and emptied by this program."""

    def get(self, kind: int) -> bytes:
        """GetClipboardData, maybe with more bytes behind; it must be open. Nothing if none."""

    def number(self) -> int:
        """GetClipboardSequenceNumber; it need not be open."""


class WindowsBoard:
    """The clipboard of this window station; see `native.Board`."""

    def __init__(
        self,
        calls: ClipboardCalls,
        patience: float,
        *,
        pause: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Touches nothing yet.

        Args:
            calls: The system.
            patience: Most seconds to wait until another program closes it.
            pause: Waits for so many seconds.
            monotonic: The clock of that patience.
        """
        self._calls = calls
        self._patience = patience
        self._pause = pause
        self._monotonic = monotonic

    def put(self, secret: bytes) -> int:
        """See `native.Board.put`.

        Raises:
            FailedError: It was not taken, and nothing of it is left there.
        """
        text = secret.decode().encode("utf-16-le") + bytes(2)
        with self._opened():
            if not self._calls.empty():
                raise FailedError("Windows did not empty the clipboard")
            if not all(self._calls.set(kind, data) for kind, data in self._contents(text)):
                self._calls.empty()
                raise FailedError("Windows did not take the text")
        # Closing it adds the formats that Windows derives, and may count as a change.
        with self._opened():
            number, seen = self._calls.number(), self._calls.get(TEXT)
        if not same(seen[: len(text)], text):
            raise FailedError("another program replaced the text at once")
        return number

    def number(self) -> int:
        """See `native.Board.number`."""
        return self._calls.number()

    def clear(self, number: int) -> None:
        """See `native.Board.clear`. One that another program never closes is left alone."""
        if self._calls.number() != number:
            return
        with suppress(FailedError), self._opened():
            if self._calls.number() == number:
                self._calls.empty()

    def _contents(self, text: bytes) -> Iterator[tuple[int, bytes]]:
        for mark in MARKS:
            yield self._calls.register(mark), NO
        yield TEXT, text

    @contextmanager
    def _opened(self) -> Iterator[None]:
        deadline = self._monotonic() + self._patience
        while not self._calls.open():
            if self._monotonic() >= deadline:
                raise FailedError("another program keeps the Windows clipboard open")
            self._pause(_PAUSE)
        try:
            yield
        finally:
            self._calls.close()
