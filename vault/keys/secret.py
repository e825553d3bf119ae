"""A secret: the value of a key, in a type that never prints itself."""

from __future__ import annotations

from typing import NoReturn, Self


class Secret:
    """The value of one API key, held in a buffer that can be overwritten.

    It has no `str`, no useful `repr`, cannot be formatted, hashed, copied or pickled, and compares
    in constant time. As a context manager it wipes itself on leaving. Python may keep copies of
    text made by `reveal`; SECURITY.md says how far wiping can be trusted.
    """

    __slots__ = ("_buffer",)

    def __init__(self, value: str | bytes | bytearray) -> None:
        self._buffer = bytearray(value.encode() if isinstance(value, str) else value)

    def reveal(self) -> str:
        """The secret as text, for the one place that must have it."""
        return self._buffer.decode()

    def reveal_bytes(self) -> bytes:
        """The secret as UTF-8 bytes, for sealing or a pipe."""
        return bytes(self._buffer)

    def wipe(self) -> None:
        """Overwrite the buffer with zeros and empty it."""
        self._buffer[:] = bytes(len(self._buffer))
        self._buffer.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.wipe()

    def __len__(self) -> int:
        return len(self._buffer)

    def __bool__(self) -> bool:
        return bool(self._buffer)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        import hmac  # loads OpenSSL, for which a hook that hands out one secret has no use

        return hmac.compare_digest(self._buffer, other._buffer)

    __hash__ = None  # type: ignore[assignment]  # a hash would be a guess oracle

    def __repr__(self) -> str:
        return "Secret(hidden)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret cannot be pickled or copied")
