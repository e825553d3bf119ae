"""The agent's own process: takes the vault key from a pipe, lends, forgets, ends.

The key comes in by stdin, never by an argument or a variable, and only after this process has
closed itself to others. stdout says once whether it listens; then it leaves the terminal.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import msgspec

from vault.agent.errands import Errands, warm
from vault.agent.forgetting import Clocks, Watch, read_clocks
from vault.agent.order import Order
from vault.agent.places import make_private
from vault.agent.protocol import Answer, Status, encode, fault
from vault.agent.server import Server
from vault.agent.transport import Listener, listen
from vault.clock import now
from vault.errors import LockedError, VaultError
from vault.process import harden
from vault.sealing.header import read_header
from vault.sealing.renewal import Slots
from vault.sealing.vaultkey import KEY_SIZE, VaultKey
from vault.store.file import FileStore
from vault.store.state import LocalState
from vault.vault import Vault

TICK = 1.0
"""Seconds between two looks at the clocks, the socket and the vault's file."""


def main() -> None:
    """Do what stdin says, and stay until it is over."""
    harden()
    line = sys.stdin.buffer.readline()
    key = bytearray(sys.stdin.buffer.read(KEY_SIZE))
    replies = _leave_terminal()
    try:
        order = msgspec.json.decode(line, type=Order)
        vault_key = VaultKey(key)
        key[:] = bytes(len(key))
        hold(order, vault_key, ready=lambda status: _begin(replies, status))
    except VaultError as error:
        _reply(replies, fault(error))
        sys.exit(error.exit_code)


def hold(
    order: Order,
    key: VaultKey,
    *,
    ready: Callable[[Status], object],
    stopped: threading.Event | None = None,
    clocks: Clocks = read_clocks,
    tick: float = TICK,
) -> str:
    """Hold a vault open and lend from it, until it is to be forgotten; answers why it was.

    Args:
        order: What to hold, where and for how long.
        key: The vault key; wiped when this is over.
        ready: Told once clients are answered.
        stopped: Ends it when set; SIGTERM, SIGHUP and SIGINT set it.
        clocks: Reads the clocks.
        tick: Seconds between two looks at what ends it.

    Raises:
        VaultError: The vault cannot be read, or nobody can listen at the address.
    """
    stopped = stopped or threading.Event()
    store = FileStore(Path(order.vault))
    with ExitStack() as stack:
        stack.callback(key.wipe)
        data = store.read()
        header = read_header(data)
        vault = Vault(store, key, data, state=LocalState(Path(order.state)))
        stack.callback(vault.lock)
        make_private(Path(order.address).parent)
        listener = listen(Path(order.address))
        watch = _watch(
            order, vault, store=store, slots=header.slots, listener=listener, clocks=clocks
        )
        errands = Errands(vault, store.path, before=watch.check)
        stack.callback(errands.close)
        server = _server(
            order,
            vault,
            vault_id=header.vault_id,
            listener=listener,
            watch=watch,
            errands=errands,
            stopped=stopped,
        )
        stack.callback(server.close)
        _heed_signals(stopped)
        server.start()
        ready(server.status())
        return _wait(watch, stopped, tick)


def _watch(
    order: Order,
    vault: Vault,
    *,
    store: FileStore,
    slots: Slots,
    listener: Listener,
    clocks: Clocks,
) -> Watch:
    return Watch(
        order.seconds,
        store,
        slots,
        present=listener.present,
        mark=lambda: _mark(store.path),
        catch_up=vault.refresh,
        clocks=clocks,
    )


def _server(
    order: Order,
    vault: Vault,
    *,
    vault_id: str,
    listener: Listener,
    watch: Watch,
    errands: Errands,
    stopped: threading.Event,
) -> Server:
    until = now() + timedelta(seconds=order.seconds)

    def lock() -> None:
        watch.end("The vault was locked.")
        vault.lock()
        errands.close()

    return Server(
        vault,
        listener,
        status=lambda: Status(vault_id, vault.label, os.getpid(), until, vault.warning),
        before=watch.check,
        run=errands.make_ready,
        lock=lock,
        locked=stopped.set,
    )


def _wait(watch: Watch, stopped: threading.Event, tick: float) -> str:
    with contextlib.suppress(LockedError):
        while not stopped.wait(tick):
            watch.check()
    watch.end("The agent was told to end.")
    return watch.reason


def _mark(path: Path) -> tuple[int, ...]:
    """What tells one save from the next without reading it: each is a new file."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _heed_signals(stopped: threading.Event) -> None:
    """End on a signal as on a timeout, not in the middle of a save."""
    if threading.current_thread() is not threading.main_thread():
        return
    for name in ("SIGTERM", "SIGHUP", "SIGINT"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: stopped.set())


def _leave_terminal() -> int:
    """Go on in a process that belongs to no terminal, with nothing open but the pipe to reply on.

    Whoever started this one waits for its end only, which is now.
    """
    replies = os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    os.close(nothing)
    if sys.platform != "win32":
        if os.fork():
            os._exit(0)
        os.setsid()
    return replies


def _begin(replies: int, status: Status) -> None:
    """Say that clients are answered, then make ready for the first of them that runs a command."""
    _reply(replies, Answer(status=status))
    threading.Thread(target=warm, daemon=True).start()


def _reply(replies: int, answer: Answer) -> None:
    with contextlib.suppress(OSError):  # who started it is gone
        os.write(replies, encode(answer) + b"\n")
        os.close(replies)
