"""A user with a vault and clients, each command of whom is a process of its own."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from vault import Draft, Glob, Grant, Lifetime, Secret, Vault
from vault.registries.loader import load
from vault.sealing.kdf import CHEAPEST
from vault.store.file import FileStore
from vault.store.state import LocalState

REPOSITORY = Path(__file__).parents[3]
PASSWORD = "made-up horse battery"
SECRET = "made-up-canary-5f1d0c"
PUSH = ("dotnet", "nuget", "push", "Contoso.Core.1.0.0.nupkg", "-s", "nuget.org")
IMPORTED = "import time:"  # begins each line of `python -X importtime`


@dataclass(frozen=True)
class Ran:
    """What came of `keyfob run`.

    Attributes:
        status: Its exit status.
        out: Its output.
        err: What it said beside that.
        loaded: The modules that were loaded in front of the client.
    """

    status: int
    out: str
    err: str
    loaded: frozenset[str]

    @property
    def quick(self) -> bool:
        """Whether the process in front of the client left everything to the agent."""
        return "vault.running.quick" in self.loaded and "vault.cli" not in self.loaded


@dataclass
class Machine:
    """A user with a vault, a directory of packages, and clients that do what a test says."""

    root: Path
    environ: dict[str, str] = field(init=False)
    agent: bool = False

    def __post_init__(self) -> None:
        for name in ("home", "work", "bin", "runtime"):
            (self.root / name).mkdir(mode=0o700)
        (self.root / "password").write_text(PASSWORD)
        (self.root / "password").chmod(0o600)
        self.environ = {
            "PATH": f"{self.root / 'bin'}:/usr/bin:/bin",
            "HOME": str(self.root / "home"),
            **{f"XDG_{name}_HOME": str(self.root / name) for name in ("DATA", "STATE", "CONFIG")},
            "XDG_RUNTIME_DIR": str(self.root / "runtime"),
            "KEYFOB_VAULT": str(self.root / "keys.keyfob"),
            "KEYFOB_PASSWORD_FILE": str(self.root / "password"),
            "PYTHONPATH": str(REPOSITORY),
        }
        Vault.create(self._store, PASSWORD, cost=CHEAPEST, state=self._state)[0].lock()

    def unlock(self, session: Path) -> None:
        """Start an agent in this login session; from now on nothing gives the password."""
        self.environ["XDG_RUNTIME_DIR"] = str(session)
        self.keyfob("unlock")
        del self.environ["KEYFOB_PASSWORD_FILE"]
        self.agent = True

    def keyfob(self, *words: str) -> None:
        command = [sys.executable, "-m", "tui", *words]
        subprocess.run(command, env=self.environ, capture_output=True, timeout=120, check=True)

    @property
    def session(self) -> Path:
        return Path(self.environ["XDG_RUNTIME_DIR"])

    def rooms(self) -> list[Path]:
        """What children are given as files."""
        return list(self.session.glob("keyfob-run-*"))

    @property
    def work(self) -> Path:
        return self.root / "work"

    @property
    def _store(self) -> FileStore:
        return FileStore(self.root / "keys.keyfob")

    @property
    def _state(self) -> LocalState:
        return LocalState(self.root / "STATE" / "keyfob")

    def key(self, name: str, glob: str, registry: str = "nuget.org", secret: str = SECRET) -> None:
        """Put a key into the vault that ends in twenty days."""
        now = datetime.now(UTC).replace(microsecond=0)
        life = Lifetime(now - timedelta(days=5), now + timedelta(days=20))
        profile = load(registry)
        grants = (Grant(profile.offered[0].id, Glob(glob, profile.matching)),)
        vault = Vault.open(self._store, PASSWORD, state=self._state)
        with Secret(secret) as value:
            vault.add(Draft(name, registry, "contoso", grants, life), value)
        vault.lock()

    def comes_to_be_used(self, name: str) -> bool:
        """Whether a use is recorded: by an agent, while others go on."""
        end = time.monotonic() + 30
        while not self.used(name) and time.monotonic() < end:
            pass
        return self.used(name)

    def used(self, name: str) -> bool:
        vault = Vault.open(self._store, PASSWORD, state=self._state)
        try:
            return vault.find(name).used is not None
        finally:
            vault.lock()

    def client(self, name: str, script: str) -> None:
        """Put a client on the PATH."""
        path = self.root / "bin" / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def run(
        self,
        *words: str,
        options: Sequence[str] = (),
        stdin: str = "",
        environ: Mapping[str, str] | None = None,
    ) -> Ran:
        done = subprocess.run(
            [sys.executable, "-X", "importtime", "-m", "tui", "run", *options, "--", *words],
            cwd=self.work,
            env=self.environ | dict(environ or {}),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            start_new_session=True,  # no terminal
        )
        said = done.stderr.splitlines(keepends=True)
        loaded = {line.rpartition("|")[2].strip() for line in said if line.startswith(IMPORTED)}
        err = "".join(line for line in said if not line.startswith(IMPORTED))
        return Ran(done.returncode, done.stdout, err, frozenset(loaded))
