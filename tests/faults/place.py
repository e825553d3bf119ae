"""A machine with one user and one vault, whose commands are real processes."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeAlias

from tests.faults import forks
from tests.faults.forks import REPOSITORY, Command
from tests.faults.shim import Call, Fault, read_calls
from vault import Draft, FileStore, Glob, Grant, Lifetime, Secret, Vault
from vault.sealing.kdf import CHEAPEST
from vault.store.state import LocalState

PASSWORD = "made-up Passwort canary-pw-31f7"
SECRETS = {"alpha": "canary-alpha-5ac1", "beta": "canary-beta-90ee", "gamma": "canary-gamma-7d02"}
KEYFOB = (sys.executable, "-m", "vault.cli")
STATUSES = {0, 1, 2, 3, 4, 5, 6}
"""The exit statuses that `keyfob --help` lists."""


class Held(NamedTuple):
    """What a vault holds of one key."""

    secret: str
    revision: int = 1
    note: str = ""
    owner: str = "build"
    revoked: bool = False


Content: TypeAlias = dict[str, Held]
"""What a vault holds, by name."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a command.

    Attributes:
        status: Its exit status; negative, the signal that ended it.
        out: What it printed on stdout.
        err: What it printed on stderr.
        calls: The file calls it made, when a fault was set.
    """

    status: int
    out: str
    err: str
    calls: tuple[Call, ...] = ()

    def answered(self) -> None:
        """Assert that it ended as documented: a listed status, a message if not 0, no traceback."""
        told = f"exit {self.status}, stderr: {self.err!r}"
        assert self.status in STATUSES, told
        assert "Traceback" not in self.err + self.out, told
        assert self.status in {0, 1} or self.err.startswith("keyfob: ") or "\nkeyfob: " in self.err


class Place:
    """Directories of one user: `files` holds the vault and the state, `home` everything else."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.files = root / "files"
        self.home = root / "home"
        self.vault = self.files / "data" / "keys.keyfob"
        self.state = self.files / "state" / "keyfob"
        self.password_file = self.home / "password"
        self.code_file = self.home / "code"
        self._log = self.home / "calls"

    @property
    def store(self) -> FileStore:
        """The vault's file."""
        return FileStore(self.vault)

    def environ(self) -> dict[str, str]:
        """The variables of every command."""
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
        return kept | {
            "HOME": str(self.home),
            "TMPDIR": str(self.home / "tmp"),
            "XDG_STATE_HOME": str(self.files / "state"),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "XDG_DATA_HOME": str(self.home / "share"),
            "KEYFOB_VAULT": str(self.vault),
            "KEYFOB_PASSWORD_FILE": str(self.password_file),
            "PYTHONPATH": str(REPOSITORY),
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def run(
        self,
        *argv: str,
        stdin: str = "",
        fault: Fault | None = None,
        environ: Mapping[str, str] | None = None,
        wrap: Sequence[str] = (),
        timeout: float = 60,
        fresh: bool = False,
        limits: Mapping[str, int] | None = None,
        umask: int = 0o022,
    ) -> Outcome:
        """Run one command of keyfob.

        Args:
            argv: What is typed after `keyfob`.
            stdin: What is piped in.
            fault: What is to go wrong.
            environ: More variables.
            wrap: A command that runs it, such as `setpriv` with its options.
            timeout: Seconds after which it counts as hung.
            fresh: Start an interpreter for it, as a shell does; it is a fork of a started one
                otherwise, unless something is to run it.
            limits: As `forks.Command` has them; not for a fresh one.
            umask: As `forks.Command` has it; not for a fresh one.
        """
        variables = self.environ() | dict(environ or {})
        if fault is not None:
            self._log.unlink(missing_ok=True)
            variables |= fault.environ(self.files, self._log)
        command = Command(argv, self.home, variables, stdin.encode(), limits or {}, umask)
        if fresh or wrap or not hasattr(os, "fork"):
            done = forks.start(command, timeout, (*wrap, *KEYFOB))
        else:
            known = template().vault, template().password_file
            done = forks.run(command, timeout, *known)
        calls = () if fault is None else tuple(read_calls(self._log))
        out, err = done.out.decode("utf-8", "replace"), done.err.decode("utf-8", "replace")
        return Outcome(done.status, out, err, calls)

    def open(self, password: str = PASSWORD) -> Vault:
        """The vault, opened past the command line."""
        return Vault.open(self.store, password, state=LocalState(self.state))

    def content(self, password: str = PASSWORD) -> Content:
        """What the vault holds, every secret opened."""
        vault = self.open(password)
        try:
            return content_of(vault)
        finally:
            vault.lock()

    def beside(self) -> set[str]:
        """The endings of the files beside the vault."""
        name = self.vault.name
        found = {path.name.removeprefix(name) for path in self.vault.parent.iterdir()}
        return found - {""}


def content_of(vault: Vault) -> Content:
    """What an open vault holds."""
    found: Content = {}
    for key in vault.keys:
        with vault.secret(key.id) as secret:
            revoked = key.lifetime.revoked is not None
            found[key.name] = Held(secret.reveal(), key.revision, key.note, key.owner, revoked)
    return found


def write_private(path: Path, text: str) -> None:
    """A file that only its owner may read, as keyfob wants one with a password."""
    path.write_text(text, "utf-8")
    path.chmod(0o600)


def draft(name: str, *, days: float = 30, note: str = "") -> Draft:
    """Settings for a key."""
    now = datetime.now(UTC).replace(microsecond=0)
    grants = (Grant("push", Glob("Contoso.*")),)
    life = Lifetime(now, now + timedelta(days=days))
    return Draft(name, "own-feed", "build", grants, life, note)


def new_place(parent: Path, *, vault: bool = True) -> Place:
    """A place of its own, with the vault of three keys or with none."""
    place = Place(Path(tempfile.mkdtemp(dir=parent)))
    if vault:
        shutil.copytree(template().root, place.root, dirs_exist_ok=True)
    else:
        _furnish(place)
    return place


def _furnish(place: Place) -> None:
    place.files.mkdir(parents=True)
    (place.home / "tmp").mkdir(parents=True)
    write_private(place.password_file, PASSWORD + "\n")


@cache
def template() -> Place:
    """What places are copies of: a vault that was saved several times, as a user's is."""
    parent = Path(tempfile.mkdtemp(prefix="keyfob-place-"))
    atexit.register(shutil.rmtree, parent, ignore_errors=True)
    place = Place(parent / "template")
    _furnish(place)
    vault, code = Vault.create(place.store, PASSWORD, cost=CHEAPEST, state=LocalState(place.state))
    write_private(place.code_file, code)
    for name, secret in SECRETS.items():
        vault.add(draft(name), Secret(secret))
    vault.lock()
    return place
