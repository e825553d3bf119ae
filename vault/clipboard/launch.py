"""Starting the guard process, and holding on to it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from threading import Thread

from vault.clipboard.base import Receipt
from vault.clipboard.guard.order import Order, Reply
from vault.clipboard.ways import Ways
from vault.errors import ClipboardError
from vault.keys.secret import Secret

PATIENCE = 2.0
"""Seconds the clipboard may take to answer a question, such as what it holds."""

_UNNAMED = {"macOS", "Windows", "pyperclip"}  # that it was them tells the user nothing

if sys.platform == "win32":
    _FLAGS = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
else:
    _FLAGS = 0  # there the guard leaves the session by itself

_START = "import sys; sys.path.append(sys.argv[1]); from guard.process import main; main()"


@dataclass(frozen=True, slots=True)
class Guard:
    """A running guard.

    Attributes:
        receipt: What it did.
        process: The process. Its stdin stays open as long as the secret is to stay.
    """

    receipt: Receipt
    process: subprocess.Popen[bytes]

    @property
    def holds(self) -> bool:
        """Whether the secret is still there: the guard ends when it is not."""
        return self.process.poll() is None

    def end(self) -> None:
        """Have it clear and wait until it has; a guard that hangs is killed."""
        if self.process.stdin is not None:
            with suppress(OSError):
                self.process.stdin.close()
        try:
            self.process.wait(2 * PATIENCE + 2)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start_guard(
    secret: Secret,
    seconds: float,
    found: Ways,
    environ: Mapping[str, str],
    *,
    held: bool,
    waiting: subprocess.Popen[bytes] | None = None,
) -> Guard:
    """Put the secret on the clipboard by the first way that works.

    Args:
        secret: What to copy.
        seconds: How long it stays.
        found: The ways to try.
        environ: The environment of the guard and its tools.
        held: Whether the secret leaves with this process; if not, it stays for its time.
        waiting: A guard that `begin` started; None starts one now.

    Raises:
        ClipboardError: None of the ways works.
    """
    if not found.any:
        raise ClipboardError("Nothing was copied: there is no clipboard tool here.", found.hint)
    process = waiting or begin(environ)
    try:
        reply = _ask(process, _order(secret, seconds, found, held=held), secret)
    except BaseException:
        process.kill()
        process.wait()
        raise
    finally:
        if process.stdout is not None:
            process.stdout.close()
    if not held or not reply["way"]:
        _let_go(process)
    if not reply["way"]:
        reasons = "; ".join(dict.fromkeys(reply["failures"]))
        raise ClipboardError(f"Nothing was copied: {reasons}.", found.hint)
    return Guard(_receipt(reply), process)


def begin(environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a guard that waits for its order. It ends if its stdin is closed without one.

    Raises:
        ClipboardError: It cannot be started.
    """
    # -I and -S: nothing but the standard library, whatever PYTHONPATH or site-packages hold.
    command = [sys.executable, "-I", "-S", "-c", _START, str(Path(__file__).resolve().parent)]
    try:
        return subprocess.Popen(  # noqa: S603 - our own interpreter and file
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(environ),
            cwd=Path(sys.executable).anchor or None,  # so that no directory stays in use
            bufsize=0,
            creationflags=_FLAGS,
        )
    except OSError as error:
        raise ClipboardError(f"The clipboard guard cannot be started: {error.strerror}.") from None


def _order(secret: Secret, seconds: float, found: Ways, *, held: bool) -> Order:
    return {
        "tools": [
            {
                "name": tool.name,
                "command": list(tool.command),
                "reader": None if tool.reader is None else list(tool.reader),
                "probe": None if tool.probe is None else list(tool.probe),
                "environ": dict(tool.environ),
                "leaves": list(tool.leaves),
            }
            for tool in found.tools
        ],
        "native": found.native,
        "pyperclip": _home_of_pyperclip() if found.pyperclip else None,
        "seconds": seconds,
        "held": held,
        "patience": PATIENCE,
        "length": len(secret),
    }


def _home_of_pyperclip() -> str | None:
    spec = find_spec("pyperclip")  # finds it without importing it
    return None if spec is None or spec.origin is None else str(Path(spec.origin).parents[1])


def _ask(process: subprocess.Popen[bytes], order: Order, secret: Secret) -> Reply:
    """Give the order and wait for the answer, but not for ever."""
    answer: list[bytes] = []

    def talk() -> None:
        if process.stdin is None or process.stdout is None:
            return
        with suppress(OSError, ValueError):  # a guard that died answers nothing
            rest = memoryview(json.dumps(order).encode() + b"\n" + secret.reveal_bytes())
            while rest:
                rest = rest[process.stdin.write(rest) or 0 :]
            answer.append(process.stdout.readline())

    talker = Thread(target=talk, daemon=True)
    talker.start()
    talker.join((len(order["tools"]) + 2) * 2 * (PATIENCE + 1) + 2)
    if not answer or not answer[0].endswith(b"\n"):
        raise ClipboardError(
            "Nothing was copied: the clipboard guard gave no answer.", "Try again."
        )
    reply: Reply = json.loads(answer[0])
    return reply


def _let_go(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()
    if sys.platform != "win32":
        process.wait()  # it ends at once: where it stays, another process has taken over


def _receipt(reply: Reply) -> Receipt:
    way, confirmed = reply["way"], reply["confirmed"]
    if not confirmed:
        sentence = f"Handed to {way}; it could not confirm the copy"
    else:
        sentence = f"Copied with {way}" if way not in _UNNAMED else "Copied"
    return Receipt(way, confirmed=confirmed, clears_itself=True, sentence=sentence)
