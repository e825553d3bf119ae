"""Running one child process in keyfob's place: its streams, signals and exit status are its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

from vault.errors import ValueRefusedError
from vault.running.relay import Relay
from vault.text import safe

_KILLED = 128
"""What a shell adds to the number of the signal that ended a program."""

_FORWARDED = ("SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGCONT")
_FROM_KEYBOARD = ("SIGINT", "SIGQUIT")

Handler = Callable[[int, FrameType | None], Any]


def run_child(
    command: Sequence[str],
    environ: Mapping[str, str],
    directory: Path,
    *,
    terminal: bool = True,
    look: Callable[[int, bytes], None] | None = None,
    started: Callable[[], None] | None = None,
) -> int:
    """Run a program to its end and answer its exit status, as a shell gives it.

    Args:
        command: Program and arguments.
        environ: Its whole environment.
        directory: Where it runs.
        terminal: Whether it may read from keyfob's input and belong to its terminal.
        look: Gets its output as it passes: the stream's number and some bytes. None: it writes to
            keyfob's own streams.
        started: Called once it runs.

    Raises:
        ValueRefusedError: There is no such program, or it cannot be started.
    """
    program = find_program(command[0], environ, directory)
    relays = [] if look is None else [Relay(target, look) for target in _targets()]
    with _own_signals(relays) as attend:
        child = _start([program, *command[1:]], environ, directory, relays, terminal=terminal)
        attend(child, alone=not terminal)
        for relay in relays:
            relay.start()
        if started is not None:
            started()
        status = child.wait()
        for relay in relays:
            relay.finish()
    return status if status >= 0 else _KILLED - status


def _targets() -> tuple[int, ...]:
    """The streams to relay to: one if both are the same, so that lines keep their order."""
    if sys.platform == "win32":  # which gives all pipes the same number
        return (1, 2)
    try:
        return (1,) if os.path.sameopenfile(1, 2) else (1, 2)
    except OSError:  # one of them is closed
        return (1, 2)


def find_program(name: str, environ: Mapping[str, str], directory: Path) -> str:
    """The program's file, found as a shell in that directory and environment would."""
    inside = any(mark in name for mark in (os.sep, os.altsep) if mark)
    found = shutil.which(directory / name if inside else name, path=environ.get("PATH"))
    if found is None:
        where = "" if inside else " on the PATH"
        raise ValueRefusedError(f"There is no program {safe(name, 80)!r}{where}.")
    return str(found)


def _start(
    command: Sequence[str],
    environ: Mapping[str, str],
    directory: Path,
    relays: Sequence[Relay],
    *,
    terminal: bool,
) -> subprocess.Popen[bytes]:
    ends: list[int] | list[None] = [relay.child_end for relay in relays] or [None, None]
    try:
        return subprocess.Popen(  # noqa: S603 - the user's own command, without a shell
            command,
            env=dict(environ),
            cwd=directory,
            stdin=None if terminal else subprocess.DEVNULL,
            stdout=ends[0],
            stderr=ends[-1],
            start_new_session=not terminal,
        )
    except OSError as error:
        raise ValueRefusedError(
            f"{safe(command[0], 200)} cannot be started: {error.strerror}."
        ) from None


@contextmanager
def _own_signals(relays: Sequence[Relay]) -> Iterator[Callable[..., None]]:
    """Let signals be the child's business: keyfob outlives it, to clean up after it.

    What the keyboard sends reaches the child by itself, as it belongs to the same terminal; what
    is sent to keyfob alone is passed on. A signal that keyfob ignores stays ignored in the child.
    """
    to = _Receiver()

    def resize(_: int, __: FrameType | None) -> None:
        for relay in relays:
            relay.resize()

    handlers: dict[str, Handler] = dict.fromkeys(_FORWARDED, to.forward)
    handlers.update(dict.fromkeys(_FROM_KEYBOARD, to.keyboard))
    handlers["SIGWINCH"] = resize
    former = _install(handlers)
    try:
        yield to.attend
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


class _Receiver:
    """Whoever gets the signals: the child, once it is there; what came before waits for it."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._alone = True
        self._early: list[int] = []

    def attend(self, child: subprocess.Popen[bytes], *, alone: bool) -> None:
        """Take this child; alone if no keyboard reaches it."""
        self._child, self._alone = child, alone
        for number in self._early:
            self.forward(number, None)

    def forward(self, number: int, _: FrameType | None) -> None:
        """Pass a signal on."""
        if self._child is None:
            self._early.append(number)
            return
        with suppress(OSError):
            self._child.send_signal(number)

    def keyboard(self, number: int, frame: FrameType | None) -> None:
        """Pass a signal on unless it came from the keyboard, and so reached the child as well."""
        if self._child is None or self._alone or not _has_terminal():
            self.forward(number, frame)


def _install(handlers: Mapping[str, Handler]) -> dict[int, Any]:
    former = {}
    for name, handler in handlers.items():
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            former[number] = signal.signal(number, handler)
    return former


def _has_terminal() -> bool:
    """Whether keyfob is in the foreground of a terminal, whose keyboard reaches the child too."""
    if sys.platform != "win32":
        with suppress(OSError):
            terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
            try:
                return os.tcgetpgrp(terminal) == os.getpgrp()
            finally:
                os.close(terminal)
        return False
    else:  # noqa: RET505 - so that the type check of each platform sees whose code it is
        return True
