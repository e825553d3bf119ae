"""A secret set through the operating system, which numbers every change: cleared if unchanged.

macOS and Windows keep what is copied themselves, so no tool has to run meanwhile. They also know
marks by which clipboard histories and other devices leave a text alone; pyperclip sets none.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Protocol

from .order import FailedError


class Board(Protocol):
    """The clipboard of an operating system."""

    def put(self, secret: bytes) -> int:
        """Replace what it holds by this text, marked as one that nobody is to keep.

        Args:
            secret: UTF-8.

        Returns:
            The number of this change.

        Raises:
            FailedError: It was not taken, and nothing of it is left there.
        """

    def number(self) -> int:
        """The number of the last change, whoever made it."""

    def clear(self, number: int) -> None:
        """Empty it, if this is still the number of the last change."""


def system_board(patience: float) -> Board:
    """The clipboard of this operating system.

    Args:
        patience: Most seconds to wait for a program that keeps the clipboard to itself.

    Raises:
        FailedError: It has none of this kind, or its libraries cannot be loaded.
    """
    try:
        return _load(patience)
    except (OSError, AttributeError):
        raise FailedError("the system's own clipboard cannot be reached") from None


class Native:
    """The secret on that clipboard, once `place` is done.

    Attributes:
        name: What the user calls the clipboard.
        watch: Always None: no tool runs meanwhile.
        polled: Always True: whether the secret is lost has to be asked.
    """

    name = "Windows" if sys.platform == "win32" else "macOS"
    watch: int | None = None
    polled = True

    def __init__(self, patience: float, load: Callable[[float], Board] = system_board) -> None:
        """Touches nothing yet.

        Args:
            patience: Most seconds to wait for a program that keeps the clipboard to itself.
            load: Gives the clipboard.
        """
        self._patience = patience
        self._load = load
        self._board: Board | None = None
        self._number = 0

    def place(self, secret: bytes) -> bool:
        """Put the secret there.

        Returns:
            Whether it is still there a moment later.

        Raises:
            FailedError: It was not taken.
        """
        board = self._load(self._patience)
        self._number = board.put(secret)
        self._board = board
        return not self.lost()

    def lost(self) -> bool:
        """Whether somebody has changed the clipboard since."""
        return self._board is None or self._board.number() != self._number

    def end(self) -> None:
        """Clear, if the secret is still there."""
        if self._board is not None:
            self._board.clear(self._number)


if sys.platform == "darwin":

    def _load(_patience: float) -> Board:
        from .appkit import AppKit
        from .macos import MacBoard

        return MacBoard(AppKit())

elif sys.platform == "win32":

    def _load(patience: float) -> Board:
        from .user32 import User32
        from .windows import WindowsBoard

        return WindowsBoard(User32(), patience)

else:

    def _load(_patience: float) -> Board:
        raise FailedError("this system has no clipboard of its own")
