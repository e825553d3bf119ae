"""Which key of the vault a secret found elsewhere belongs to."""

from __future__ import annotations

from contextlib import suppress
from typing import Self

from vault.errors import KeyNotFoundError
from vault.keys.key import Key
from vault.keys.secret import Secret
from vault.lending import Lender


class Holders:
    """The keys of a lender, found by their secrets. On leaving, what was lent is wiped.

    Secrets are compared, since a fingerprint is keyed to its vault and only the vault can make one.
    Only keys whose secret was recognised as the same format are looked at.
    """

    def __init__(self, lender: Lender) -> None:
        self._lender = lender
        self._keys = lender.keys
        self._lent: dict[str, list[tuple[Key, Secret]]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for rows in self._lent.values():
            for _, secret in rows:
                secret.wipe()
        self._lent.clear()

    def of(self, secret: Secret, form: str) -> Key | None:
        """The key that has this secret, or None.

        Args:
            secret: What was found.
            form: The name of its format.

        Raises:
            VaultError: The lender went away.
        """
        if form not in self._lent:
            self._lent[form] = self._lend(form)
        return next((key for key, own in self._lent[form] if own == secret), None)

    def _lend(self, form: str) -> list[tuple[Key, Secret]]:
        rows = []
        for key in self._keys:
            if key.format == form:
                with suppress(KeyNotFoundError):  # removed meanwhile, or not lent
                    rows.append((key, self._lender.secret(key.id)))
        return rows
