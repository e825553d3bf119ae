"""Running one child process on Windows, where a thread must wait for each of its streams.

Nobody has run this on Windows yet. There is nothing in it that only Windows has, so it is tested
elsewhere.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import IO, TypeVar

_CHUNK = 65536
_GRACE = 1.0
"""Seconds without output to wait for after the child's end: what it left running may keep the
stream."""

_LEFT = 1024 * 1024
"""Most bytes to pass on then: more than a pipe holds, which is what the child may have left."""

Text = TypeVar("Text", str, bytes)
Look = Callable[[int, bytes], None]


def run_child(
    command: Sequence[Text],
    environ: Mapping[Text, Text],
    *,
    terminal: bool,
    look: Look | None,
    started: Callable[[], object] | None,
) -> int:
    """See `vault.running.child.run_child`.

    Raises:
        OSError: It cannot be started.
    """
    pipe = None if look is None else subprocess.PIPE
    with _keyboard_left_to_the_child():
        child = subprocess.Popen(  # noqa: S603 - the user's own command, without a shell
            command,
            env={os.fsdecode(name): os.fsdecode(value) for name, value in environ.items()},
            stdin=None if terminal else subprocess.DEVNULL,
            stdout=pipe,
            stderr=pipe,
            close_fds=False,
        )
        streams = [(1, child.stdout), (2, child.stderr)]
        relays = [Relay(target, source, look) for target, source in streams if source and look]
        if started is not None:
            started()
        status = child.wait()
        for relay in relays:
            relay.finish()
    return status


class Relay:
    """One stream of a child on its way to one of keyfob's own, passed on by a thread."""

    def __init__(self, target: int, source: IO[bytes], look: Look) -> None:
        """Pass on from now.

        Args:
            target: keyfob's own stream: 1 or 2.
            source: Where the child's bytes come from.
            look: Gets every piece that passes.
        """
        self._target = target
        self._source = source
        self._look = look
        self._passed = 0
        self._writing = False
        self._thread = threading.Thread(target=self._pass, daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Pass on what is left after the child's end, however slowly it is taken."""
        before, most = -1, self._passed + _LEFT
        while self._thread.is_alive() and (self._writing or before < self._passed <= most):
            before = self._passed
            self._thread.join(_GRACE)

    def _pass(self) -> None:
        # An error: nobody reads keyfob's output any more, so neither does it the child's.
        with suppress(OSError), self._source:
            while data := os.read(self._source.fileno(), _CHUNK):
                self._writing = True
                self._look(self._target, data)
                view = memoryview(data)
                while view:
                    view = view[os.write(self._target, view) :]
                self._passed += len(data)
                self._writing = False


@contextmanager
def _keyboard_left_to_the_child() -> Iterator[None]:
    """Ctrl+c reaches every program of a console: the child decides, and keyfob outlives it."""
    former = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)
