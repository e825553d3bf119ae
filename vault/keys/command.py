"""The command of a place: one program with its arguments, and no shell in between."""

from __future__ import annotations

import re
import shlex
import sys

from vault.errors import ValueRefusedError
from vault.keys.line import check_line

MAX_COMMAND = 1024

_POSIX = sys.platform != "win32"
_SHELL = re.compile(r"""[;&]|~(/|$)|[^'"]*([<>|`]|;$|\$[\w({])""")
"""What only a shell understands, where it is not quoted: `x>/dev/null`, `~/key`, `$HOME/key`."""


def check_command(text: str) -> str:
    """A place's command, trimmed; empty if there is none.

    Raises:
        ValueRefusedError: It is too long or not printable, a quote is not closed, or it needs a
            shell.
    """
    if not text.strip():
        return ""
    command = check_line(text, "command", MAX_COMMAND)
    split_command(command)
    if any(_SHELL.match(word) for word in _split(command, posix=False)):
        raise ValueRefusedError(
            "The command is run without a shell, which alone understands | && ; > < ~ and $.",
            "If it needs one, write: sh -c '...'",
        )
    return command


def split_command(text: str, *, posix: bool = _POSIX) -> tuple[str, ...]:
    """The program and its arguments, taken apart as a shell does, with nothing replaced.

    Args:
        text: The command.
        posix: Whether a backslash quotes; on Windows it is part of a path.

    Raises:
        ValueRefusedError: A quote is not closed, or there is no program.
    """
    words = _split(text, posix=posix)
    if not posix:
        words = [_unquoted(word) for word in words]
    if not words or not words[0]:
        raise ValueRefusedError("The command names no program.")
    return tuple(words)


def _split(text: str, *, posix: bool) -> list[str]:
    try:
        return shlex.split(text, posix=posix)
    except ValueError:
        if not posix and _POSIX:  # \' is a quote to this reading only
            return []
        raise ValueRefusedError(
            "A quote of the command is not closed.", "Close it, or put a backslash before it."
        ) from None


def _unquoted(word: str) -> str:
    quoted = len(word) > 1 and word[0] == word[-1] and word[0] in "\"'"
    return word[1:-1] if quoted else word
