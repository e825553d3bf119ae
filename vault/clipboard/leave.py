"""Copying for the command line: the program ends at once, the secret leaves later by itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from subprocess import Popen

from vault.clipboard import terminal
from vault.clipboard.base import Receipt, check
from vault.clipboard.launch import begin, start_guard
from vault.clipboard.ways import Ways, ways
from vault.errors import ClipboardError
from vault.keys.secret import Secret


@contextmanager
def leaving(
    write: Callable[[str], object] | None = None, environ: Mapping[str, str] | None = None
) -> Iterator[Callable[[Secret, float], Receipt]]:
    """`copy_and_leave` for a secret that is still on its way: its guard is started meanwhile.

    Args:
        write: Writes to the terminal, where nothing else works.
        environ: The environment; this process's own by default.
    """
    environ = os.environ if environ is None else environ
    found = ways(environ)
    waiting = begin(environ) if found.any else None
    try:
        yield lambda secret, seconds: copy_and_leave(
            secret, seconds, write=write, environ=environ, found=found, waiting=waiting
        )
    finally:
        if waiting is not None and waiting.stdin is not None and not waiting.stdin.closed:
            waiting.stdin.close()
            waiting.wait()


def copy_and_leave(
    secret: Secret,
    seconds: float,
    *,
    write: Callable[[str], object] | None = None,
    environ: Mapping[str, str] | None = None,
    found: Ways | None = None,
    waiting: Popen[bytes] | None = None,
) -> Receipt:
    """Put the secret on the clipboard for so many seconds, and return as soon as it is there.

    A guard in a session of its own stays behind to clear it; it holds none of this process's
    streams. What went through the terminal stays there, and the receipt says so: by the time it
    ought to be cleared, the terminal belongs to another program.

    Args:
        secret: What to copy.
        seconds: How long it stays.
        write: Writes to the terminal, where nothing else works: `terminal_write`. None: no OSC 52.
        environ: The environment; this process's own by default.
        found: The ways to try; those of `environ` by default.
        waiting: A guard that waits for its order already, or None.

    Raises:
        ClipboardError: No way to the clipboard works; its hint names what to install.
        ValueRefusedError: The secret is empty, or the time is not in (0, `LONGEST`].
    """
    check(secret, seconds)
    environ = os.environ if environ is None else environ
    found = ways(environ) if found is None else found
    try:
        return start_guard(secret, seconds, found, environ, held=False, waiting=waiting).receipt
    except ClipboardError as failed:
        if write is None:
            raise
        try:
            receipt = terminal.send(secret, write, environ, ending="")
        except OSError:
            raise failed from None
        return replace(receipt, advice=receipt.advice or failed.hint)
