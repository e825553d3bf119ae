r"""Where things are: the vault, the machine's state, the configuration.

All of it lies in the user's own part of the machine: by the XDG variables on Linux, in
`~/Library/Application Support/keyfob` on macOS, in `%LOCALAPPDATA%\keyfob` on Windows, which
does not roam and whose access list lets in the user, the administrators and the system.

platformdirs is imported where it is needed only: it takes a tenth of the time that `check` may.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from vault.errors import StorageError

VAULT_VARIABLE = "KEYFOB_VAULT"
FILE_NAME = "keys.keyfob"


class Directories(Protocol):
    """Where a platform keeps what belongs to one program and one user, as platformdirs tells."""

    @property
    def user_data_path(self) -> Path:
        """For what the user would miss."""

    @property
    def user_state_path(self) -> Path:
        """For what can be lost; the same as for data on Windows and macOS."""

    @property
    def user_config_path(self) -> Path:
        """For settings; the same as for data on Windows and macOS."""


class Xdg:
    """The directories of Linux, as platformdirs tells them too where `HOME` is a whole path."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Look nowhere yet.

        Args:
            environ: Its `HOME` is a whole path; XDG variables that are none do not count.
        """
        self._environ = environ

    @property
    def user_data_path(self) -> Path:
        """By `XDG_DATA_HOME`."""
        return self._by("XDG_DATA_HOME", ".local/share")

    @property
    def user_state_path(self) -> Path:
        """By `XDG_STATE_HOME`."""
        return self._by("XDG_STATE_HOME", ".local/state")

    @property
    def user_config_path(self) -> Path:
        """By `XDG_CONFIG_HOME`."""
        return self._by("XDG_CONFIG_HOME", ".config")

    def _by(self, variable: str, else_in_home: str) -> Path:
        named = Path(self._environ.get(variable, ""))
        home = Path(self._environ["HOME"])
        return (named if named.is_absolute() else home / else_in_home) / "keyfob"


def vault_path(
    option: str | None = None,
    environ: Mapping[str, str] = os.environ,
    *,
    directories: Directories | None = None,
) -> Path:
    """The vault's file: `--vault`, else `KEYFOB_VAULT`, else the user's data directory.

    Args:
        option: What `--vault` gives.
        environ: The environment.
        directories: This platform's when None.

    Raises:
        StorageError: The path is relative to a directory that was removed.
    """
    chosen = option or environ.get(VAULT_VARIABLE)
    if chosen:
        try:
            return expanded(chosen).absolute()
        except FileNotFoundError:
            raise StorageError(
                "The current directory is gone.", "Change to another one, or name the whole path."
            ) from None
    return (directories or _directories()).user_data_path / FILE_NAME


def in_own_directory(option: str | None = None, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether `vault_path` answers the one in the user's data directory, which is keyfob's own."""
    return not (option or environ.get(VAULT_VARIABLE))


def expanded(text: str) -> Path:
    """A path with its `~` replaced by a home directory; as it is, like in a shell, if it has none.

    Args:
        text: The path as it was typed.
    """
    path = Path(text)
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def state_directory(directories: Directories | None = None) -> Path:
    """The directory of what this machine remembers of vaults; never the vault's own.

    Args:
        directories: This platform's when None.
    """
    found = directories or _directories()
    state = found.user_state_path
    return state / "state" if state == found.user_data_path else state


def config_directory(directories: Directories | None = None) -> Path:
    """The directory of the user's settings and own profiles.

    Args:
        directories: This platform's when None.
    """
    return (directories or _directories()).user_config_path


def _directories() -> Directories:
    if sys.platform == "linux" and Path(os.environ.get("HOME", "")).is_absolute():
        return Xdg(os.environ)
    import platformdirs

    return platformdirs.PlatformDirs("keyfob", appauthor=False)
