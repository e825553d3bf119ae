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
_TICK = 0.02  # seconds by which the date of a file may lag behind the clock
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
        self._began, self._ready = 0.0, float("inf")  # by the clock that dates files
        self._taken_over = False

    def place(self, secret: bytes) -> bool:
        """Put the secret there.

        Returns:
            Whether it was seen there. False means that the tool lives but nobody could be asked.

        Raises:
            FailedError: The tool cannot be started, lacks an option, ends at once, or sets
                something else.
        """
        if not self._knows_its_options():
            raise FailedError(f"{self.name} stopped at once")
        self._secret = secret
        self._placed, self._began = time.monotonic(), time.time()
        self._start(secret)
        seen = self._seen(secret)
        self._ready = time.time()
        return seen

    def _seen(self, secret: bytes) -> bool:
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
            if seen is not None and same(seen, secret) and not self._ends_within(0):
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

    def _knows_its_options(self) -> bool:
        """Asked first: that it stops at once goes unseen where another holds the same secret."""
        probe = self._tool["probe"]
        if probe is None:
            return True
        done = self._run(probe, self._patience)
        return done is not None and done.returncode == 0

    def _read(self, seconds: float) -> bytes | None:
        """The clipboard's content: empty if there is none, None if it does not answer in time."""
        reader = self._tool["reader"]
        if reader is None or seconds <= 0:
            return None
        done = self._run(reader, seconds)
        return None if done is None else done.stdout

    def _run(self, command: list[str], seconds: float) -> subprocess.CompletedProcess[bytes] | None:
        """What came of a command; None if it cannot be started or takes longer."""
        try:
            return subprocess.run(  # noqa: S603 - as above
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=self._environ,
                timeout=seconds,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None

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
        """Remove the files the tool left behind that hold the secret.

        Not those of another guard with the same secret: its tool wrote them at another time.
        """
        from pathlib import Path  # not before the tool is up

        for pattern in self._tool["leaves"]:
            for path in Path("/").glob(pattern.removeprefix("/")):
                with suppress(OSError):
                    if self._wrote(path) and same(path.read_bytes(), self._secret):
                        path.unlink()
                        path.parent.rmdir()

    def _wrote(self, path: Path) -> bool:
        """Whether this is a plain file of this user, from when the tool was started."""
        found = path.lstat()  # others may put anything into /tmp
        if sys.platform == "win32":
            return False
        else:  # noqa: RET505 - spelled out for the type checker of either platform
            ours = stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid()
            return ours and self._began - _TICK <= found.st_mtime <= self._ready


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
