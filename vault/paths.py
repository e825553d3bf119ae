"""Where things are: the vault, the machine's state, the configuration.

platformdirs is imported on use, so that verbs which are given a path do not pay for it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

VAULT_VARIABLE = "KEYFOB_VAULT"
FILE_NAME = "keys.keyfob"


def vault_path(option: str | None = None, environ: Mapping[str, str] = os.environ) -> Path:
    """The vault's file: `--vault`, else `KEYFOB_VAULT`, else the user's data directory."""
    chosen = option or environ.get(VAULT_VARIABLE)
    if chosen:
        return Path(chosen).expanduser().absolute()
    import platformdirs

    return platformdirs.user_data_path("keyfob", appauthor=False) / FILE_NAME


def state_directory() -> Path:
    """The directory of what this machine remembers of vaults; never beside the vault."""
    import platformdirs

    return platformdirs.user_state_path("keyfob", appauthor=False)


def config_directory() -> Path:
    """The directory of the user's settings and own profiles."""
    import platformdirs

    return platformdirs.user_config_path("keyfob", appauthor=False)
