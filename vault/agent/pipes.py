"""Named pipes: how an agent is reached on Windows.

A private file holds the pipe's name and a random key, with which both sides prove to each other
that they could read that file. Nobody has run this on Windows yet; its tests use Unix sockets in
the place of the pipes.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Any, TypeAlias

import msgspec

from vault.agent.places import check_private
from vault.agent.protocol import AgentError
from vault.errors import StorageError
from vault.store.disk import remove, write_new

if sys.platform == "win32":
    from multiprocessing.connection import PipeConnection

    Wire: TypeAlias = "Connection[Any, Any] | PipeConnection[Any, Any]"
else:
    Wire: TypeAlias = "Connection[Any, Any]"

KEY_BYTES = 32
_CHUNK = 1 << 16


class Whereabouts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the private file says.

    Attributes:
        pipe: Name of the pipe.
        key: Random bytes, known to who can read the file.
    """

    pipe: str
    key: bytes


def pipe_name(directory: Path, unique: str) -> str:
    r"""A name for a new pipe, under `\\.\pipe`, where all names of the machine are."""
    _ = directory
    return rf"\\.\pipe\keyfob-{unique}"


class PipeChannel:
    """One connection. A message carries a part of the bytes."""

    def __init__(self, connection: Wire, patience: float) -> None:
        self._connection = connection
        self._end = time.monotonic() + patience
        self._rest = b""

    def read(self, most: int) -> bytes:
        """Up to so many bytes; none at the end."""
        if not self._rest:
            if not self._connection.poll(max(self._end - time.monotonic(), 0)):
                raise TimeoutError("too slow")
            try:
                self._rest = self._connection.recv_bytes(_CHUNK)
            except EOFError:
                return b""
        part, self._rest = self._rest[:most], self._rest[most:]
        return part

    def write(self, data: bytes) -> None:
        """Send all of this."""
        for start in range(0, len(data), _CHUNK):
            self._connection.send_bytes(data[start : start + _CHUNK])

    def extend(self, patience: float) -> None:
        """Set the moment anew by which all must be over."""
        self._end = time.monotonic() + patience

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


class PipeListener:
    """A listening pipe, and the file that says where it is."""

    def __init__(
        self,
        address: Path,
        *,
        patience: float,
        name: Callable[[Path, str], str] = pipe_name,
        entropy: Callable[[int], bytes] = os.urandom,
    ) -> None:
        """Listen.

        Args:
            address: Path of the file; its directory is private. What is there is replaced.
            patience: Seconds a client may take for its question.
            name: Names the pipe.
            entropy: Source of its name and key.

        Raises:
            StorageError: The directory is not private, or the pipe or the file cannot be made.
        """
        check_private(address.parent)
        self._address = address
        self._patience = patience
        self._closed = threading.Event()
        self._told = Whereabouts(name(address.parent, entropy(16).hex()), entropy(KEY_BYTES))
        try:
            self._listener = Listener(self._told.pipe, authkey=self._told.key)
            fresh = address.with_suffix(".new")
            write_new(fresh, msgspec.json.encode(self._told), flush=False)
            fresh.replace(address)
        except OSError as error:
            raise StorageError(f"The agent's pipe cannot be made: {error.strerror}.") from None

    def accept(self) -> PipeChannel | None:
        """The next client that knows the key; None once closed."""
        while not self._closed.is_set():
            try:
                connection = self._listener.accept()
            except (AuthenticationError, EOFError, OSError):
                continue
            if self._closed.is_set():
                connection.close()
                break
            return PipeChannel(connection, self._patience)
        with contextlib.suppress(OSError):
            self._listener.close()
        return None

    def present(self) -> bool:
        """Whether the file is still there, and still this one's."""
        return _whereabouts(self._address) == self._told

    def close(self) -> None:
        """Stop listening, and remove the file if it is still this one's. Idempotent."""
        if self._closed.is_set():
            return
        if self.present():
            remove(self._address)
        self._closed.set()
        with contextlib.suppress(AuthenticationError, EOFError, OSError):
            Client(self._told.pipe, authkey=self._told.key).close()  # wakes accept


def connect(address: Path, *, patience: float) -> PipeChannel | None:
    """A connection to whoever listens there; None if nobody does.

    Raises:
        AgentError: It does not know the key, so it is somebody else.
    """
    told = _whereabouts(address)
    if told is None:
        return None
    try:
        return PipeChannel(Client(told.pipe, authkey=told.key), patience)
    except AuthenticationError:
        raise AgentError("The agent's pipe belongs to somebody else.", "Remove it.") from None
    except (EOFError, OSError):
        return None


def _whereabouts(address: Path) -> Whereabouts | None:
    try:
        return msgspec.json.decode(address.read_bytes(), type=Whereabouts)
    except (OSError, msgspec.MsgspecError, UnicodeError):
        return None
