"""A user whose clients ask keyfob by themselves: hooks installed, clients run, everything seen."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.clients.user import Ran, User
from tests.clients.watching import watched

PROGRAMS = Path(sys.executable).parent


def hooked(user: User, client: str, *options: str) -> str:
    """Install a hook by `keyfob hook install`; answers what it said."""
    if shutil.which("git-credential-keyfob", path=str(PROGRAMS)) is None:
        pytest.skip("keyfob's programs are not installed: pip install -e .")
    user.environ["PATH"] = f"{PROGRAMS}:{user.environ['PATH']}"
    ran = run(user, sys.executable, "-m", "tui", "hook", "install", client, "--yes", *options)
    assert ran.status == 0, ran.said
    return ran.said


def unlocked(user: User) -> None:
    """From now on the vault opens without a question."""
    user.environ["KEYFOB_PASSWORD_FILE"] = str(user.password_file)


def run(user: User, *words: str, stdin: str = "", environ: Mapping[str, str] | None = None) -> Ran:
    """A client, run without a terminal and looked at while it runs."""
    with (
        subprocess.Popen(
            words,
            cwd=user.work,
            env=user.environ | dict(environ or {}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as process,
        watched(process.pid) as seen,
    ):
        try:
            out, err = process.communicate(stdin, timeout=100)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    return Ran(process.returncode, out, err, seen)


def knows(user: User, registry: str, address: str, client: str) -> None:
    """Give the user a profile of their own, whose keys are for one client."""
    user.knows(registry, address)
    path = user.root / "config" / "keyfob" / "registries" / f"{registry}.toml"
    with path.open("a", encoding="utf-8") as stream:
        stream.write(f'\n[[clients]]\nname = "{client}"\nenv = []\n')
