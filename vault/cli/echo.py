"""Echo of the terminal: off from the first hidden question until one in sight, or the end.

Switched back on between two hidden questions, as `getpass` does, it would show what is typed while
a key is derived, and throw that away before the second question.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

if sys.platform == "win32":
    import getpass

    def read_hidden(prompt: str) -> str:
        """A line, read key by key: Windows shows nothing that nobody has read.

        Raises:
            EOFError: The input ended.
        """
        return getpass.getpass(prompt)

    def show_typing() -> None:
        """Nothing was hidden."""

else:
    import atexit
    import signal
    import termios
    from typing import Any

    _DEVICE = "/dev/tty"
    _LONGEST = 64 * 1024
    _before: list[Any] = []
    _asking: list[bytes] = []

    def read_hidden(prompt: str) -> str:
        """A line, typed without echo; what is typed until the next question stays unseen too.

        Raises:
            EOFError: The input ended.
            OSError: The terminal is gone, or its echo cannot be switched off.
            UnicodeError: What was typed is no text.
        """
        with _terminal() as terminal:
            _hide_typing(terminal)
            encoding = os.device_encoding(terminal) or "utf-8"
            _asking.append(prompt.encode(errors="replace"))
            os.write(terminal, _asking[0])
            try:
                typed = _line(terminal)
            finally:
                _asking.clear()
                os.write(terminal, b"\n")  # the one that was typed did not show
        if not typed:
            raise EOFError
        return typed.decode(encoding).rstrip("\r\n")

    def show_typing() -> None:
        """Switch echo back on, if it was switched off here.

        What was typed ahead is discarded: the rest of a paste would be shown, and could be
        taken for an answer, or by the shell for a command.
        """
        if _before:
            before = _before.pop()
            with suppress(OSError, termios.error), _terminal() as terminal:
                termios.tcsetattr(terminal, termios.TCSAFLUSH, before)

    def _hide_typing(terminal: int) -> None:
        if _before:
            return
        try:
            before = termios.tcgetattr(terminal)
            _switch_off(terminal)
        except termios.error as error:
            raise OSError(*error.args) from None
        _before.append(before)
        atexit.register(show_typing)
        with suppress(ValueError):  # another thread: none of ours asks
            signal.signal(signal.SIGCONT, _hide_again)

    def _switch_off(terminal: int) -> None:
        hidden = termios.tcgetattr(terminal)
        hidden[3] &= ~termios.ECHO
        termios.tcsetattr(terminal, termios.TCSAFLUSH, hidden)

    def _hide_again(*_: object) -> None:
        """After ctrl+z and `fg`: the shell has switched echo on, and the question has scrolled."""
        if _before:
            with suppress(OSError, termios.error), _terminal() as terminal:
                _switch_off(terminal)
                os.write(terminal, b"".join(_asking))

    def _line(terminal: int) -> bytes:
        """A line with its end. The terminal gives one line at most for each read."""
        line = b""
        while not line.endswith(b"\n") and len(line) < _LONGEST:
            part = os.read(terminal, _LONGEST)
            if not part:
                break
            line += part
        return line

    @contextmanager
    def _terminal() -> Iterator[int]:
        terminal = os.open(_DEVICE, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
        try:
            yield terminal
        finally:
            os.close(terminal)
