"""Bytes of a foreign file in order, plain or unpacked from gzip, within bounds."""

from __future__ import annotations

import zlib
from typing import BinaryIO, Protocol

from vault.packages.reading import UnacceptableError

_CHUNK = 256 * 1024
_GZIP = 31  # zlib's window size for a gzip header and its check sum
_ALWAYS = 64 * 1024 * 1024
_MOST = 2 * 1024 * 1024 * 1024
_RATIO = 100  # times the packed size; zlib reaches 1032, packages of text below 20


class Source(Protocol):
    """Bytes in order."""

    def read(self, size: int) -> bytes:
        """The next bytes; fewer only at the end."""

    def skip(self, size: int) -> None:
        """Pass over the next bytes.

        Raises:
            EOFError: There are not so many.
        """


class Plain:
    """The bytes of a file as they are; what is skipped is not read."""

    def __init__(self, stream: BinaryIO) -> None:
        """Begin at the start of a seekable stream."""
        self._stream = stream
        self._left = stream.seek(0, 2)
        stream.seek(0)

    def read(self, size: int) -> bytes:
        """The next bytes; fewer only at the end."""
        data = self._stream.read(min(size, self._left))
        self._left -= len(data)
        return data

    def skip(self, size: int) -> None:
        """Pass over the next bytes.

        Raises:
            EOFError: There are not so many.
        """
        if size > self._left:
            raise EOFError
        self._stream.seek(size, 1)
        self._left -= size


class Gunzipped:
    """What a gzip file unpacks to, a piece at a time.

    One gzip member is read, as packagers write it. cargo's reader stops after the first and
    npm's goes on, so a second one would be read by one of them only: it is refused.
    """

    def __init__(self, stream: BinaryIO) -> None:
        """Begin at the start of a seekable stream."""
        size = stream.seek(0, 2)
        stream.seek(0)
        self._stream = stream
        self._engine = zlib.decompressobj(_GZIP)
        self._packed = b""
        self._left = min(_MOST, max(_ALWAYS, _RATIO * size))

    def read(self, size: int) -> bytes:
        """The next bytes; fewer only at the end.

        Raises:
            UnacceptableError: It unpacks to more than a package would, or goes on after its end.
            EOFError: It is cut off.
            zlib.error: It is damaged.
        """
        pieces: list[bytes] = []
        while size > 0 and (piece := self._piece(size)):
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    def skip(self, size: int) -> None:
        """Pass over the next bytes.

        Raises:
            EOFError: There are not so many, or one of the errors of `read`.
        """
        while size > 0:
            piece = self._piece(min(size, _CHUNK))
            if not piece:
                raise EOFError
            size -= len(piece)

    def _piece(self, size: int) -> bytes:
        while not self._engine.eof:
            packed = self._packed or self._stream.read(_CHUNK)
            if not packed:
                raise EOFError
            piece = self._engine.decompress(packed, size)
            self._packed = self._engine.unconsumed_tail
            self._left -= len(piece)
            if self._left < 0:
                raise UnacceptableError("it unpacks to far more than its size")
            if piece:
                return piece
        if self._engine.unused_data.strip(b"\0"):
            raise UnacceptableError("it goes on after its end")
        return b""
