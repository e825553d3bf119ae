"""A secret owned by a tool that runs in the foreground: ending the tool clears.

It clears only what is still its own: when somebody else copies, the tool loses the clipboard and
ends by itself. No race, no comparing, no look at what others copied.
"""

from __future__ import annotations

import os
import select
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from .order import FailedError, ToolOrder, same

if TYPE_CHECKING:
    from pathlib import Path

_SETTLE = 0.1  # seconds a tool that cannot be asked must live to count as started
_TAKEOVER = 1.0  # seconds within which a clipboard manager takes over what is copied
_GRACE = 0.5  # seconds between asking a tool to end and making it


class Owner:
    """One tool, and the secret it owns once `place` is done.

    Attributes:
        name: What the user calls the tool.
        watch: A descriptor that ends when the tool does; None when there is no tool to watch.
        polled: Always False: `watch` tells.
    """

    polled = False

    def __init__(self, tool: ToolOrder, patience: float) -> None:
        self.name = tool["name"]
        self.watch: int | None = None
        self._tool = tool
        self._patience = patience
        self._environ = {**os.environ, **tool["environ"]}
        self._child: subprocess.Popen[bytes] | None = None
        self._secret = b""
        self._placed = 0.0
        self._taken_over = False

    def place(self, secret: bytes) -> bool:
        """Put the secret there.

        Returns:
            Whether it was seen there. False means that the tool lives but nobody could be asked.

        Raises:
            FailedError: The tool cannot be started, ends at once, or sets something else.
        """
        self._secret = secret
        self._placed = time.monotonic()
        self._start(secret)
        if self._tool["reader"] is None:
            if self._ends_within(_SETTLE):
                raise FailedError(f"{self.name} stopped at once")
            return False
        deadline = self._placed + self._patience
        pause = 0.004
        answered = False
        while True:
            # Asked before the tool is ready, the question goes to the owner before it, who may
            # never answer: so it is asked again.
            seen = self._read(min(deadline - time.monotonic(), self._patience / 5))
            if seen is not None and same(seen, secret):
                return True
            answered = answered or seen is not None
            if self._ends_within(pause):
                raise FailedError(f"{self.name} stopped at once")
            if time.monotonic() >= deadline:
                if answered:
                    raise FailedError(f"{self.name} did not set the clipboard")
                return False
            pause = min(2 * pause, 0.1)

    def lost(self) -> bool:
        """Once the tool has ended by itself: whether the secret is gone from the clipboard too.

        It is not where a clipboard manager takes over whatever is copied, as soon as it is. Then
        there is no tool to end any more, and `end` replaces the content if it is still the secret.
        Later it is the user who copied the same secret again, which is another guard's business.
        """
        self._stop()
        if time.monotonic() > self._placed + _TAKEOVER:
            return True
        self._taken_over = self._shows_secret()
        return not self._taken_over

    def end(self) -> None:
        """Clear, if the secret is still there."""
        if self.watch is not None:
            self._stop()
        elif self._taken_over and self._shows_secret():
            with suppress(FailedError):
                self._start(b"")
                self._ends_within(_SETTLE)
            self._stop()

    def _shows_secret(self) -> bool:
        seen = self._read(self._patience)
        return seen is not None and same(seen, self._secret)

    def _start(self, content: bytes) -> None:
        self.watch, other_end = os.pipe()
        try:
            self._child = subprocess.Popen(  # noqa: S603 - a tool of `ways`: no user's text in it
                self._tool["command"],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=self._environ,
                bufsize=0,
                pass_fds=(other_end,),
                preexec_fn=_end_with_parent(),  # noqa: PLW1509 - this process has one thread
            )
        except OSError:
            raise FailedError(f"{self.name} cannot be started") from None
        finally:
            os.close(other_end)
        stdin = self._child.stdin
        rest = memoryview(content)
        with suppress(OSError):  # that a tool has ended is noticed by its end
            while stdin is not None and rest:
                rest = rest[stdin.write(rest) or 0 :]
        if stdin is not None:
            stdin.close()

    def _read(self, seconds: float) -> bytes | None:
        """The clipboard's content: empty if there is none, None if it does not answer in time."""
        reader = self._tool["reader"]
        if reader is None or seconds <= 0:
            return None
        try:
            done = subprocess.run(  # noqa: S603 - as above
                reader,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=self._environ,
                timeout=seconds,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout

    def _ends_within(self, seconds: float) -> bool:
        return self.watch is None or bool(select.select([self.watch], [], [], seconds)[0])

    def _stop(self) -> None:
        if self._child is not None:
            self._child.terminate()
            try:
                self._child.wait(_GRACE)
            except subprocess.TimeoutExpired:
                self._child.kill()
                self._child.wait()
        if self.watch is not None:
            os.close(self.watch)
            self.watch = None
        self._sweep()

    def _sweep(self) -> None:
        """Remove the files the tool left behind that hold the secret."""
        from pathlib import Path  # not before the tool is up

        for pattern in self._tool["leaves"]:
            for path in Path("/").glob(pattern.removeprefix("/")):
                with suppress(OSError):
                    if _ours(path) and same(path.read_bytes(), self._secret):
                        path.unlink()
                        path.parent.rmdir()


def _ours(path: Path) -> bool:
    """Whether this is a plain file of this user: others may put anything into /tmp."""
    found = path.lstat()
    if sys.platform == "win32":
        return False
    else:  # noqa: RET505 - spelled out for the type checker of either platform
        return stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid()


def _end_with_parent() -> Callable[[], None] | None:
    """On Linux: have the kernel end the tool when the guard is killed with -9."""
    if sys.platform == "linux":
        import ctypes  # Linux only

        prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

        def in_child() -> None:
            prctl(1, signal.SIGTERM, 0, 0, 0)  # PR_SET_PDEATHSIG
            if os.getppid() != parent:
                os._exit(1)  # the guard ended before the kernel knew

        return in_child
    else:  # noqa: RET505 - spelled out for the type checker of either platform
        return None
