"""Commands that the agent makes ready, so that the `keyfob run` in front of a client need not.

What a command publishes and which key it gets is found out here, as `keyfob run` finds it out
itself: by the same code, for the directory and the environment it was asked for in. Whatever is
out of the ordinary, errors too, is left to `keyfob run`, which then does all of it: so nothing is
said or decided in two ways.
"""

from __future__ import annotations

import argparse
import os
import stat
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from vault.agent.protocol import AgentError, encode
from vault.agent.server import told_of
from vault.agent.transport import ServerChannel
from vault.clock import Clock, now
from vault.keys.secret import Secret
from vault.lending import Lender
from vault.running import form

if TYPE_CHECKING:  # loaded once the agent listens: see `warm`
    from vault.running.errand import Errand, Task

MOST_AT_ONCE = 8
"""How many commands are made ready at once: one whose file system hangs holds up seven at most."""

MOST_OPEN = 256
"""How many may run at once."""

_READ = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")
"""Variables that say where settings, profiles and vaults are: read here from this process's own."""

_HOUR = 3600.0


class NotHereError(AgentError):
    """A command that `keyfob run` is to do by itself."""

    def __init__(self) -> None:
        super().__init__("That is left to keyfob run.")


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

    def make_ready(self, told: bytes) -> Running:
        """The command that these fields ask for, ready to be started by who sent them.

        Raises:
            NotHereError: It is left to `keyfob run`.
            VaultError: It cannot be done; `keyfob run` finds the same, and says it.
        """
        if len(self._open) >= MOST_OPEN or not self._free.acquire(blocking=False):
            raise NotHereError
        try:
            return self._made_ready(told)
        finally:
            self._free.release()

    def close(self) -> None:
        """Take back what all were given."""
        for each in tuple(self._open):
            each.close()

    def _made_ready(self, told: bytes) -> Running:
        from vault.registries.loader import forget_own
        from vault.running.errand import keyless, needs_key, planned, prepared, recognised

        task, columns = self._task(told)
        forget_own()
        client, invocation = recognised(task)
        if not needs_key(client, invocation):
            errand = keyless(task, invocation)
            return Running(
                _fields(errand, (), columns), self._lender, None, ExitStack(), self._open
            )
        moment = self._clock()
        plan = planned(task, invocation, self._lender, moment)
        with ExitStack() as stack:
            ready = prepared(task, client, plan, self._lender, moment, before=self._before)
            errand = stack.enter_context(ready)
            fields = [*_fields(errand, (self._lender.warning,), columns)]
            if errand.watched:
                fields += _afterwards(errand, moment, columns)
            return Running(fields, self._lender, plan.key.id, stack.pop_all(), self._open)

    def _task(self, told: bytes) -> tuple[Task, int]:
        """What is asked for, and how wide a terminal the answer is shown on."""
        from vault.cli.run import task_of

        try:
            fields = form.unpack(told, _ASKED)
            (where,), (inode,), (columns,) = (
                fields[tag] for tag in (form.DIRECTORY, form.INODE, form.COLUMNS)
            )
            width = int(columns)
        except ValueError:
            raise AgentError("That is no command.") from None
        directory = Path(os.fsdecode(where))
        pairs = (os.fsdecode(each).partition("=") for each in fields[form.VARIABLE])
        environ = {name: value for name, _, value in pairs}
        args = _parsed([os.fsdecode(each) for each in fields[form.WORD]])
        option = getattr(args, "vault", None)
        if (
            args.dry_run
            or getattr(args, "password_file", None) is not None
            or inode != form.inode_of(where)
            or any(environ.get(name) != self._environ.get(name) for name in _READ)
            or not _plain_path(environ)
            or not self._holds(option, environ, directory)
        ):
            raise NotHereError
        return task_of(args, directory, environ), width

    def _holds(self, option: str | None, environ: Mapping[str, str], directory: Path) -> bool:
        """Whether the vault that is meant is the one held here, and its modes are in order."""
        from vault.paths import VAULT_VARIABLE, expanded, in_own_directory, vault_path

        chosen = option or environ.get(VAULT_VARIABLE)
        path = directory / expanded(chosen) if chosen else vault_path(None, {})
        own = in_own_directory(option, environ)
        return os.path.realpath(path) == str(self._vault) and _in_order(self._vault, own=own)


class Running:
    """A command that a client was told, until it has ended.

    Attributes:
        told: The fields it was told.
    """

    def __init__(
        self,
        fields: Sequence[tuple[bytes, bytes]],
        lender: Lender,
        key_id: str | None,
        stack: ExitStack,
        among: set[Running],
    ) -> None:
        """Take what it was given.

        Args:
            fields: What the client is told.
            lender: Where the use of the key is recorded.
            key_id: The key; None if it got none.
            stack: Takes back what the command was given.
            among: Those that have not ended.
        """
        packed = form.pack(fields)
        self.told = Secret(packed)
        packed[:] = bytes(len(packed))
        self._lender = lender
        self._key_id = key_id
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
                    threading.Thread(target=self._record, args=(channel,), daemon=True).start()
                    _heard(channel)
        finally:
            self.close()

    def close(self) -> None:
        """Take back what it was given. Idempotent."""
        self._among.discard(self)
        self._stack.close()

    def _record(self, channel: ServerChannel) -> None:
        from vault.running.errand import record_use

        said = "" if self._key_id is None else record_use(self._lender, self._key_id)
        if said:
            with suppress(OSError):  # the command has ended, and nobody listens
                channel.write(f"{said}\n".encode())


_ASKED = form.WORD + form.VARIABLE + form.DIRECTORY + form.INODE + form.COLUMNS


def warm() -> None:
    """Load all that the first command would wait for."""
    from vault.clients import CLIENTS
    from vault.keys.formats import caveats, macaroon
    from vault.running import errand

    _ = errand, caveats, macaroon, *CLIENTS.values()
    _parsed(["--", "client"])


def _parsed(words: Sequence[str]) -> argparse.Namespace:
    """The arguments of `keyfob run`.

    Raises:
        NotHereError: They ask for help, or there are too many.
        UsageError: They are none.
    """
    try:
        args, rest = _parser().parse_known_args(["run", *words])
    except SystemExit:
        raise NotHereError from None
    if rest:
        raise NotHereError
    return args


@cache
def _parser() -> argparse.ArgumentParser:
    """The one of `keyfob run`; to make it takes longer than to use it."""
    from vault.cli.parser import build

    return build({"run": "run a client"}, ["run"])


def _plain_path(environ: Mapping[str, str]) -> bool:
    """Whether programs are found the same from any directory: this process is in none of theirs."""
    return all(map(os.path.isabs, environ.get("PATH", "").split(os.pathsep)))


def _in_order(vault: Path, *, own: bool) -> bool:
    """Whether a vault's modes and owners are such that `keyfob run` would say nothing of them."""
    if sys.platform == "win32":
        return True
    else:  # noqa: RET505 - spelled out for the type checker of either platform
        try:
            file, directory = vault.lstat(), vault.parent.stat()
        except OSError:
            return False
        others = stat.S_IRWXG | stat.S_IRWXO
        loose = directory.st_mode & (others if own else stat.S_IWGRP | stat.S_IWOTH)
        mine = file.st_uid == directory.st_uid == os.geteuid()
        return mine and not (file.st_mode & others or loose)


def _fields(errand: Errand, first: Sequence[str], columns: int) -> list[tuple[bytes, bytes]]:
    """What a client must know to start a command."""
    return [
        *((form.WORD, os.fsencode(word)) for word in errand.command),
        *((form.VARIABLE, os.fsencode(f"{name}={value}")) for name, value in errand.given.items()),
        *((form.UNSET, os.fsencode(name)) for name in errand.unset),
        *(() if errand.terminal else ((form.NO_TERMINAL, b""),)),
        (form.SAY, _shown((*first, *errand.said), columns)),
    ]


def _afterwards(errand: Errand, moment: datetime, columns: int) -> list[tuple[bytes, bytes]]:
    """What it must know afterwards, when the agent may be gone."""
    from vault.running.explain import explain_refusal

    if errand.plan is None:
        return []
    lines = explain_refusal(errand.plan, moment, narrowed=errand.narrowed)
    return [
        (form.REFUSED, _shown(lines, columns)),
        (form.KEY, encode(told_of(errand.plan.key))),
    ]


def _shown(lines: Sequence[str], columns: int) -> bytes:
    """Lines as `keyfob run` shows them on a terminal so wide."""
    from vault.cli.flow import fold
    from vault.text import safe

    said = dict.fromkeys(filter(None, lines))
    return "".join(f"{part}\n" for line in said for part in fold(safe(line), columns)).encode()


def _heard(channel: ServerChannel) -> bool:
    """Whether the client says something, however late, before it hangs up."""
    while True:
        channel.extend(_HOUR)
        try:
            return bool(channel.read(1))
        except TimeoutError:
            continue
