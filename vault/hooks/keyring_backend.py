"""keyfob as a backend of the Python package `keyring`: twine, and pip in its import mode, ask it.

It answers for URLs of Python indexes that keyfob knows and for nothing else. What it keeps nothing
of, it leaves to the next backend, so that other programs' secrets go where they went before.
Importing it is cheap: every program that uses `keyring` in this environment does.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from keyring.backend import KeyringBackend
from keyring.compat import properties
from keyring.credentials import SimpleCredential
from keyring.errors import PasswordDeleteError, PasswordSetError

if TYPE_CHECKING:
    from vault.cli.desk import Desk
    from vault.hooks.asking import Server
    from vault.keys.secret import Secret

_AGENT = "KEYFOB_AGENT"  # as in vault.agent.client, which is not loaded until there is a question

_KEPT_FOR = 300.0
"""Seconds for which an answer is given again: half the life of a narrowed token."""

_REFUSAL = "keyfob takes no keys from other programs: see keyfob new."


class _NotKeptError(PasswordSetError, NotImplementedError):
    """Says why, and is what makes keyring's chain of backends go on to the next one."""


class _NotRemovedError(PasswordDeleteError, NotImplementedError):
    """The same for removing."""


class Keyring(KeyringBackend):
    """The vault's keys, as passwords for the indexes they are for.

    A client asks the same question several times; the vault is asked once, so that its password
    is typed once at most.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring's own has no types
        self._lent: dict[object, tuple[float, tuple[str, Secret] | None]] = {}

    @properties.classproperty
    def priority(cls) -> float:  # noqa: N805 - a property of the class
        """Before the keyrings of operating systems, which have 5.

        Raises:
            RuntimeError: There is no vault here.
        """
        import os

        from vault.paths import vault_path

        if not os.environ.get(_AGENT) and not vault_path().exists():
            raise RuntimeError("There is no keyfob vault here.")
        return 9

    def get_password(self, service: str, username: str) -> str | None:
        """The password of a user at an index, or None."""
        found = self._answer(service, username)
        return None if found is None else found[1].reveal()

    def get_credential(self, service: str, username: str | None) -> SimpleCredential | None:
        """User name and password for an index, or None."""
        found = self._answer(service, username)
        return None if found is None else SimpleCredential(found[0], found[1].reveal())

    def set_password(self, service: str, username: str, password: str) -> None:  # noqa: ARG002 - keyring's signature
        """Refuse.

        Raises:
            PasswordSetError: Always; the next backend may take it.
        """
        raise _NotKeptError(_REFUSAL)

    def delete_password(self, service: str, username: str) -> None:  # noqa: ARG002 - keyring's signature
        """Refuse.

        Raises:
            PasswordDeleteError: Always; the next backend may have it.
        """
        raise _NotRemovedError("keyfob lets other programs remove no keys: see keyfob remove.")

    def _answer(self, service: str, username: str | None) -> tuple[str, Secret] | None:
        """User name and secret; None, and a line on stderr if it could be otherwise."""
        if "://" not in service:
            return None
        from vault.cli.desk import Desk
        from vault.errors import VaultError
        from vault.hooks.asking import UnknownServerError
        from vault.hooks.python_index import index_at, user_for

        desk = Desk()
        try:
            server = index_at(service, desk)
            user_for(server, username, "")
            lent = self._once(server, desk)
            return None if lent is None else (user_for(server, username, lent[0]), lent[1])
        except UnknownServerError:
            return None
        except VaultError as error:
            desk.complain(error)
        except Exception as error:  # noqa: BLE001 - the client may have other ways, and goes on
            desk.note(f"keyfob stopped by an unexpected error ({type(error).__name__}).")
        return None

    def _once(self, server: Server | None, desk: Desk) -> tuple[str, Secret] | None:
        """Owner and secret; None if there were none the last time, which was said then.

        Raises:
            VaultError: There are none.
        """
        from vault.hooks.python_index import lent_key, uploaded

        projects = uploaded(sys.argv, Path.cwd())
        asked = (tuple(profile.id for profile in server or ()), projects)
        until, lent = self._lent.get(asked, (0.0, None))
        if until > time.monotonic():
            return lent
        self._lent[asked] = (time.monotonic() + _KEPT_FOR, None)
        lent = lent_key(server, projects, desk)
        self._lent[asked] = (time.monotonic() + _KEPT_FOR, lent)
        return lent
