"""The clients and servers of these tests, installed once a machine, in a cache directory of theirs.

keyfob's own environment stays as it is. `python -m tests.clients.tools` installs them beforehand,
with nothing but Python; a test that needs one installs it itself, or skips and says why not.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

PYTHON = (
    "devpi-server==6.20.3",
    "devpi-tokens==1.1.0",
    "django==5.2.19",
    "minchoc==0.2.0",
    "passlib==1.7.4",
    "pypiserver==2.4.2",
    "setuptools<81",  # devpi-server's web framework still imports pkg_resources
    "twine==7.0.0",
    "uv==0.13.9",
    "waitress==3.0.2",
)
NPM = {
    "dependencies": {"nuget-exe": "5.8.0", "verdaccio": "6.8.0"},
    "overrides": {"node-fetch": "2.7.0"},  # verdaccio wants it by a tag that not every mirror has
}
OLDEST_CARGO = (1, 74)
"""The first cargo with credential providers."""


class ToolMissingError(Exception):
    """A tool that is not here and cannot be installed; the message is a reason to skip."""


@cache
def python_programs() -> Path:
    """The directory of the programs of `PYTHON`, in an environment of their own.

    Raises:
        ToolMissingError: They cannot be installed, without a network for one.
    """

    def install(directory: Path) -> None:
        _run([sys.executable, "-m", "venv", str(directory)])
        pip = [str(directory / "bin" / "python"), "-m", "pip", "install", "-q", "--retries", "1"]
        _run([*pip, *PYTHON])

    return _installed("python", [sys.version, sys.base_prefix, *PYTHON], install) / "bin"


@cache
def node_modules() -> Path:
    """The directory of the packages of `NPM`.

    Raises:
        ToolMissingError: They cannot be installed.
    """

    def install(directory: Path) -> None:
        manifest = {"name": "tools", "version": "1.0.0", "private": True, **NPM}
        (directory / "package.json").write_text(json.dumps(manifest))
        npm = program("npm")
        quick = ["--fetch-retries=1", "--fetch-retry-mintimeout=1000"]
        _run([npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", *quick], directory)

    return _installed("node", [json.dumps(NPM)], install) / "node_modules"


def program(name: str) -> str:
    """A program of this machine.

    Raises:
        ToolMissingError: It is not on the PATH.
    """
    found = shutil.which(name)
    if found is None:
        raise ToolMissingError(f"there is no {name} on the PATH")
    return found


@cache
def cargo() -> str:
    """A cargo that knows credential providers.

    Raises:
        ToolMissingError: There is none, or only an older one.
    """
    found = program("cargo")
    said = _run([found, "--version"]).split()
    version = tuple(int(part) for part in said[1].split("-")[0].split(".")[:2])
    if version < OLDEST_CARGO:
        raise ToolMissingError(f"cargo {said[1]} has no credential providers; 1.74 has")
    return found


def _installed(name: str, recipe: list[str], install: Callable[[Path], None]) -> Path:
    """The directory of what a recipe makes; whoever comes first makes it, the others wait."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "keyfob-tests"
    mark = hashlib.sha256("\n".join(recipe).encode()).hexdigest()[:12]
    directory = base / f"{name}-{mark}"
    base.mkdir(parents=True, exist_ok=True)
    with _locked(directory.with_suffix(".lock")):
        if not (directory / "complete").exists():
            shutil.rmtree(directory, ignore_errors=True)
            directory.mkdir()
            install(directory)
            (directory / "complete").touch()
    return directory


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    if sys.platform == "win32":
        raise ToolMissingError("these clients and servers are tried on Linux only")
    import fcntl

    with path.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _run(command: list[str], directory: Path | None = None) -> str:
    try:
        done = subprocess.run(
            command, cwd=directory, capture_output=True, text=True, timeout=500, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ToolMissingError(f"{command[0]} did not run: {error}") from None
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if "error" in line.lower()]
        why = (lines or ["it said nothing"])[0]
        raise ToolMissingError(f"{' '.join(command[:4])} failed: {why[:300]}")
    return done.stdout


def main() -> int:
    """Install all; what cannot be is told, and no failure: the tests that need it skip."""
    for each in (python_programs, node_modules, cargo):
        try:
            print(f"{each.__name__}: {each()}")
        except ToolMissingError as error:
            print(f"{each.__name__}: {error}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
