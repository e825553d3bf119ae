"""keyfob's library: scoped API keys in an encrypted vault.

    from vault import FileStore, Vault

    store = FileStore(Path("keys.keyfob"))
    vault = Vault.open(store, password)
    key = vault.find("release-bot")
    print(key.name, key.lifetime.say(now()), key.covers("Contoso.Core"))
    with vault.secret(key.id) as secret:
        hand_over(secret.reveal())

The names below are loaded on first use: `keyfob check` must not pay for cryptography, and
`keyfob run` not even for `typing` and `importlib`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vault.errors import VaultError
    from vault.home import Home
    from vault.keys.glob import Glob, Matching
    from vault.keys.grant import Grant
    from vault.keys.key import Draft, Key
    from vault.keys.lifetime import Lifetime, State
    from vault.keys.secret import Secret
    from vault.store.file import FileStore
    from vault.vault import Change, Vault

__version__ = "0.1.0"

_HOMES = {
    "Change": "vault.vault",
    "Draft": "vault.keys.key",
    "FileStore": "vault.store.file",
    "Glob": "vault.keys.glob",
    "Grant": "vault.keys.grant",
    "Home": "vault.home",
    "Key": "vault.keys.key",
    "Lifetime": "vault.keys.lifetime",
    "Matching": "vault.keys.glob",
    "Secret": "vault.keys.secret",
    "State": "vault.keys.lifetime",
    "Vault": "vault.vault",
    "VaultError": "vault.errors",
}

__all__ = [
    "Change",
    "Draft",
    "FileStore",
    "Glob",
    "Grant",
    "Home",
    "Key",
    "Lifetime",
    "Matching",
    "Secret",
    "State",
    "Vault",
    "VaultError",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'vault' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value
