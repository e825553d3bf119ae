"""How every hook runs: whole and bounded input, an exit status, and never a traceback.

A traceback quotes lines and values, and a secret could be among them.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

from vault.cli import INTERRUPTED, PIPE_CLOSED, UNEXPECTED
from vault.errors import VaultError

if TYPE_CHECKING:
    from vault.cli.desk import Desk

LONGEST = 64 * 1024
"""Most characters of one question; the longest a real client asks has a few hundred."""


class QuestionError(VaultError):
    """What a client asks cannot be understood."""


def serving(serve: Callable[[Desk], int], desk: Desk | None = None) -> int:
    """Run a hook and answer its exit status. What goes wrong is said on stderr.

    Args:
        serve: Answers the client on the desk's stdout.
        desk: The world around it; the real one if None.
    """
    if desk is None:
        from vault.cli.desk import Desk

        desk = Desk()
    for stream in (desk.stdin, desk.stdout):
        if isinstance(stream, io.TextIOWrapper):  # the protocols are UTF-8 with plain line ends
            stream.reconfigure(encoding="utf-8", errors="replace", newline="\n")
    try:
        status = serve(desk)
        desk.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError:
        _let_go(desk.stdout)
        return PIPE_CLOSED
    except VaultError as error:
        desk.complain(error)
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - the last resort, see the head of this file
        desk.note(f"keyfob stopped by an unexpected error ({type(error).__name__}).")
        return UNEXPECTED
    return status


def question(stream: TextIO) -> str:
    """All that a client asks.

    Raises:
        QuestionError: It is longer than `LONGEST`.
    """
    text = stream.read(LONGEST + 1)
    if len(text) > LONGEST:
        raise QuestionError("The question is too long to be one.")
    return text


def _let_go(stream: TextIO) -> None:
    """Let the interpreter's last flush go nowhere: nobody reads, and it would print a traceback."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
