"""Secrets, each sealed on its own inside the sealed body.

Opening a vault decrypts names and dates; a secret is opened when it is handed out, one at a time,
into a buffer that can be overwritten. Each is bound to its vault, its key and its revision, so
that a sealed secret moved to another key does not open.
"""

from __future__ import annotations

import hmac
import os

from vault.errors import DamagedError
from vault.keys.secret import Secret
from vault.sealing.aead import open_bytes, seal_bytes
from vault.sealing.encoding import bind, from_base64, number, to_base64
from vault.sealing.vaultkey import Entropy, VaultKey

SALT_SIZE = 16
FINGERPRINT_BYTES = 3

_PURPOSE = b"keyfob/1/secret"


def seal_secret(
    key: VaultKey,
    vault_id: str,
    key_id: str,
    revision: int,
    secret: Secret,
    *,
    entropy: Entropy = os.urandom,
) -> str:
    """A secret as its record holds it: base64 of a 16-byte salt, ciphertext and tag.

    Args:
        key: The vault key.
        vault_id: 32 hex digits.
        key_id: The id of the API key it belongs to.
        revision: Which of that key's secrets it is, from 1.
        secret: The value.
        entropy: Source of the salt.
    """
    salt = entropy(SALT_SIZE)
    bound = _bound(vault_id, key_id, revision)
    sealed = seal_bytes(key.derive(_PURPOSE, salt), secret.reveal_bytes(), bound)
    return to_base64(salt + sealed)


def open_secret(key: VaultKey, vault_id: str, key_id: str, revision: int, sealed: str) -> Secret:
    """The secret that `seal_secret` sealed for this vault, key and revision.

    Raises:
        DamagedError: It is damaged, or was sealed for another vault, key or revision.
    """
    data = from_base64(sealed, "a secret")
    salt = data[:SALT_SIZE]
    bound = _bound(vault_id, key_id, revision)
    buffer = open_bytes(key.derive(_PURPOSE, salt), data[SALT_SIZE:], bound)
    if buffer is None:
        raise DamagedError("The vault file is damaged: a secret in it cannot be opened.")
    secret = Secret(buffer)
    buffer[:] = bytes(len(buffer))
    return secret


def fingerprint(key: VaultKey, secret: Secret) -> str:
    """Six hex digits that tell two secrets of one vault apart and say nothing outside it."""
    digest = hmac.digest(key.derive(b"keyfob/1/fingerprint"), secret.reveal_bytes(), "sha256")
    return digest[:FINGERPRINT_BYTES].hex()


def _bound(vault_id: str, key_id: str, revision: int) -> bytes:
    return bind(_PURPOSE, bytes.fromhex(vault_id), key_id.encode(), number(revision))
