"""The pasteboard of macOS: which types are set, in which order, and when it is emptied.

The marks are those of nspasteboard.org, which clipboard histories honour by leaving alone what
bears them. "This computer only" keeps the text from Handoff, which would show it on a phone.
"""

from __future__ import annotations

from typing import Protocol

from .order import FailedError

TEXT = "public.utf8-plain-text"
MARKS = ("org.nspasteboard.ConcealedType", "org.nspasteboard.TransientType")


class PasteboardCalls(Protocol):
    """What is asked of NSPasteboard."""

    def prepare(self, *, this_computer_only: bool) -> int:
        """Empty it for new contents; the change count, which is theirs until the next change."""

    def set(self, kind: str, data: bytes) -> bool:
        """Add data of a type to those contents; whether they were still ours to add to."""

    def number(self) -> int:
        """The change count."""


class MacBoard:
    """The general pasteboard; see `native.Board`.

    It is never read: macOS may ask the user before a program reads what lies there. That the
    count is the one `prepare` gave tells that the contents are ours.
    """

    def __init__(self, calls: PasteboardCalls) -> None:
        self._calls = calls

    def put(self, secret: bytes) -> int:
        """See `native.Board.put`.

        Raises:
            FailedError: It was not taken, and nothing of it is left there.
        """
        number = self._calls.prepare(this_computer_only=True)
        # The marks first: a history may look at any moment, and must not see the text without.
        for kind, data in (*((mark, b"1") for mark in MARKS), (TEXT, secret)):
            if not self._calls.set(kind, data):
                self.clear(number)
                raise FailedError("macOS did not take the text")
        return number

    def number(self) -> int:
        """See `native.Board.number`."""
        return self._calls.number()

    def clear(self, number: int) -> None:
        """See `native.Board.clear`."""
        if self._calls.number() == number:
            self._calls.prepare(this_computer_only=False)  # the next text is not ours to keep here
