"""A private directory for what a child process is given as files."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

_ENDING = ("SIGTERM", "SIGHUP")


@contextmanager
def private_room(environ: Mapping[str, str]) -> Iterator[Path]:
    """A new directory that nobody else can read; it is gone afterwards, after SIGTERM, too.

    It lies in memory where the login session has such a place.

    Args:
        environ: Tells where that is.
    """
    with _ended_in_order():
        room = Path(tempfile.mkdtemp(prefix="keyfob-run-", dir=_session(environ)))
        try:
            yield room
        finally:
            shutil.rmtree(room, ignore_errors=True)


def _session(environ: Mapping[str, str]) -> Path | None:
    """The login session's directory, if it is this user's alone; `su` hands on another user's.

    Who may write to it could put another directory in the place of the room.
    """
    runtime = Path(environ.get("XDG_RUNTIME_DIR", ""))
    if sys.platform == "win32" or not runtime.is_absolute():
        return None
    try:
        found = runtime.stat()
    except OSError:
        return None
    own = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
    closed = not found.st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    return runtime if own and closed and os.access(runtime, os.W_OK) else None


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """Lets signals that end this process clean up on their way."""

    def end(number: int, _: FrameType | None) -> None:
        raise SystemExit(128 + number)

    numbers = [getattr(signal, name) for name in _ENDING if hasattr(signal, name)]
    former = {
        number: signal.signal(number, end)
        for number in numbers
        if signal.getsignal(number) is signal.SIG_DFL
    }
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
