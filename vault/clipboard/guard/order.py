"""What the guard is told and answers, and what can go wrong on the way."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn, TypedDict


class ToolOrder(TypedDict):
    """One tool to try: the fields of `vault.clipboard.ways.Tool`."""

    name: str
    command: list[str]
    reader: list[str] | None
    probe: list[str] | None
    environ: dict[str, str]
    leaves: list[str]


class Order(TypedDict):
    """What the guard is to do.

    Attributes:
        tools: Tools to try, in order.
        native: Whether to try the operating system's own clipboard after them.
        pyperclip: Directory that holds pyperclip, to be tried last, or None.
        seconds: How long the secret stays.
        held: Whether the end of stdin ends it too; if not, the guard leaves its parent at once.
        patience: Most seconds the clipboard may take to answer a question.
        length: Bytes of secret that follow.
    """

    tools: list[ToolOrder]
    native: bool
    pyperclip: str | None
    seconds: float
    held: bool
    patience: float
    length: int


class Reply(TypedDict):
    """What came of it.

    Attributes:
        way: Name of the way that worked, or empty.
        confirmed: Whether the clipboard was read back and held the secret.
        failures: A few words for each way that did not work.
    """

    way: str
    confirmed: bool
    failures: list[str]


class FailedError(Exception):
    """This way does not work here; the text says which and why."""


class TooSlowError(Exception):
    """Something outside did not answer in time."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Give up on what is inside after so many seconds, where the system can (not on Windows).

    Raises:
        TooSlowError: The time is over.
    """
    if sys.platform == "win32":
        yield
    else:
        signal.signal(signal.SIGALRM, _give_up)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)


def same(seen: bytes, secret: bytes) -> bool:
    """Whether two texts are equal, in a time that does not tell where they differ."""
    import hmac  # loads while the tool starts, instead of before it

    return hmac.compare_digest(seen, secret)


def _give_up(_number: int, _frame: FrameType | None) -> NoReturn:
    raise TooSlowError
