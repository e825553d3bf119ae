"""Which vault a command means, and what this machine remembers of it. Opens nothing."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from vault.errors import DamagedError
from vault.paths import in_own_directory, state_directory, vault_path
from vault.store.file import FileStore
from vault.store.state import LocalState

if TYPE_CHECKING:
    from vault.cli.desk import Desk


def store_for(args: argparse.Namespace, desk: Desk) -> FileStore:
    """The store of the vault that the arguments or the environment name."""
    option = getattr(args, "vault", None)
    return FileStore(
        vault_path(option, desk.environ), own_directory=in_own_directory(option, desk.environ)
    )


def state_for(desk: Desk) -> LocalState:
    """What this machine remembers of vaults."""
    return LocalState(desk.state or state_directory())


@contextmanager
def naming_backups(store: FileStore) -> Iterator[None]:
    """Add to the news of a damaged vault where its backups are.

    Raises:
        DamagedError: What was raised inside, with the backups in its hint.
    """
    try:
        yield
    except DamagedError as error:
        backups = ", ".join(str(path) for path in store.backups())
        found = (
            (
                f"The file was left as it is. Its backup: {backups}; "
                "keyfob backup restore puts it in place."
            )
            if backups
            else error.hint
        )
        raise DamagedError(error.message, found) from None
