"""Commands that the agent makes ready, so that the `keyfob run` in front of a client need not.

What a command publishes and which key it gets is found out here, as `keyfob run` finds it out
itself: by the same code, for the directory and the environment it was asked for in. Whatever is
out of the ordinary, errors too, is left to `keyfob run`, which then does all of it: so nothing is
said or decided in two ways.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path

from vault.agent.asked import NotHereError, parsed, task_asked_for
from vault.agent.transport import ServerChannel
from vault.clock import Clock, now
from vault.keys.secret import Secret
from vault.lending import Lender

MOST_AT_ONCE = 8
"""How many commands are made ready at once. Where so many hang, as their file system does, the next
ones are left to `keyfob run`, and other clients are answered as ever."""

MOST_OPEN = 256
"""How many may run at once."""

_HOUR = 3600.0


class Errands:
    """Makes commands ready for clients; takes back what they were given once these have ended."""

    def __init__(
        self,
        lender: Lender,
        vault: Path,
        *,
        before: Callable[[], None],
        environ: Mapping[str, str] = os.environ,
        clock: Clock = now,
    ) -> None:
        """Begin with none.

        Args:
            lender: Where the keys are.
            vault: The real path of its file.
            before: Raises a `VaultError` once all is forgotten.
            environ: The environment of this process.
            clock: Answers the current time.
        """
        self._lender = lender
        self._vault = vault
        self._before = before
        self._environ = environ
        self._clock = clock
        self._free = threading.BoundedSemaphore(MOST_AT_ONCE)
        self._open: set[Running] = set()

    def make_ready(self, asked: bytes) -> Running:
        """The command that these fields ask for, ready to be started by who sent them.

        Raises:
            NotHereError: It is left to `keyfob run`.
            VaultError: It cannot be done; `keyfob run` finds the same, and says it.
        """
        if len(self._open) >= MOST_OPEN or not self._free.acquire(blocking=False):
            raise NotHereError
        try:
            return self._made_ready(asked)
        finally:
            self._free.release()

    def close(self) -> None:
        """Take back what all were given."""
        for each in tuple(self._open):
            each.close()

    def _made_ready(self, asked: bytes) -> Running:
        from vault.agent.telling import told
        from vault.registries.loader import forget_own
        from vault.running.errand import keyless, needs_key, planned, prepared, recognised

        task, columns = task_asked_for(asked, self._vault, self._environ)
        forget_own()
        client, invocation = recognised(task)
        moment = self._clock()
        if not needs_key(client, invocation):
            fields = told(keyless(task, invocation), "", moment, columns)
            return Running(fields, lambda: b"", ExitStack(), self._open)
        lender = self._lender
        plan = planned(task, invocation, lender, moment)
        with ExitStack() as stack:
            ready = prepared(task, client, plan, lender, moment, before=self._before)
            fields = told(stack.enter_context(ready), lender.warning, moment, columns)
            record = partial(_record, lender, plan.key.id, columns)
            return Running(fields, record, stack.pop_all(), self._open)


class Running:
    """A command that a client was told, until it has ended.

    Attributes:
        told: The fields it was told.
    """

    def __init__(
        self,
        fields: bytearray,
        record: Callable[[], bytes],
        stack: ExitStack,
        among: set[Running],
    ) -> None:
        """Take what it was given.

        Args:
            fields: What the client is told; they are overwritten.
            record: Records the use of its key; answers what there is to say of that.
            stack: Takes back what the command was given.
            among: Those that have not ended.
        """
        self.told = Secret(fields)
        fields[:] = bytes(len(fields))
        self._record = record
        self._stack = stack
        self._among = among
        among.add(self)

    def attend(self, channel: ServerChannel) -> None:
        """Wait until it was started, have that recorded, and wait for its end.

        That is the end of the connection, however it comes. Saving may take longer than the
        command, which does not wait for it.
        """
        try:
            with suppress(OSError):
                if _heard(channel):
                    threading.Thread(target=self._started, args=(channel,), daemon=True).start()
                    _heard(channel)
        finally:
            self.close()

    def close(self) -> None:
        """Take back what it was given. Idempotent."""
        self._among.discard(self)
        self._stack.close()

    def _started(self, channel: ServerChannel) -> None:
        if said := self._record():
            with suppress(OSError):  # the command has ended, and nobody listens
                channel.write(said)


def warm() -> None:
    """Load all that the first command would wait for."""
    from vault.agent import telling
    from vault.clients import CLIENTS
    from vault.keys.formats import caveats, macaroon
    from vault.running import errand

    _ = errand, telling, caveats, macaroon, *CLIENTS.values()
    parsed(["--", "client"])


def _record(lender: Lender, key_id: str, columns: int) -> bytes:
    """Record the use of a key; what there is to say of that."""
    from vault.agent.telling import shown
    from vault.running.errand import record_use

    return shown((record_use(lender, key_id),), columns)


def _heard(channel: ServerChannel) -> bool:
    """Whether the client says something, however late, before it hangs up."""
    while True:
        channel.extend(_HOUR)
        try:
            return bool(channel.read(1))
        except TimeoutError:
            continue
