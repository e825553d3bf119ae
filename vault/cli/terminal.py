"""The terminal to ask on: never stdin, so that pipes stay free and nothing typed is echoed."""

from __future__ import annotations

import os
import sys
from typing import Protocol

from vault.cli.echo import read_hidden, show_typing
from vault.errors import NoPasswordError, ValueRefusedError

if sys.platform == "win32":
    _IN, _OUT = "CONIN$", "CONOUT$"
else:
    _IN = _OUT = "/dev/tty"


class Terminal(Protocol):
    """Someone who answers questions."""

    def ask(self, prompt: str) -> str:
        """A line, typed in sight."""

    def ask_hidden(self, prompt: str) -> str:
        """A line, typed without echo."""


class ControllingTerminal:
    """The terminal this process was started from, past any redirection."""

    def ask(self, prompt: str) -> str:
        """A line, typed in sight; empty at the end of input.

        Raises:
            NoPasswordError: The terminal is gone.
        """
        show_typing()
        try:
            with (
                open(_OUT, "w", encoding="utf-8") as out,  # noqa: PTH123  a device, not a path
                open(_IN, encoding="utf-8", errors="replace") as typed,  # noqa: PTH123  as above
            ):
                out.write(prompt)
                out.flush()
                try:
                    return typed.readline().rstrip("\r\n")
                except KeyboardInterrupt:
                    out.write("\n")  # the shell's prompt gets a line of its own
                    raise
        except OSError:
            raise NoPasswordError("The terminal is gone.") from None

    def ask_hidden(self, prompt: str) -> str:
        """A line, typed without echo, which stays off until a question in sight or the end.

        Raises:
            NoPasswordError: The input ended, or echo cannot be switched off.
            ValueRefusedError: What was typed is no text.
        """
        try:
            return read_hidden(prompt)
        except (EOFError, OSError):
            raise NoPasswordError("Nothing was typed.") from None
        except UnicodeError:
            raise ValueRefusedError("What was typed is not text.") from None


def agrees(terminal: Terminal, question: str) -> bool:
    """Whether the user says yes; anything but `y` or `yes` is a no."""
    return terminal.ask(f"{question} [y/N] ").strip().casefold() in {"y", "yes"}


def open_terminal() -> Terminal | None:
    """The controlling terminal, or None if this process has none."""
    try:
        os.close(os.open(_OUT, os.O_RDWR))
    except OSError:
        return None
    return ControllingTerminal()
