"""Passing a child's output on unchanged while somebody looks at it.

Where keyfob writes to a terminal the child does too: a pseudo-terminal of the same size, so that
it keeps its colours and progress bars. Elsewhere it is a pipe. Its input is not touched.
"""

from __future__ import annotations

import os
import select
import struct
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

_CHUNK = 65536
_GRACE = 1.0
"""Seconds without output to wait for after the child's end: what it left running may keep the
stream."""

_LEFT = 1024 * 1024
"""Most bytes to pass on then: more than a pipe holds, which is what the child may have left."""


@dataclass
class Relay:
    """One stream of a child on its way to one of keyfob's own.

    Attributes:
        target: keyfob's own stream: 1 or 2.
        look: Gets every piece that passes.
        child_end: What the child writes to.
    """

    target: int
    look: Callable[[int, bytes], None]
    child_end: int = field(init=False)
    _passed: int = field(init=False, default=0)
    _writing: bool = field(init=False, default=False)
    _own_end: int = field(init=False)
    _thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        """Open the two ends."""
        terminal = sys.platform != "win32" and os.isatty(self.target)
        self._own_end, self.child_end = _open_terminal() if terminal else os.pipe()
        self._thread = threading.Thread(target=self._pass, daemon=True)
        self.resize()

    def start(self) -> None:
        """Pass on from now; the child has its end by now, so this process gives that up."""
        os.close(self.child_end)
        self._thread.start()

    def resize(self) -> None:
        """Give the child's terminal the size of the real one."""
        if sys.platform != "win32" and os.isatty(self._own_end):
            import fcntl
            import termios

            with suppress(OSError):
                size = fcntl.ioctl(self.target, termios.TIOCGWINSZ, bytes(struct.calcsize("4H")))
                fcntl.ioctl(self._own_end, termios.TIOCSWINSZ, size)

    def finish(self) -> None:
        """Pass on what is left after the child's end, however slowly it is taken."""
        before, most = -1, self._passed + _LEFT
        while self._thread.is_alive() and (self._writing or before < self._passed <= most):
            before = self._passed
            self._thread.join(_GRACE)

    def _pass(self) -> None:
        try:
            while data := self._read():
                self._writing = True
                self.look(self.target, data)
                _write_all(self.target, data)
                self._passed += len(data)
                self._writing = False
        except OSError:  # nobody reads keyfob's output any more: neither does it the child's
            pass
        finally:
            os.close(self._own_end)

    def _read(self) -> bytes:
        try:
            return os.read(self._own_end, _CHUNK)
        except OSError:  # a pseudo-terminal says so that the other end was closed
            return b""


def _open_terminal() -> tuple[int, int]:
    """A pseudo-terminal that changes nothing: keyfob's end and the child's."""
    if sys.platform != "win32":
        import tty

        own, child = os.openpty()
        tty.setraw(child)
        return own, child
    else:  # noqa: RET505 - so that the other platform's type check sees which code is whose
        raise OSError("there are no pseudo-terminals here")


def _write_all(target: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        try:
            view = view[os.write(target, view) :]
        except BlockingIOError:  # who shares the stream made it so: nothing is lost for that
            select.select([], [target], [])
