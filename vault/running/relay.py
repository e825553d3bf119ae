"""Passing a child's output on unchanged while somebody looks at it, on POSIX.

Where keyfob writes to a terminal the child does too: a pseudo-terminal of the same size, so that
it keeps its colours and progress bars. Elsewhere it is a pipe. Its input is not touched.

All streams are passed on by one thread, which waits for none of them alone: a reader who is slow
holds up the stream it reads, and no other.
"""

from __future__ import annotations

import os
import select
import sys

TYPE_CHECKING = False  # `typing` takes longer to load than all of this
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

if sys.platform == "win32":
    raise ImportError("select takes no pipes on Windows; see vault.running.windows")

_CHUNK = 65536
_GRACE = 1.0
"""Seconds without output to wait for after the child's end: what it left running may keep the
stream."""

_LEFT = 1024 * 1024
"""Most bytes to take then: more than a pipe holds, which is what the child may have left."""


class Relay:
    """One stream of a child on its way to one of keyfob's own.

    Attributes:
        target: keyfob's own stream: 1 or 2.
        child_end: What the child writes to; close it once the child has it.
        own_end: What is read here; None once nothing comes any more.
        waiting: What was read and not yet written.
        taken: How many bytes were read.
    """

    def __init__(self, target: int, look: Callable[[int, bytes], None]) -> None:
        """Open the two ends.

        Args:
            target: Where it goes.
            look: Gets every piece that passes.
        """
        self.target = target
        self._look = look
        self.own_end: int | None
        self.own_end, self.child_end = _open_terminal() if os.isatty(target) else os.pipe()
        self.waiting = memoryview(b"")
        self.taken = 0
        self.resize()

    def resize(self) -> None:
        """Give the child's terminal the size of the real one."""
        if self.own_end is None or not os.isatty(self.own_end):
            return
        import fcntl
        import termios

        try:
            size = fcntl.ioctl(self.target, termios.TIOCGWINSZ, bytes(8))  # four short numbers
            fcntl.ioctl(self.own_end, termios.TIOCSWINSZ, size)
        except OSError:
            pass

    def read(self) -> None:
        """Take what the child wrote; call it when there is something."""
        if self.own_end is None:
            return
        try:
            data = os.read(self.own_end, _CHUNK)
        except OSError:  # a pseudo-terminal says so that the other end was closed
            data = b""
        if not data:
            self.close()
            return
        self._look(self.target, data)
        self.waiting = memoryview(data)
        self.taken += len(data)

    def write(self) -> None:
        """Pass on what was read; call it when the target takes something."""
        try:  # no more than a pipe takes at once that takes anything
            self.waiting = self.waiting[os.write(self.target, self.waiting[: select.PIPE_BUF]) :]
        except BlockingIOError:  # who shares the stream made it so: nothing is lost for that
            pass
        except OSError:  # nobody reads keyfob's output any more: neither does it the child's
            self.close()

    def close(self) -> None:
        """Take nothing more."""
        self.waiting = memoryview(b"")
        if self.own_end is not None:
            os.close(self.own_end)
            self.own_end = None


def pass_on(relays: Sequence[Relay], woken: int, ended: Callable[[], bool]) -> None:
    """Pass everything on until the child has ended and what it left is taken, however slowly.

    Args:
        relays: The streams; they are closed afterwards.
        woken: A descriptor from which a byte comes whenever a signal does.
        ended: Answers whether the child has ended; asked after each signal.
    """
    over = ended()
    most = _LEFT + _taken(relays)
    while True:
        reading = [each.own_end for each in relays if each.own_end is not None and not each.waiting]
        writing = [each.target for each in relays if each.waiting]
        if over and not writing and (not reading or _taken(relays) > most):
            break
        patience = _GRACE if over and not writing else None
        ready, free, _ = select.select([woken, *reading], writing, [], patience)
        if not ready and not free:
            break
        for relay in relays:
            if relay.waiting and relay.target in free:
                relay.write()
            elif relay.own_end in ready:
                relay.read()
        if woken in ready:
            os.read(woken, _CHUNK)
            if not over and ended():
                over = True
                most = _LEFT + _taken(relays)
    for relay in relays:
        relay.close()


def _taken(relays: Sequence[Relay]) -> int:
    return sum(relay.taken for relay in relays)


def write_all(target: int, data: bytes) -> None:
    """Write all of this, also to a stream that somebody made one that does not wait.

    Raises:
        OSError: Nobody reads it.
    """
    view = memoryview(data)
    while view:
        try:
            view = view[os.write(target, view) :]
        except BlockingIOError:
            select.select([], [target], [])


def _open_terminal() -> tuple[int, int]:
    """A pseudo-terminal that changes nothing: keyfob's end and the child's."""
    import tty

    own, child = os.openpty()
    tty.setraw(child)
    return own, child
