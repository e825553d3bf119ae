r"""A whole vault file as bytes: created, unlocked, sealed and opened. FORMAT.md describes it.

magic  "KEYFOB1\n"
header one line of JSON
MAC    HMAC-SHA-256 over magic and header, 32 bytes
salt   32 random bytes, fresh at every save
body   ChaCha20-Poly1305 over everything above, tag included
"""

from __future__ import annotations

import hmac
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from vault.errors import DamagedError
from vault.sealing.aead import NONCE, TAG_SIZE
from vault.sealing.beginning import header_end
from vault.sealing.header import Header, read_header, verify_check, write_header
from vault.sealing.kdf import KdfCost
from vault.sealing.secrets import fingerprint, open_secret, seal_secret
from vault.sealing.slots import (
    new_password_slot,
    new_recovery_slot,
    open_keyring_slots,
    open_slots,
    read_slots,
)
from vault.sealing.vaultkey import KEY_SIZE, Entropy, VaultKey

__all__ = [
    "SALT_BYTES",
    "VaultKey",
    "body_offset",
    "create",
    "fingerprint",
    "is_under",
    "open_body",
    "open_secret",
    "seal",
    "seal_secret",
    "unlock",
    "unlock_with_keyring",
]

MAC_BYTES = 32
SALT_BYTES = 32
VAULT_ID_BYTES = 16
BODY_STEP = 4096
"""The body's length is padded to a multiple of this many bytes."""


def create(
    password: str, *, cost: KdfCost, entropy: Entropy = os.urandom
) -> tuple[VaultKey, str, tuple[dict[str, Any], ...], str]:
    """A new vault's key, and the ways to open it.

    Args:
        password: As typed; normalised here.
        cost: What one guess at the password shall cost.
        entropy: Source of the key, the id, the salts and the recovery code.

    Returns:
        The vault key; the vault's id, 32 hex digits; the slots for its header, a password slot
        and a recovery slot; the recovery code, to be shown once.

    Raises:
        ValueRefusedError: The password is empty, too long, or not text.
    """
    key = VaultKey(entropy(KEY_SIZE))
    vault_id = entropy(VAULT_ID_BYTES).hex()
    by_password = new_password_slot(key, vault_id, password, cost=cost, entropy=entropy)
    by_code, code = new_recovery_slot(key, vault_id, entropy=entropy)
    return key, vault_id, (by_password, by_code), code


def unlock(data: bytes, password: str) -> VaultKey:
    """The vault key, by the password or the recovery code; the header is authenticated with it.

    Takes as long as the password slot was made to cost, and releases the interpreter meanwhile.

    Raises:
        WrongPasswordError: It opens no slot.
        DamagedError: Not a keyfob vault, damaged, or changed after it was saved.
        NewerFormatError: Written in a newer format.
        StorageError: There is too little free memory for the derivation.
    """
    header = read_header(data)
    verify_check(data)
    return _checked(data, open_slots(header.vault_id, read_slots(header.slots), password))


def unlock_with_keyring(data: bytes, material: bytes) -> VaultKey | None:
    """The vault key, by what this computer's keyring holds; None if that opens no slot.

    Takes no derivation. The header is authenticated with the key.

    Raises:
        DamagedError: Not a keyfob vault, damaged, or changed after it was saved.
        NewerFormatError: Written in a newer format.
    """
    header = read_header(data)
    verify_check(data)
    key = open_keyring_slots(header.vault_id, read_slots(header.slots), material)
    return None if key is None else _checked(data, key)


def _checked(data: bytes, key: VaultKey) -> VaultKey:
    """The key, if the header was authenticated with it; wiped if not."""
    try:
        _authenticated(data, key)
    except DamagedError:
        key.wipe()
        raise
    return key


def seal(header: Header, key: VaultKey, body: bytes, *, entropy: Entropy = os.urandom) -> bytes:
    """A whole vault file.

    Args:
        header: Written as it is; the caller counts the generation.
        key: The vault key.
        body: JSON Lines; padded here with line ends.
        entropy: Source of the body's salt.

    Raises:
        ValueRefusedError: The header is too large.
    """
    head = write_header(header)
    salt = entropy(SALT_BYTES)
    above = b"".join([head, _mac(head, key), salt])
    padded = body.ljust(max(-(-len(body) // BODY_STEP), 1) * BODY_STEP, b"\n")
    return above + _cipher(key, salt).encrypt(NONCE, padded, above)


def open_body(data: bytes, key: VaultKey) -> bytes:
    """The body of a vault file, authenticated together with its header; the padding removed.

    Raises:
        DamagedError: Not a keyfob vault, damaged, or sealed under another vault key.
        NewerFormatError: Written in a newer format.
    """
    start = _authenticated(data, key)
    above, sealed = data[:start], memoryview(data)[start:]
    try:
        body = _cipher(key, above[-SALT_BYTES:]).decrypt(NONCE, sealed, above)
    except InvalidTag:
        if len(sealed) % BODY_STEP != TAG_SIZE:
            raise DamagedError(
                "The vault file is damaged: it is cut short, or something follows its end."
            ) from None
        raise DamagedError("The vault file is damaged: its body was changed.") from None
    return body.rstrip(b"\n")


def is_under(data: bytes, key: VaultKey) -> bool:
    """Whether a vault file's header was authenticated with this vault key.

    Raises:
        DamagedError: Not a keyfob vault, or the file ends before its body.
        NewerFormatError: Written in a newer format.
    """
    offset = body_offset(data)
    if len(data) < offset + SALT_BYTES + BODY_STEP + TAG_SIZE:
        raise DamagedError("The vault file is damaged: it is cut short.")
    end = offset - MAC_BYTES
    return hmac.compare_digest(_mac(data[:end], key), data[end:offset])


def body_offset(data: bytes) -> int:
    """Where the body's part of a vault file starts: its salt, fresh at every save, comes first.

    Raises:
        DamagedError: Not a keyfob vault, or cut short within its header.
        NewerFormatError: Written in a newer format.
    """
    return header_end(data) + MAC_BYTES


def _authenticated(data: bytes, key: VaultKey) -> int:
    """Where the sealed body starts, once the header's MAC is found to be right.

    Raises:
        DamagedError: It is not, or the file ends before its body.
    """
    if not is_under(data, key):
        raise DamagedError("The vault file is damaged: its header was changed after it was saved.")
    return body_offset(data) + SALT_BYTES


def _mac(head: bytes, key: VaultKey) -> bytes:
    return hmac.digest(key.derive(b"keyfob/1/header"), head, "sha256")


def _cipher(key: VaultKey, salt: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(key.derive(b"keyfob/1/body", salt))
