"""The vault key: 32 random bytes from which every other key of a vault is derived."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Final, NoReturn, TypeAlias

from vault.sealing.encoding import bind

KEY_SIZE: Final = 32
"""Bytes of every key in the format."""

Entropy: TypeAlias = Callable[[int], bytes]
"""A source of that many unpredictable bytes; `os.urandom` except in tests."""


def hkdf(material: bytes | bytearray, salt: bytes, info: bytes) -> bytes:
    """A 32-byte key by HKDF-SHA-256 (RFC 5869): one round, since the hash is that long."""
    extracted = hmac.digest(salt or bytes(KEY_SIZE), material, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")


class VaultKey:
    """The key of one open vault, in a buffer that can be overwritten and never prints itself."""

    __slots__ = ("_buffer",)

    def __init__(self, material: bytes | bytearray) -> None:
        if len(material) != KEY_SIZE:
            raise ValueError("a vault key has 32 bytes")
        self._buffer = bytearray(material)

    def derive(self, purpose: bytes, salt: bytes = b"") -> bytes:
        """The 32-byte key for one purpose, e.g. `keyfob/1/body`, and one salt.

        Raises:
            ValueError: The key was wiped: nothing may be sealed under what is left.
        """
        return hkdf(self._present(), salt, bind(purpose))

    def reveal_bytes(self) -> bytes:
        """The key itself, for wrapping it in a slot.

        Raises:
            ValueError: The key was wiped.
        """
        return bytes(self._present())

    def wipe(self) -> None:
        """Overwrite the key with zeros and forget it."""
        self._buffer[:] = bytes(len(self._buffer))
        self._buffer.clear()

    def _present(self) -> bytearray:
        if not self._buffer:
            raise ValueError("the vault key was wiped")
        return self._buffer

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, VaultKey):
            return NotImplemented
        return hmac.compare_digest(self._buffer, other._buffer)

    __hash__ = None  # type: ignore[assignment]  # a hash would be a guess oracle

    def __repr__(self) -> str:
        return "VaultKey(hidden)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a vault key cannot be pickled or copied")
