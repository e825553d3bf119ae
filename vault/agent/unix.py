"""Unix sockets: how an agent is reached on Linux and macOS.

The socket is bound under a name of its own and then renamed, so that whoever finds it finds it
listening, and one left behind by an agent that was killed is replaced without a gap. An agent
whose socket was replaced, or is gone with the login session, sees that by `present`.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from vault.agent.peers import connected, peer_uid
from vault.agent.places import check_length, check_private
from vault.agent.protocol import AgentError
from vault.errors import StorageError

if sys.platform == "win32":
    raise ImportError("Python has no Unix sockets on Windows; see vault.agent.pipes")

import _socket  # the base of `socket.socket`, and all that a client has

Peer: TypeAlias = Callable[[_socket.socket], int]
"""Answers the user id at the other end."""

_WAITING = 128
"""Most clients that wait to be heard."""


class SocketChannel:
    """One connection. All that is read or written must be over by a moment that is set once."""

    def __init__(self, connection: _socket.socket, patience: float) -> None:
        self._connection = connection
        self._end = time.monotonic() + patience

    def read(self, most: int) -> bytes:
        """Up to so many bytes; none at the end."""
        self._limit()
        return self._connection.recv(most)

    def write(self, data: bytes) -> None:
        """Send all of this, from now on within as much time as there was at first."""
        self._limit()
        self._connection.sendall(data)

    def extend(self, patience: float) -> None:
        """Set the moment anew."""
        self._end = time.monotonic() + patience

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _limit(self) -> None:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("too slow")
        self._connection.settimeout(left)


class SocketListener:
    """A listening Unix socket, mode 0600, that hears this user's processes only."""

    def __init__(self, address: Path, *, patience: float, peer: Peer = peer_uid) -> None:
        """Listen.

        Args:
            address: Path of the socket; its directory is private. What is there is replaced.
            patience: Seconds a client may take for its question.
            peer: Answers who a client is.

        Raises:
            StorageError: The path is too long, its directory not private, or it cannot be made.
        """
        self._address = address
        self._patience = patience
        self._peer = peer
        check_private(address.parent)
        temporary = address.with_name(f"{address.stem}.{os.getpid()}")
        check_length(max(temporary, address, key=lambda path: len(os.fsencode(path))))
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            with contextlib.suppress(FileNotFoundError):
                temporary.unlink()
            self._socket.bind(os.fspath(temporary))
            temporary.chmod(0o600)
            self._socket.listen(_WAITING)
            self._identity = _identity(temporary)
            temporary.replace(address)
        except OSError as error:
            self._socket.close()
            raise StorageError(
                f"The agent's socket cannot be made at {address}: {error.strerror}."
            ) from None

    def accept(self) -> SocketChannel | None:
        """The next client that is this user's; None once closed."""
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                if self._socket.fileno() < 0:
                    return None
                time.sleep(0.05)  # out of descriptors, or a client that is gone already
                continue
            try:
                allowed = self._peer(connection) == os.geteuid()
            except OSError:
                allowed = False
            if allowed:
                return SocketChannel(connection, self._patience)
            connection.close()

    def present(self) -> bool:
        """Whether the socket is still there under its name, and still this one."""
        return _identity(self._address) == self._identity

    def close(self) -> None:
        """Stop listening, and remove the socket if it is still this one. Idempotent."""
        if self.present():
            with contextlib.suppress(OSError):
                self._address.unlink()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits in accept
        self._socket.close()


def connect(address: Path, *, patience: float, peer: Peer = peer_uid) -> SocketChannel | None:
    """A connection to whoever listens there; None if nobody does.

    Args:
        address: Path of the socket.
        patience: Seconds the answer may take.
        peer: Answers who listens.

    Raises:
        AgentError: It is somebody else, so nothing they say is believed.
    """
    try:
        connection = connected(os.fspath(address), patience, peer)
    except PermissionError:
        raise AgentError("The agent's socket belongs to another user.", "Remove it.") from None
    return None if connection is None else SocketChannel(connection, patience)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.lstat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
