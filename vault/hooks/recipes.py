"""What each client's configuration must say so that the client asks keyfob, and where."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

from vault.errors import ValueRefusedError
from vault.hooks import docker
from vault.hooks.git import is_for_git
from vault.hooks.settings.form import Name, Value
from vault.registries.loader import known

FormName: TypeAlias = Literal["toml", "json", "ini", "git", "whole"]
Reader: TypeAlias = Callable[[Path, FormName, Name], Value]
"""Answers what a setting says now."""

_WINDOWS = sys.platform == "win32"

PRIVATE = 0o600
PROGRAM = 0o700


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as it must be.

    Attributes:
        path: The file.
        form: What kind of file that is.
        name: The setting.
        value: What it must say.
        fresh_mode: The mode of the file if it has to be made.
    """

    path: Path
    form: FormName
    name: Name
    value: Value
    fresh_mode: int = PRIVATE


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a recipe finds things.

    Attributes:
        environ: The environment.
        home: The user's home directory.
        programs: The directory for the program `keyring`.
        read: Tells what settings say now.
    """

    environ: Mapping[str, str]
    home: Path
    programs: Path
    read: Reader

    def directory(self, variable: str, default: str) -> Path:
        """The directory that a variable names, else one below the home directory."""
        named = self.environ.get(variable)
        return Path(named).absolute() if named else self.home / default


Recipe: TypeAlias = Callable[[Surroundings], Iterator[Setting | str]]
"""Answers the settings of a client, and sentences the user should read."""


def cargo(around: Surroundings) -> Iterator[Setting | str]:
    """Behind the providers that are there: cargo asks the last one first, then those before it.

    A provider set for crates.io alone would go before them, so it is replaced.
    """
    folder = around.directory("CARGO_HOME", ".cargo")
    old = folder / "config"  # cargo takes the old name where there are both
    path = old if old.is_file() else folder / "config.toml"
    program = program_of("keyfob-cargo", around.environ)
    if any(char.isspace() for char in program):
        raise ValueRefusedError(
            "cargo takes no provider with a space in its path.",
            f"Put the directory {Path(program).parent} on your PATH.",
        )
    name = ("registry", "global-credential-providers")
    there = around.read(path, "toml", name)
    providers = there if isinstance(there, list) else ["cargo:token"]
    if program not in providers:
        providers = [*providers, program]
    yield Setting(path, "toml", name, providers)
    alone = ("registry", "credential-provider")
    if around.read(path, "toml", alone) not in (None, program, [program]):
        yield Setting(path, "toml", alone, program)


def git(around: Surroundings) -> Iterator[Setting | str]:
    """For the hosts of registries whose keys are for git, and for no other.

    The empty helper before keyfob's takes out all others: git would hand them keyfob's keys to
    store, and one of them may keep them in the clear.
    """
    path = _git_config(around)
    program = program_of("git-credential-keyfob", around.environ)
    # git takes a quoted path for the end of the name of a command of its own, but not after a `!`.
    helper = "keyfob" if program == "git-credential-keyfob" else f"!{shlex.quote(program)}"
    for profile in filter(is_for_git, known()):
        parts = urlsplit(next(iter(profile.addresses), ""))
        if parts.scheme == "https" and parts.netloc:
            url = f"https://{parts.netloc}"
            yield Setting(path, "git", ("credential", url, "helper"), ["", helper])
            yield Setting(path, "git", ("credential", url, "useHttpPath"), ["true"])
            yield f"Other credential helpers are not asked for {url} any more."


def docker_config(around: Surroundings) -> Iterator[Setting | str]:
    """For the servers of registries whose keys are for docker."""
    path = around.directory("DOCKER_CONFIG", ".docker") / "config.json"
    program = program_of("docker-credential-keyfob", around.environ)
    for profile in filter(docker.is_for_docker, known()):
        for server in docker.servers(profile):
            yield Setting(path, "json", ("credHelpers", server), "keyfob")
    if program != "docker-credential-keyfob":
        yield f"docker finds it on PATH only: put {Path(program).parent} there."


def keyring(around: Surroundings) -> Iterator[Setting | str]:
    """A program named `keyring`, and the settings that make uv and pip ask it."""
    script = around.programs / ("keyring.cmd" if _WINDOWS else "keyring")
    there = around.read(script, "whole", ())
    if there is not None and _SHIM not in there:
        raise ValueRefusedError(
            f"{script} is another program.", "Name another directory with --dir."
        )
    yield Setting(script, "whole", (), _script(windows=_WINDOWS), PROGRAM)
    yield Setting(_pip_config(around), "ini", ("global", "keyring-provider"), "subprocess")
    yield Setting(_uv_config(around), "toml", ("keyring-provider",), "subprocess")
    found = shutil.which("keyring", path=around.environ.get("PATH", ""))
    if found is None or Path(found) != script:
        line = f"$env:PATH = '{script.parent};' + $env:PATH"
        if not _WINDOWS:
            line = f'export PATH={shlex.quote(str(script.parent))}:"$PATH"'
        yield f"Put its directory first on your PATH: {line}"


RECIPES: Mapping[str, Recipe] = {
    "cargo": cargo,
    "docker": docker_config,
    "git": git,
    "keyring": keyring,
}
"""The clients whose configuration keyfob can change."""

_SHIM = "vault.hooks.keyring_shim"


def program_of(name: str, environ: Mapping[str, str]) -> str:
    """What to call a program of keyfob's: its name if that is on PATH, else its path.

    Raises:
        ValueRefusedError: It is nowhere: keyfob runs without being installed.
    """
    if shutil.which(name, path=environ.get("PATH", "")):
        return name
    beside = shutil.which(name, path=str(Path(sys.executable).parent))
    if beside is None:
        raise ValueRefusedError(
            f"The program {name} is not installed.", "Install keyfob: pip install keyfob"
        )
    return beside


def _script(*, windows: bool) -> str:
    # -P, because a directory named vault where the user happens to be must not be run
    if windows:
        return f'@"{sys.executable.replace("%", "%%")}" -P -m {_SHIM} %*\r\n'
    return (
        "#!/bin/sh\n# Hands keys of keyfob's vault to uv and pip. Undone by: keyfob hook remove\n"
        f'exec {shlex.quote(sys.executable)} -P -m {_SHIM} "$@"\n'
    )


def _git_config(around: Surroundings) -> Path:
    """The file `git config --global` writes to."""
    named = around.environ.get("GIT_CONFIG_GLOBAL")
    if named:
        return Path(named).absolute()
    own = around.home / ".gitconfig"
    other = around.directory("XDG_CONFIG_HOME", ".config") / "git" / "config"
    return other if other.exists() and not os.path.lexists(own) else own


def _pip_config(around: Surroundings) -> Path:
    """The file `pip config --user set` writes to, or the one that pip reads last."""
    named = around.environ.get("PIP_CONFIG_FILE")
    if named and named != os.devnull:
        return Path(named).absolute()
    if _WINDOWS:
        return around.directory("APPDATA", "AppData/Roaming") / "pip" / "pip.ini"
    mac = around.home / "Library" / "Application Support" / "pip"
    if sys.platform == "darwin" and mac.is_dir():
        return mac / "pip.conf"
    return around.directory("XDG_CONFIG_HOME", ".config") / "pip" / "pip.conf"


def _uv_config(around: Surroundings) -> Path:
    if _WINDOWS:
        return around.directory("APPDATA", "AppData/Roaming") / "uv" / "uv.toml"
    return around.directory("XDG_CONFIG_HOME", ".config") / "uv" / "uv.toml"
