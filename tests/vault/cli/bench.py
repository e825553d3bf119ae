"""A desk for tests: every verb in this process, a cheap vault, a clock that is set by hand."""

from __future__ import annotations

import io
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TextIO

from vault.cli import main
from vault.cli.desk import Desk
from vault.clipboard import MemoryClipboard
from vault.oskeyring import Backend, KeyringError, OsKeyring
from vault.sealing.kdf import CHEAPEST
from vault.store.file import FileStore
from vault.vault import Vault

PASSWORD = "made-up horse battery"
V4 = "oy2acaqdaqcqmbyibefaaaaqeayeaudaocajbifqydiob4"
OTHER_V4 = "oy2iuvoucviouojnrbzaqxjewdop3yseppnqlewvavhupm"
V5 = "a" * 52 + "JQQJ99ALN5Z0000LZENeS003NUGT3OrW"
NUGET = ("--registry", "nuget.org", "--owner", "contoso", "--scope", "push")
FEED = ("--registry", "own-feed", "--owner", "build", "--scope", "push", "--glob", "Contoso.*")


@dataclass(frozen=True)
class Outcome:
    status: int
    out: str
    err: str


class Answers:
    """A terminal at which somebody gives these answers, in order."""

    def __init__(self, answers: list[str]) -> None:
        self.answers = answers
        self.prompts: list[str] = []

    def ask(self, prompt: str) -> str:
        self.prompts.append(prompt)
        return self.answers.pop(0)

    def ask_hidden(self, prompt: str) -> str:
        return self.ask(prompt)


class Screen(io.StringIO):
    """A stdout that is a terminal."""

    def isatty(self) -> bool:
        return True


def _text(stream: TextIO) -> str:
    return stream.getvalue() if isinstance(stream, io.StringIO) else ""


class Bench:
    """A machine with one user, whose commands run in this process."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.path = home / "data" / "keys.keyfob"
        self.password_file = home / "password"
        self.password_file.write_text(PASSWORD + "\n")
        self.password_file.chmod(0o600)
        self.now = datetime(2026, 11, 22, 12, tzinfo=UTC)
        self.clipboard = MemoryClipboard()
        self.prompts: list[str] = []
        self.browsed: list[str] = []
        self.keyring: Backend | None = None
        self.environ = {
            "KEYFOB_VAULT": str(self.path),
            "KEYFOB_PASSWORD_FILE": str(self.password_file),
        }

    def run(
        self,
        *argv: str,
        stdin: str = "",
        answers: list[str] | None = None,
        stdout: TextIO | None = None,
        stderr: TextIO | None = None,
    ) -> Outcome:
        """Run one verb. With answers there is a terminal, without there is none."""
        terminal = None if answers is None else Answers(answers)
        out, err = stdout or io.StringIO(), stderr or io.StringIO()
        desk = Desk(
            stdin=io.StringIO(stdin),
            stdout=out,
            stderr=err,
            environ=self.environ,
            clock=lambda: self.now,
            zone=UTC,
            terminal=lambda: terminal,
            copying=lambda: nullcontext(self.clipboard.copy),
            browse=self._browse,
            cost=lambda: CHEAPEST,
            state=self.home / "state",
            config=self.home / "config",
            keyring=self._keyring,
        )
        status = main(argv, desk)
        self.prompts = [] if terminal is None else terminal.prompts
        return Outcome(status, _text(out), _text(err))

    def ok(
        self,
        *argv: str,
        stdin: str = "",
        answers: list[str] | None = None,
        stdout: TextIO | None = None,
    ) -> Outcome:
        """Run a verb that must succeed."""
        done = self.run(*argv, stdin=stdin, answers=answers, stdout=stdout)
        assert done.status == 0, done
        return done

    def later(self, **length: float) -> None:
        """Let time pass."""
        self.now += timedelta(**length)

    def _browse(self, address: str) -> bool:
        self.browsed.append(address)
        return True

    def _keyring(self) -> OsKeyring:
        if self.keyring is None:
            raise KeyringError("There is no keyring on this machine.")
        return OsKeyring(self.keyring)

    def vault(self, password: str = PASSWORD) -> Vault:
        """The vault, opened past the command line."""
        return Vault.open(FileStore(self.path), password, clock=lambda: self.now)

    def feed(self, name: str, *more: str) -> Outcome:
        """A key of an own feed, its secret generated."""
        return self.ok("new", name, *FEED, "--generate", *more)

    def nuget(self, name: str, *more: str, secret: str = V4) -> Outcome:
        """A key of nuget.org, its secret piped in."""
        return self.ok(
            "new", name, *NUGET, "--glob", "Contoso.*", "--secret-stdin", *more, stdin=secret + "\n"
        )

    def secret_of(self, name: str) -> str:
        """A key's secret, read past the command line."""
        vault = self.vault()
        with vault.secret(vault.find(name).id) as secret:
            return secret.reveal()
