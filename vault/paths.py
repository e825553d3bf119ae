"""Where things are: the vault, the machine's state, the configuration.

platformdirs is imported on use, so that verbs which are given a path do not pay for it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from vault.errors import StorageError

VAULT_VARIABLE = "KEYFOB_VAULT"
FILE_NAME = "keys.keyfob"


def vault_path(option: str | None = None, environ: Mapping[str, str] = os.environ) -> Path:
    """The vault's file: `--vault`, else `KEYFOB_VAULT`, else the user's data directory.

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
    import platformdirs

    return platformdirs.user_data_path("keyfob", appauthor=False) / FILE_NAME


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


def state_directory() -> Path:
    """The directory of what this machine remembers of vaults; never beside the vault."""
    import platformdirs

    return platformdirs.user_state_path("keyfob", appauthor=False)


def config_directory() -> Path:
    """The directory of the user's settings and own profiles."""
    import platformdirs

    return platformdirs.user_config_path("keyfob", appauthor=False)
