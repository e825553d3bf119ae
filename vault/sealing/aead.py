"""Sealing small things under a key used once: ChaCha20-Poly1305 with the zero nonce.

Every key passed here comes from HKDF with a fresh random salt and seals one message, so that a
nonce has nothing left to do and none can repeat.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

NONCE = bytes(12)
TAG_SIZE = 16


def seal_bytes(key: bytes, plain: bytes, bound: bytes) -> bytes:
    """Ciphertext and tag of a message, with the additional data it is bound to."""
    return ChaCha20Poly1305(key).encrypt(NONCE, plain, bound)


def open_bytes(key: bytes, sealed: bytes, bound: bytes) -> bytearray | None:
    """The message that `seal_bytes` sealed, in a buffer to overwrite; None if it is not genuine."""
    cipher = ChaCha20Poly1305(key)
    buffer = bytearray(max(len(sealed) - TAG_SIZE, 0))
    try:
        cipher.decrypt_into(NONCE, sealed, bound, buffer)
    except InvalidTag:
        buffer[:] = bytes(len(buffer))  # it leaves what it decrypted behind
        return None
    return buffer
