"""Starting an agent, detached from the terminal and from the process that starts it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import msgspec

from vault.agent.order import Order
from vault.agent.places import make_private
from vault.agent.protocol import AgentError, Status, read_answer_line

if TYPE_CHECKING:
    from vault.sealing.vaultkey import VaultKey

PATIENCE = 20.0
"""Seconds an agent may take until it listens: the machine may be busy."""

_START = "import sys; sys.path.append(sys.argv[1]); from vault.agent.process import main; main()"
_KEPT = (
    "HOME",
    "LANG",
    "PATH",
    "TMPDIR",
    "TEMP",
    "TMP",
    "USER",
    "LOGNAME",
    "SYSTEMROOT",
    "USERPROFILE",
    "APPDATA",
    "LOCALAPPDATA",
)
_KEPT_PREFIXES = ("XDG_", "LC_", "PYTHON")

if sys.platform == "win32":
    _FLAGS = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
else:
    _FLAGS = 0  # there the agent leaves the terminal by itself


def start_agent(
    order: Order, key: VaultKey, *, environ: Mapping[str, str], patience: float = PATIENCE
) -> Status:
    """Start an agent; answers what it says of itself once it answers clients.

    An agent of this vault that runs already forgets, as its address is taken from it.

    Args:
        order: What it shall hold, where and for how long.
        key: The vault key; it goes through a pipe.
        environ: The environment, of which the agent gets what it needs.
        patience: Seconds it may take.

    Raises:
        AgentError: It did not start, or not in time.
        VaultError: Why it cannot hold the vault, or listen.
    """
    make_private(Path(order.address).parent)  # said here, before a process is started for it
    # -P: nothing is imported from the current directory. Its own part of `sys.path` comes last.
    command = [sys.executable, "-P", "-c", _START, str(Path(__file__).resolve().parents[2])]
    try:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: value for name, value in environ.items() if _is_kept(name)},
            cwd=Path(sys.executable).anchor or None,  # so that no directory stays in use
            creationflags=_FLAGS,
        )
    except OSError as error:
        raise AgentError(f"The agent cannot be started: {error.strerror}.") from None
    try:
        line = _tell(process, msgspec.json.encode(order) + b"\n", key, patience)
    except BaseException:
        process.kill()
        process.wait()
        raise
    if process.stdout is not None:
        process.stdout.close()
    if sys.platform != "win32":
        process.wait()  # it ends at once: where it stays, another process has taken over
    status = read_answer_line(line).status
    if status is None:
        raise AgentError("The agent did not start.")
    return status


def _is_kept(name: str) -> bool:
    return name in _KEPT or name.startswith(_KEPT_PREFIXES)


def _tell(process: subprocess.Popen[bytes], order: bytes, key: VaultKey, patience: float) -> bytes:
    """Give the order and the key, and wait for the answer, but not for ever."""
    answer: list[bytes] = []

    def talk() -> None:
        if process.stdin is None or process.stdout is None:
            return
        with suppress(OSError, ValueError):  # an agent that died answers nothing
            process.stdin.write(order + key.reveal_bytes())
            process.stdin.close()
            answer.append(process.stdout.readline())

    talker = Thread(target=talk, daemon=True)  # a pipe cannot be read in a given time everywhere
    talker.start()
    talker.join(patience)
    if not answer or not answer[0].endswith(b"\n"):
        raise AgentError("The agent did not start in time.", "Try again.")
    return answer[0]
