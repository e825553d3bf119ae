"""The life of the guard: read the order, place the secret, answer, wait, clear."""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import time
from contextlib import suppress
from threading import Event, Thread
from types import FrameType
from typing import NoReturn

from .native import Native
from .order import FailedError, Order, Reply, TooSlowError, at_most
from .owner import Owner
from .shared import Shared

Holder = Owner | Native | Shared
"""What can hold the secret: one way to the clipboard."""

_POLL = 0.5  # seconds between two looks at a clipboard that has to be asked

_ENDING = [
    getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGINT") if hasattr(signal, name)
]


class EndedError(BaseException):
    """A signal asks the guard to end; not an `Exception`, so that nothing takes it for a fault."""


def main() -> None:
    """Do what stdin says, and stay until it is over."""
    _keep_apart()
    replies = _take_stdout()
    order, secret = _read_order()
    if sys.platform != "win32" and not order["held"] and os.fork():
        os._exit(0)  # the caller need not wait for the one that stays
    holder: Holder | None = None
    try:
        for number in _ENDING:
            signal.signal(number, _raise_ended)
        holder, reply = _place(order, secret)
        os.write(replies, json.dumps(reply).encode() + b"\n")
        os.close(replies)
        if holder is not None:
            _wait(holder, order["seconds"], held=order["held"])
    except EndedError:
        pass
    finally:
        for number in _ENDING:  # not ignored: what is ignored stays so in tools started now
            signal.signal(number, _go_on)
        if holder is not None:
            holder.end()
        if sys.platform != "win32":  # pyperclip leaves its tools behind, even hanging ones
            os.killpg(0, signal.SIGTERM)


def _keep_apart() -> None:
    """Leave the terminal's session; on Linux also let no other program look in, or dump a core."""
    if sys.platform != "win32":
        with suppress(PermissionError):  # it leads one already
            os.setsid()
    if sys.platform == "linux":
        import ctypes  # Linux only

        ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)  # PR_SET_DUMPABLE


def _take_stdout() -> int:
    """Keep stdout for the reply alone: no child of ours, or of pyperclip's, inherits it."""
    replies = os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    os.close(nothing)
    return replies


def _read_order() -> tuple[Order, bytes]:
    data = b""
    while b"\n" not in data:
        data += _some()
    line, _, secret = data.partition(b"\n")
    order: Order = json.loads(line)
    while len(secret) < order["length"]:
        secret += _some()
    return order, secret


def _some() -> bytes:
    part = os.read(0, 65536)
    if not part:
        raise SystemExit(1)  # the caller is gone
    return part


def _place(order: Order, secret: bytes) -> tuple[Holder | None, Reply]:
    """The first way that works, and what to tell of it."""
    patience = order["patience"]
    ways: list[Holder] = [Owner(tool, patience) for tool in order["tools"]]
    if order["native"]:
        ways.append(Native(patience))
    if order["pyperclip"] is not None:
        ways.append(Shared(order["pyperclip"], patience))
    failures: list[str] = []
    for way in ways:
        try:
            with at_most(2 * patience + 1):
                confirmed = way.place(secret)
        except FailedError as error:
            failures.append(str(error))
        except TooSlowError:
            failures.append(f"{way.name} did not answer")
        except EndedError:
            way.end()
            raise
        else:
            return way, {"way": way.name, "confirmed": confirmed, "failures": failures}
        way.end()
    return None, {"way": "", "confirmed": False, "failures": failures}


def _wait(holder: Holder, seconds: float, *, held: bool) -> None:
    """Until the time is over, the caller is gone, or the clipboard holds something else."""
    deadline = time.monotonic() + seconds
    watched = [0] if held else []
    ended_of = EndWithoutSelect(watched).ended if sys.platform == "win32" else _ended
    while (rest := deadline - time.monotonic()) > 0:
        tools = [] if holder.watch is None else [holder.watch]
        ended = ended_of(watched + tools, min(rest, _POLL) if holder.polled else rest)
        if 0 in ended or ((ended or holder.polled) and holder.lost()):
            return


def _ended(watched: list[int], seconds: float) -> list[int]:
    """Those of the pipes that end in so many seconds."""
    return select.select(watched, [], [], seconds)[0]


class EndWithoutSelect:
    """Does what `_ended` does, for Windows, whose `select` takes no pipes; for one at most."""

    def __init__(self, watched: list[int]) -> None:
        self._over = Event()
        for pipe in watched:
            Thread(target=self._read, args=(pipe,), daemon=True).start()

    def ended(self, watched: list[int], seconds: float) -> list[int]:
        """The pipe, if it ends in so many seconds."""
        return watched if self._over.wait(seconds) else []

    def _read(self, pipe: int) -> None:
        with suppress(OSError):
            os.read(pipe, 1)
        self._over.set()


def _go_on(_number: int, _frame: FrameType | None) -> None:
    """Nothing: it is ending already."""


def _raise_ended(_number: int, _frame: FrameType | None) -> NoReturn:
    raise EndedError
