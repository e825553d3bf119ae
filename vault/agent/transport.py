"""How an agent is reached: one interface, and what this platform has to offer for it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Protocol

from vault.agent.protocol import Channel

PATIENCE = 5.0
"""Seconds a client may take for its question, and to take the answer."""

ANSWER_PATIENCE = 20.0
"""Seconds an answer may take: a use is recorded only when other processes have saved."""


class ServerChannel(Channel, Protocol):
    """A client, as the server sees it."""

    def extend(self, patience: float) -> None:
        """Set the moment anew by which all reading and writing must be over."""


class Listener(Protocol):
    """Where clients arrive."""

    def accept(self) -> ServerChannel | None:
        """The next client that is this user's own; None once closed."""

    def present(self) -> bool:
        """Whether clients can still find it: its address is there, and its own."""

    def close(self) -> None:
        """Stop listening and free the address. Idempotent."""


def listen(address: Path, *, patience: float = PATIENCE) -> Listener:
    """Listen at an address, in place of whoever did.

    Args:
        address: Path of the socket, in a private directory.
        patience: Seconds a client may take for its question.

    Raises:
        StorageError: Nobody can listen there; the sentence says why.
    """
    if sys.platform == "win32":
        from vault.agent.pipes import PipeListener

        return PipeListener(address, patience=patience)
    else:  # noqa: RET505 - spelled out for the type checker of either platform
        from vault.agent.unix import SocketListener

        return SocketListener(address, patience=patience)


def connect(address: Path, *, patience: float = ANSWER_PATIENCE) -> Channel | None:
    """A connection to whoever listens at an address; None if nobody does.

    Args:
        address: Path of the socket.
        patience: Seconds until the answer must be here.

    Raises:
        AgentError: Somebody else listens there.
    """
    if sys.platform == "win32":
        from vault.agent import pipes

        return pipes.connect(address, patience=patience)
    else:  # noqa: RET505 - as above
        from vault.agent import unix

        return unix.connect(address, patience=patience)
