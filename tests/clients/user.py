"""Somebody with a vault and a home directory, who runs clients with `keyfob run`."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.clients.watching import Seen, watched
from vault import Draft, Glob, Grant, Lifetime, Secret, Vault
from vault.keys.key import Key
from vault.registries import loader
from vault.sealing.kdf import CHEAPEST
from vault.store.file import FileStore
from vault.store.state import LocalState

PASSWORD = "made-up Passwort canary-pw-7c20"
REPOSITORY = Path(__file__).parents[2]
OWN_FEED = Path(loader.__file__).with_name("own-feed.toml")
_OWN = b"\0-m\0tui\0run\0"
_PASSED_ON = ("PATH", "LANG", "LC_ALL")


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of `keyfob run`.

    Attributes:
        status: Its exit status.
        out: Its output.
        err: What it said beside that.
        seen: The arguments of the processes that ran meanwhile.
    """

    status: int
    out: str
    err: str
    seen: Seen = field(repr=False)

    @property
    def said(self) -> str:
        """All it printed."""
        return self.out + self.err

    def started(self, *words: str) -> bool:
        """Whether keyfob was seen to start something with all these words in its arguments."""
        others = (
            argv for argv in self.seen.family if _OWN not in argv
        )  # just before it becomes it
        return any(all(word.encode() in argv for word in words) for argv in others)


class User:
    """A home with a vault in it.

    Attributes:
        root: All of the user's directories are below it.
        home: The home directory.
        work: Where commands run.
        environ: The variables of every command.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.home = root / "home"
        self.work = root / "work"
        self.password_file = root / "password"
        for name in ("home", "work", "tmp"):
            (root / name).mkdir()
        self.password_file.write_text(PASSWORD)
        self.password_file.chmod(0o600)
        places = {name: str(root / name.lower()) for name in ("STATE", "DATA", "CONFIG", "CACHE")}
        self.environ = {
            **{name: os.environ[name] for name in _PASSED_ON if name in os.environ},
            **{f"XDG_{name}_HOME": place for name, place in places.items()},
            "HOME": str(self.home),
            "TMPDIR": str(root / "tmp"),
            "KEYFOB_VAULT": str(root / "keys.keyfob"),
            "PYTHONPATH": str(REPOSITORY),
        }
        self._password: Sequence[str] = ("--password-file", str(self.password_file))
        Vault.create(self._store, PASSWORD, cost=CHEAPEST, state=self._state)[0].lock()

    @property
    def _store(self) -> FileStore:
        return FileStore(self.root / "keys.keyfob")

    @property
    def _state(self) -> LocalState:
        return LocalState(self.root / "state" / "keyfob")

    def add(
        self,
        name: str,
        secret: str,
        *,
        glob: str = "*",
        actions: Sequence[str] = ("push",),
        registry: str = "own-feed",
        ends: timedelta | None = timedelta(days=30),
    ) -> None:
        """Put a key into the vault.

        Args:
            name: What the user calls it.
            secret: Its value.
            glob: Which packages it covers.
            actions: What it may do with them.
            registry: Its registry's id.
            ends: How long from now it lives; None for ever. Less than nothing: it has expired.
        """
        now = datetime.now(UTC).replace(microsecond=0)
        life = Lifetime(now - timedelta(days=60), None if ends is None else now + ends)
        grants = tuple(Grant(action, Glob(glob)) for action in actions)
        vault = self._open()
        with Secret(secret) as value:
            vault.add(Draft(name, registry, "build", grants, life), value)
        vault.lock()

    def key(self, name: str) -> Key:
        """A key, as the vault has it now."""
        vault = self._open()
        try:
            return vault.find(name)
        finally:
            vault.lock()

    def comes_to_be_used(self, name: str, seconds: float = 30) -> bool:
        """Whether a use of a key is recorded in time: by an agent, while others go on."""
        end = time.monotonic() + seconds
        while self.key(name).used is None:
            if time.monotonic() > end:
                return False
        return True

    def knows(self, registry: str, *addresses: str) -> None:
        """Give the user a profile of their own: a feed at these addresses."""
        text = OWN_FEED.read_text("utf-8").replace('id = "own-feed"', f'id = "{registry}"')
        text = text.replace(
            'title = "own feed"', f'title = "{registry}"\naddresses = {list(addresses)}'
        )
        path = self.root / "config" / "keyfob" / "registries" / f"{registry}.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def run(
        self,
        *words: str,
        options: Sequence[str] = (),
        environ: Mapping[str, str] | None = None,
        directory: Path | None = None,
    ) -> Ran:
        """`keyfob run OPTIONS -- WORDS`, looked at while it runs.

        Args:
            words: The client's command.
            options: What stands before it.
            environ: More variables.
            directory: Where it runs; `work` if None.
        """
        own = [*self._password, *options]
        return self.keyfob("run", *own, "--", *words, environ=environ, directory=directory)

    def keyfob(
        self,
        *words: str,
        environ: Mapping[str, str] | None = None,
        directory: Path | None = None,
    ) -> Ran:
        """`keyfob WORDS`, as `run` runs it."""
        command = [sys.executable, "-m", "tui", *words]
        with (
            subprocess.Popen(
                command,
                cwd=directory or self.work,
                env=self.environ | dict(environ or {}),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            ) as process,
            watched(process.pid) as seen,
        ):
            try:
                out, err = process.communicate(timeout=100)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        return Ran(process.returncode, out, err, seen)

    def unlock(self) -> None:
        """Start an agent; from now on nothing gives the password to a command."""
        runtime = self.root / "session"
        runtime.mkdir(mode=0o700)
        self.environ["XDG_RUNTIME_DIR"] = str(runtime)
        ran = self.keyfob("unlock", *self._password)
        assert ran.status == 0, ran.said
        self._password = ()

    def lock(self) -> None:
        """End the agent."""
        ran = self.keyfob("lock")
        assert ran.status == 0, ran.said

    def _open(self) -> Vault:
        return Vault.open(self._store, PASSWORD, state=self._state)

    def traces(self, ran: Ran, secret: str, *others: Path) -> list[str]:
        """Where a secret was to be seen: in arguments, in the output, in a file left behind.

        Args:
            ran: What was run.
            secret: Its value, also looked for as HTTP's basic authentication encodes it.
            others: Files to look through besides all of the user's own.
        """
        found = []
        for form in _forms(secret):
            if any(form in argv for argv in ran.seen.everyone):
                found.append("arguments")
            if form in ran.said.encode():
                found.append("output")
            files = [path for path in self.root.rglob("*") if path.is_file()]
            found += [str(path) for path in (*files, *others) if form in path.read_bytes()]
        return found


def _forms(secret: str) -> list[bytes]:
    users = ("__token__", "alice", "build")
    pairs = [f"{user}:{secret}".encode() for user in users]
    return [secret.encode(), *(base64.b64encode(pair) for pair in pairs)]
