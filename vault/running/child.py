"""Running one child process in keyfob's place: its streams, signals and exit status are its own.

This stands in front of every client, so it is made of what the interpreter brings along: to load
`subprocess`, `threading` or even `signal`, which makes enumerations, takes longer than all it does.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # `typing` is one of those
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path
    from typing import Any, TypeVar

    from vault.errors import ValueRefusedError

    Look = Callable[[int, bytes], None]
    Text = TypeVar("Text", str, bytes)

KILLED = 128
"""What a shell adds to the number of the signal that ended a program."""

_FORWARDED = ("SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGCONT")
_FROM_KEYBOARD = ("SIGINT", "SIGQUIT")
_IGNORED_BY_PYTHON = ("SIGPIPE", "SIGXFSZ")


def find_program(name: str, environ: Mapping[str, str], directory: Path) -> str:
    """The program's file, found as a shell in that directory and environment would.

    Raises:
        ValueRefusedError: There is none.
    """
    import shutil

    from vault.errors import ValueRefusedError
    from vault.text import safe

    inside = any(mark in name for mark in (os.sep, os.altsep) if mark)
    found = shutil.which(directory / name if inside else name, path=environ.get("PATH"))
    if found is None:
        where = "" if inside else " on the PATH"
        raise ValueRefusedError(f"There is no program {safe(name, 80)!r}{where}.")
    return str(found)


def not_started(program: str, error: OSError) -> ValueRefusedError:
    """What to raise where `run_child` raises this."""
    from vault.errors import ValueRefusedError
    from vault.text import safe

    return ValueRefusedError(f"{safe(program, 200)} cannot be started: {error.strerror}.")


def run_child(
    command: Sequence[Text],
    environ: Mapping[Text, Text],
    *,
    terminal: bool = True,
    look: Look | None = None,
    started: Callable[[], object] | None = None,
) -> int:
    """Run a program here to its end and answer its exit status, as a shell gives it.

    Args:
        command: The program's file, and its arguments.
        environ: Its whole environment.
        terminal: Whether it may read from keyfob's input and belong to its terminal.
        look: Gets its output as it passes: the stream's number and some bytes. None: it writes to
            keyfob's own streams.
        started: Called once it runs.

    Raises:
        OSError: It cannot be started.
    """
    if sys.platform == "win32":
        from vault.running.windows import run_child as run
    else:
        run = _run
    status: int = run(command, environ, terminal=terminal, look=look, started=started)
    return status if status >= 0 else KILLED - status


if sys.platform != "win32":
    import _signal  # type: ignore[import-not-found]  # what `signal` is made of; it has no stub

    from vault.process import keep_streams
    from vault.running.relay import Relay, pass_on

    def _run(
        command: Sequence[Text],
        environ: Mapping[Text, Text],
        *,
        terminal: bool,
        look: Look | None,
        started: Callable[[], object] | None,
    ) -> int:
        keep_streams()
        relays = [] if look is None else [Relay(target, look) for target in _targets()]
        signals = _Signals(relays)
        try:
            try:
                child = _start(command, environ, relays, terminal=terminal)
            finally:
                for relay in relays:
                    os.close(relay.child_end)
            signals.attend(child, alone=not terminal)
            if started is not None:
                started()
            pass_on(relays, signals.woken, signals.ended)
        finally:
            for relay in relays:
                relay.close()
            signals.close()
        return signals.status

    def _targets() -> tuple[int, ...]:
        """The streams to relay to: one if both are the same, so that lines keep their order."""
        return (1,) if os.path.sameopenfile(1, 2) else (1, 2)

    def _start(
        command: Sequence[Text],
        environ: Mapping[Text, Text],
        relays: Sequence[Relay],
        *,
        terminal: bool,
    ) -> int:
        """Start the program where this process is; answers its id."""
        actions: list[Any] = []
        if not terminal:
            actions.append((os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0))
        if relays:
            actions.append((os.POSIX_SPAWN_DUP2, relays[0].child_end, 1))
            actions.append((os.POSIX_SPAWN_DUP2, relays[-1].child_end, 2))
        return os.posix_spawn(
            command[0],
            tuple(command),
            environ,
            file_actions=actions,
            setsid=not terminal,
            setsigdef=[getattr(_signal, name) for name in _IGNORED_BY_PYTHON],
        )

    class _Signals:
        """Signals are the child's business: keyfob outlives it, to clean up after it.

        What the keyboard sends reaches the child by itself, as it belongs to the same terminal;
        what is sent to keyfob alone is passed on, and what came before the child was there waits
        for it. A signal that keyfob ignores stays ignored in the child.

        Attributes:
            woken: A descriptor from which a byte comes whenever a signal does.
            status: The child's exit status once it has ended; of a signal, its number below 0.
        """

        def __init__(self, relays: Sequence[Relay]) -> None:
            self._relays = relays
            self._child: int | None = None
            self._alone = True
            self._early: list[int] = []
            self.status = 0
            self.woken, self._waking = os.pipe()
            os.set_blocking(self._waking, False)
            self._former_waking = _signal.set_wakeup_fd(self._waking, warn_on_full_buffer=False)
            handlers: dict[str, Callable[[int, Any], None]] = dict.fromkeys(
                _FORWARDED, self._forward
            )
            handlers.update(dict.fromkeys(_FROM_KEYBOARD, self._keyboard))
            handlers["SIGWINCH"] = self._resize
            own = {getattr(_signal, name): handler for name, handler in handlers.items()}
            heard = {
                number: handler
                for number, handler in own.items()
                if _signal.getsignal(number) != _signal.SIG_IGN
            }
            heard[_signal.SIGCHLD] = lambda *_: None  # its byte is what matters
            self._former = {
                number: _signal.signal(number, handler) for number, handler in heard.items()
            }

        def attend(self, child: int, *, alone: bool) -> None:
            """Take this child; alone if no keyboard reaches it."""
            self._child, self._alone = child, alone
            for number in self._early:
                self._forward(number, None)

        def ended(self) -> bool:
            """Whether the child has ended; `status` says how."""
            if self._child is not None:
                child, status = os.waitpid(self._child, os.WNOHANG)
                if child == self._child:
                    self._child = None
                    self.status = os.waitstatus_to_exitcode(status)
            return self._child is None

        def close(self) -> None:
            """Put everything back as it was."""
            for number, handler in self._former.items():
                _signal.signal(number, handler)
            _signal.set_wakeup_fd(self._former_waking)
            os.close(self.woken)
            os.close(self._waking)

        def _forward(self, number: int, _: Any) -> None:
            if self._child is None:
                self._early.append(number)
                return
            try:
                os.kill(self._child, number)
            except OSError:
                return  # it runs as another user by now

        def _keyboard(self, number: int, _: Any) -> None:
            if self._child is None or self._alone or not _has_terminal():
                self._forward(number, None)

        def _resize(self, *_: Any) -> None:
            for relay in self._relays:
                relay.resize()

    def _has_terminal() -> bool:
        """Whether keyfob is in the foreground of a terminal, whose keyboard reaches the child."""
        try:
            terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
        except OSError:
            return False
        try:
            return os.tcgetpgrp(terminal) == os.getpgrp()
        except OSError:
            return False
        finally:
            os.close(terminal)
