"""Lending: answers clients, each in a thread of its own, one question a connection.

A client that runs a command stays for as long as that runs, and is not counted among those that
wait for an answer.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

from vault.agent.protocol import (
    AgentError,
    Answer,
    Question,
    Status,
    fault,
    read_question,
    send,
)
from vault.agent.transport import PATIENCE, Listener, ServerChannel, listen
from vault.errors import VaultError
from vault.keys.key import Key
from vault.keys.secret import Secret
from vault.lending import Lender, Only
from vault.records import Record, make_entry

T = TypeVar("T")

MOST_CLIENTS = 32
"""How many are answered at once; who comes then waits."""


class Running(Protocol):
    """A command that a client was told, for as long as that runs it.

    Attributes:
        told: What the client is told; it holds a secret.
    """

    told: Secret

    def attend(self, channel: ServerChannel) -> None:
        """Wait for its end, and take back what it was given."""

    def close(self) -> None:
        """Take back what it was given. Idempotent."""


class Server:
    """Answers what clients ask of one lender, until it is closed.

    Attributes:
        status: What it says of itself.
    """

    def __init__(
        self,
        lender: Lender,
        listener: Listener,
        *,
        status: Callable[[], Status] | None = None,
        before: Callable[[], None] | None = None,
        run: Callable[[bytes], Running] | None = None,
        lock: Callable[[], None] | None = None,
        locked: Callable[[], None] | None = None,
    ) -> None:
        """Make a server; `start` starts it.

        Args:
            lender: What it lends from.
            listener: Where clients arrive.
            status: What it says of itself.
            before: Called before each answer, and again before it is sent; raises a `VaultError`
                to refuse it.
            run: Makes a command ready that a client wants to run; None refuses that.
            lock: Has everything forgotten; None refuses that.
            locked: Called once who asked for that was answered.
        """
        self._lender = lender
        self._listener = listener
        self.status = status or (lambda: Status(pid=os.getpid(), warning=lender.warning))
        self._before = before or (lambda: None)
        self._run = run
        self._lock = lock
        self._locked = locked or (lambda: None)
        self._free = threading.BoundedSemaphore(MOST_CLIENTS)
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def start(self) -> None:
        """Answer from now on, in threads."""
        self._thread.start()

    def close(self) -> None:
        """Answer nobody any more. Idempotent."""
        self._listener.close()
        if self._thread.is_alive():
            self._thread.join(PATIENCE)

    def _accept(self) -> None:
        while (channel := self._listener.accept()) is not None:
            self._free.acquire()  # given back by the thread that serves
            threading.Thread(target=self._serve, args=(channel,), daemon=True).start()

    def _serve(self, channel: ServerChannel) -> None:
        try:
            running = None
            try:
                with contextlib.suppress(OSError):  # who hung up or is too slow gets no answer
                    running = self._answer(channel)
            finally:
                self._free.release()
            if running is not None:
                running.attend(channel)
        finally:
            channel.close()

    def _answer(self, channel: ServerChannel) -> Running | None:
        """Answer one question; what the client runs now, if that is what it asked for."""
        secret: Secret | None = None
        running: Running | None = None
        locking = False
        try:
            question, told = read_question(channel)
            if question.ask == "run":
                running = self._make_ready(told)
                secret = running.told
                answer = Answer(length=len(secret))
            else:
                answer, secret = self._say(question)
                locking = question.ask == "lock"
        except VaultError as error:
            answer = fault(error)
        except OSError:
            raise
        except Exception as error:  # noqa: BLE001 - what it says could be a secret
            answer = fault(AgentError(f"The agent failed ({type(error).__name__})."))
        channel.extend(PATIENCE)
        try:
            send(channel, answer, secret)
        except OSError:
            if running is not None:
                running.close()
            raise
        finally:
            if secret is not None:
                secret.wipe()
            if locking:
                self._locked()
        return running

    def _make_ready(self, told: bytes) -> Running:
        run = self._run
        if run is None:
            raise AgentError("Only an agent makes commands ready.")
        return self._unless_forgotten(lambda: run(told), lambda running: running.close())

    def _say(self, question: Question) -> tuple[Answer, Secret | None]:
        match question.ask:
            case "status":
                self._before()
                return Answer(status=self.status()), None
            case "lock":
                if self._lock is None:
                    raise AgentError("Only an agent can be told to forget.")
                self._lock()
                self._listener.close()  # who is told that it forgot finds nobody afterwards
                return Answer(), None
        return self._unless_forgotten(lambda: self._lend(question), _wipe)

    def _unless_forgotten(self, make: Callable[[], T], undo: Callable[[T], object]) -> T:
        """What is made, if it may still be handed out then: the machine may sleep meanwhile."""
        self._before()
        made = make()
        try:
            self._before()
        except VaultError:
            undo(made)
            raise
        return made

    def _lend(self, question: Question) -> tuple[Answer, Secret | None]:
        lender = self._lender
        match question.ask:
            case "keys":
                return Answer(keys=tuple(told_of(key) for key in lender.keys)), None
            case "find":
                return Answer(
                    keys=(told_of(lender.find(question.name, prefix=question.prefix)),)
                ), None
            case "secret":
                secret = lender.secret(question.key)
                return Answer(length=len(secret)), secret
            case "copied":
                lender.mark_copied(question.key)
            case "used":
                lender.mark_used(question.key)
        return Answer(), None


@contextmanager
def lend(
    lender: Lender,
    address: Path,
    *,
    only: frozenset[str] | None = None,
    before: Callable[[], None] | None = None,
) -> Iterator[None]:
    """Lend in threads of this process, for the length of a `with` block.

    Args:
        lender: What to lend from; an `AgentVault` will do.
        address: Path of the socket, in a directory that is private to this user. A client finds
            it by the variable `KEYFOB_AGENT`.
        only: Ids of the keys to lend; None lends all. Of no other key anything is told.
        before: As for `Server`.

    Raises:
        StorageError: Nobody can listen at this address.
    """
    lent = lender if only is None else Only(lender, only)
    server = Server(lent, listen(address), before=before)
    server.start()
    try:
        yield
    finally:
        server.close()


def _wipe(answer: tuple[Answer, Secret | None]) -> None:
    if answer[1] is not None:
        answer[1].wipe()


def told_of(key: Key) -> Record:
    """What is told of a key: all but its secret, even sealed."""
    return make_entry(key, "").record
