"""The desk a verb works at: streams, time, terminal, clipboard, directories, all replaceable."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from vault.cli.flow import fold
from vault.clock import Clock, now
from vault.errors import VaultError
from vault.text import safe

if TYPE_CHECKING:  # loaded by the verbs that use them; `check` uses none
    from vault.cli.terminal import Terminal
    from vault.clipboard import Receipt
    from vault.keys.secret import Secret
    from vault.oskeyring import OsKeyring
    from vault.sealing.kdf import KdfCost

    Copy = Callable[[Secret, float], Receipt]


def _stream(stream: TextIO | None, mode: str) -> TextIO:
    """A standard stream, even if the caller closed it, that takes any character."""
    if stream is None:
        return Path(os.devnull).open(mode, encoding="utf-8")  # type: ignore[return-value]  # text
    if mode == "w" and isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")
    return stream


def _columns(stream: TextIO) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns
    except OSError:  # io.UnsupportedOperation is one
        return 0


def _open_terminal() -> Terminal | None:
    from vault.cli.terminal import open_terminal

    return open_terminal()


def _leaving() -> AbstractContextManager[Copy]:
    from vault.clipboard import leaving, terminal_write

    return leaving(terminal_write)


def _browse(address: str) -> bool:
    import webbrowser

    return webbrowser.open(address)


def _os_keyring() -> OsKeyring:
    from vault.oskeyring import os_keyring

    return os_keyring()


def _calibrate() -> KdfCost:
    from vault.sealing.kdf import calibrate

    return calibrate()


class Desk:
    """Everything a verb takes from the world around it."""

    def __init__(
        self,
        *,
        stdin: TextIO | None = None,
        stdout: TextIO | None = None,
        stderr: TextIO | None = None,
        environ: Mapping[str, str] = os.environ,
        clock: Clock = now,
        zone: tzinfo | None = None,
        terminal: Callable[[], Terminal | None] = _open_terminal,
        copying: Callable[[], AbstractContextManager[Copy]] = _leaving,
        browse: Callable[[str], bool] = _browse,
        cost: Callable[[], KdfCost] = _calibrate,
        keyring: Callable[[], OsKeyring] = _os_keyring,
        state: Path | None = None,
        config: Path | None = None,
        columns: Callable[[TextIO], int] = _columns,
    ) -> None:
        """Set it up; what is not given is the real thing.

        Args:
            stdin: Where piped secrets come from.
            stdout: Where data goes.
            stderr: Where talk goes.
            environ: The environment.
            clock: Answers the current time.
            zone: Zone in which times are shown; None is the machine's own.
            terminal: Answers the terminal to ask on, or None if there is none.
            copying: Makes ready to put a secret on the clipboard for so many seconds.
            browse: Opens an address in the browser; whether one was found.
            cost: Answers the price of one guess at a new vault's password.
            keyring: Answers this computer's keyring.
            state: Directory of what this machine remembers of vaults; None is the user's own.
            config: Directory of the user's settings; None is the user's own.
            columns: Answers how wide the terminal is that a stream is, or 0.
        """
        self.stdin = _stream(sys.stdin, "r") if stdin is None else stdin
        self.stdout = _stream(sys.stdout, "w") if stdout is None else stdout
        self.stderr = _stream(sys.stderr, "w") if stderr is None else stderr
        self.environ = environ
        self.clock = clock
        self.zone = zone
        self.terminal = terminal
        self.copying = copying
        self.browse = browse
        self.cost = cost
        self.keyring = keyring
        self.state = state
        self.config = config
        self.columns = columns
        self._said: set[str] = set()

    def put(self, line: str) -> None:
        """One line of data on stdout. Foreign text in it has passed `safe` already."""
        self.stdout.write(line + "\n")

    def note(self, line: str) -> None:
        """One line of talk on stderr, made inert, and folded to the terminal if that is one."""
        width = self.columns(self.stderr) if self.stderr.isatty() else 0
        self.stderr.write("\n".join(fold(safe(line), width)) + "\n")
        self.stderr.flush()

    def notes(self, *lines: str) -> None:
        """Several lines of talk, the empty ones and those said before left out."""
        for line in filter(None, lines):
            if line not in self._said:
                self._said.add(line)
                self.note(line)

    def complain(self, error: VaultError) -> None:
        """What went wrong, and what to do about it, on stderr."""
        self.note(f"keyfob: {error.message}")
        if error.hint:
            self.note(error.hint)

    def local(self, time: datetime) -> datetime:
        """A stored time in the zone it is shown in; as it is at the calendar's ends."""
        try:
            return time.astimezone(self.zone)
        except OverflowError:
            return time

    @property
    def colour(self) -> bool:
        """Whether stdout takes colours and nobody asked for none."""
        return (
            self.stdout.isatty()
            and not self.environ.get("NO_COLOR")
            and self.environ.get("TERM") != "dumb"
        )

    @property
    def width(self) -> int | None:
        """Columns of the terminal that stdout is, or None if it is none."""
        if not self.stdout.isatty():
            return None
        import shutil

        return shutil.get_terminal_size().columns
