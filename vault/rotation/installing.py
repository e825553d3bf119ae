"""Running a place's command: the secret on its stdin and nowhere else, its output kept in bounds.

It runs without a shell, in a session of its own: it cannot read from the terminal that asked for
the password, and it ends with everything it started when its time is over. Its environment is the
user's without keyfob's own variables. It runs in the home directory: what it does must not depend
on where keyfob happens to be called, or `gh secret set NAME` would change any repository.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import IO, TYPE_CHECKING, Literal, TypeAlias

from vault.errors import ValueRefusedError
from vault.keys.command import split_command
from vault.keys.place import Place, find_place
from vault.keys.secret import Secret
from vault.rotation.masking import last_lines
from vault.running.child import find_program
from vault.text import safe

if TYPE_CHECKING:
    from vault.vault import Vault

PATIENCE = 120.0
"""Seconds a command may take."""

_GRACE = 1.0
"""Seconds to wait for an end that was asked for, and for output after the end."""
_STEP = 0.1
_KEPT = 64 * 1024
_OWN = "KEYFOB_"

Ending: TypeAlias = Literal["ended", "late", "stopped"]
"""By itself; because it took too long; because the user stopped it."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a command.

    Attributes:
        ending: How it ended.
        status: Its exit status, negative for the signal that ended it.
        lines: The last lines it printed, fit to be shown: the secret in them is masked.
    """

    ending: Ending
    status: int
    lines: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether it says of itself that all is well."""
        return self.ending == "ended" and self.status == 0

    @property
    def sentence(self) -> str:
        """What came of it, in one sentence."""
        if self.ending == "late":
            return "It took too long and was ended."
        if self.ending == "stopped":
            return "It was stopped."
        if self.status < 0:
            return f"It was ended by signal {-self.status}."
        return "It ended well." if self.ok else f"It failed with exit status {self.status}."


def install(
    vault: Vault,
    key_id: str,
    where: str,
    environ: Mapping[str, str],
    directory: Path | None = None,
    *,
    patience: float = PATIENCE,
    stop: Event | None = None,
) -> Ran:
    """Run a place's command with its key's secret, and confirm the place if it went well.

    Args:
        vault: The open vault.
        key_id: The key.
        where: What the place is called.
        environ: The user's environment.
        directory: Where it runs; None is the home directory.
        patience: Seconds it may take.
        stop: Ends it once set; for a caller that ctrl+c does not reach.

    Raises:
        PlaceNotFoundError: The key has no place that is called so.
        ValueRefusedError: The place has no command, there is no such program, or the key was
            given another secret meanwhile, so that nothing was confirmed.
        LockedError: The vault was locked meanwhile; nothing was confirmed.
        VaultError: The key is gone, or the vault could not be saved.
    """
    vault.refresh()
    key = vault.key(key_id)
    place = find_place(key.places, where)
    with vault.secret(key_id) as secret:
        ran = run_place(place, secret, environ, directory, patience=patience, stop=stop)
    if ran.ok:
        vault.confirm_place(key_id, place.where, revision=key.revision)
    return ran


def run_place(
    place: Place,
    secret: Secret,
    environ: Mapping[str, str],
    directory: Path | None = None,
    *,
    patience: float = PATIENCE,
    stop: Event | None = None,
) -> Ran:
    """Run a place's command with a secret on its stdin, without a line end after it.

    Ctrl+c ends the command, not the caller.

    Args:
        place: The place.
        secret: What it gets.
        environ: The user's environment.
        directory: Where it runs; None is the home directory.
        patience: Seconds it may take.
        stop: Ends it once set.

    Raises:
        ValueRefusedError: The place has no command, there is no such program, or it cannot be
            started.
    """
    child = _start(split_command(place.command), environ, directory or _home(environ))
    tail = _Tail()
    threads = [
        Thread(target=_feed, args=(child.stdin, secret.reveal_bytes()), daemon=True),
        Thread(target=tail.read, args=(child.stdout,), daemon=True),
    ]
    try:
        for thread in threads:
            thread.start()
        ending = _wait(child, patience, stop)
    finally:
        _end(child)
    for thread in threads:
        thread.join(_GRACE)
    return Ran(ending, child.returncode, last_lines(bytes(tail.kept), secret))


def _start(
    words: Sequence[str], environ: Mapping[str, str], directory: Path
) -> subprocess.Popen[bytes]:
    program = find_program(words[0], environ, directory)
    try:
        return subprocess.Popen(  # noqa: S603 - the user's own command, without a shell
            [program, *words[1:]],
            env={name: text for name, text in environ.items() if not name.startswith(_OWN)},
            cwd=directory,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "its text is malformed"
        raise ValueRefusedError(f"{safe(words[0], 80)} cannot be started: {why}.") from None


def _home(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("HOME") or environ.get("USERPROFILE") or Path.home())


def _wait(child: subprocess.Popen[bytes], patience: float, stop: Event | None) -> Ending:
    end = time.monotonic() + patience
    try:
        while (left := end - time.monotonic()) > 0:
            if stop is not None and stop.is_set():
                return "stopped"
            with suppress(subprocess.TimeoutExpired):
                child.wait(min(left, _STEP))
                return "ended"
    except KeyboardInterrupt:
        return "stopped"
    return "late"


def _end(child: subprocess.Popen[bytes]) -> None:
    """End a command that still runs, with all it started: kindly, then not."""
    if child.poll() is not None:
        return
    _signal(child, "SIGTERM")
    with suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
        child.wait(_GRACE)
    _signal(child, "SIGKILL")
    child.wait()


def _signal(child: subprocess.Popen[bytes], name: str) -> None:
    with suppress(OSError):
        if sys.platform != "win32":
            os.killpg(child.pid, getattr(signal, name))
        else:
            child.kill()


def _feed(pipe: IO[bytes], value: bytes) -> None:
    """Write all of it; a command that reads none of it, or closes its input, is let be."""
    with suppress(OSError), pipe:
        view = memoryview(value)
        while view:
            view = view[pipe.write(view) :]


class _Tail:
    """The end of what a command prints, however much that is."""

    def __init__(self) -> None:
        self.kept = bytearray()

    def read(self, pipe: IO[bytes]) -> None:
        with suppress(OSError), pipe:
            while data := pipe.read(_KEPT):
                self.kept += data
                del self.kept[:-_KEPT]
