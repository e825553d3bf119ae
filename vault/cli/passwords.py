"""Where a password comes from: an option, the environment, else the terminal.

Never from an argument or a variable that holds it: those can be read by others, and are logged.
"""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
import time
from collections.abc import Mapping
from threading import Thread
from typing import TYPE_CHECKING

from vault.errors import NoPasswordError
from vault.paths import expanded

if TYPE_CHECKING:
    from pathlib import Path

    from vault.cli.desk import Desk
    from vault.cli.terminal import Terminal

FILE_VARIABLE = "KEYFOB_PASSWORD_FILE"
COMMAND_VARIABLE = "KEYFOB_PASSWORD_COMMAND"
PATIENCE = 60.0
"""Seconds a password command may take: a password manager may ask its own user first."""

_LONGEST = 64 * 1024
SOURCES = f"Use --password-file FILE, or set {FILE_VARIABLE} or {COMMAND_VARIABLE}."
"""What to do where the password of a vault cannot be asked for."""


def given_password(
    desk: Desk, option: str | None = None, *, patience: float = PATIENCE
) -> str | None:
    """The password from `--password-file`, else from the environment; None if it must be asked for.

    Args:
        desk: Gives the environment; takes the note about a file that others can read.
        option: What `--password-file` names.
        patience: Seconds the password command may take.

    Raises:
        NoPasswordError: The source that was named gives none. Nothing it printed is quoted.
    """
    path = option or desk.environ.get(FILE_VARIABLE)
    if path:
        return _from_file(desk, expanded(path))
    command = desk.environ.get(COMMAND_VARIABLE)
    if command and not command.isspace():
        return _from_command(command, desk.environ, patience)
    return None


def password_in(desk: Desk, path: str) -> str:
    """The password in a file: its first line, without the line end.

    Raises:
        NoPasswordError: It cannot be read, or gives none. Nothing in it is quoted.
    """
    return _from_file(desk, expanded(path))


def need_terminal(desk: Desk, hint: str = SOURCES) -> Terminal:
    """The terminal to ask for a password on.

    Args:
        desk: Knows the terminal.
        hint: What to do where there is none.

    Raises:
        NoPasswordError: There is none; the hint names the other sources.
    """
    terminal = desk.terminal()
    if terminal is None:
        raise NoPasswordError("There is no terminal to ask for the password on.", hint)
    return terminal


def _from_file(desk: Desk, path: Path) -> str:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            line = file.readline(_LONGEST)
    except OSError as error:
        raise NoPasswordError(
            f"The password file {path} cannot be read: {error.strerror}."
        ) from None
    if os.name == "posix" and stat.S_ISREG(mode) and mode & (stat.S_IRGRP | stat.S_IROTH):
        desk.note(f"The password file {path} can be read by others; chmod 600 keeps it to you.")
    return _first_line(line, f"The password file {path}")


def _from_command(command: str, environ: Mapping[str, str], patience: float) -> str:
    what = f"The command in {COMMAND_VARIABLE}"
    hint = "Run it by hand to see what is wrong."
    try:
        words = shlex.split(command, posix=os.name == "posix")
        process = subprocess.Popen(  # noqa: S603 - the user's own command, without a shell
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environ,
        )
    except ValueError:
        raise NoPasswordError(f"{what} has an unclosed quotation mark.") from None
    except OSError as error:
        raise NoPasswordError(f"{what} cannot be started: {error.strerror}.", hint) from None
    try:
        output = _output(process, patience)
    except subprocess.TimeoutExpired:
        raise NoPasswordError(f"{what} did not end within {patience:g} seconds.", hint) from None
    finally:
        process.kill()
        process.wait()
    if len(output) > _LONGEST:
        raise NoPasswordError(f"{what} prints more than a password.", hint)
    if process.returncode:
        raise NoPasswordError(f"{what} failed with exit status {process.returncode}.", hint)
    return _first_line(output, what)


def _output(process: subprocess.Popen[bytes], patience: float) -> bytes:
    """What a process prints until it ends, or the first of it if that is more than `_LONGEST`.

    Raises:
        TimeoutExpired: It has not ended in time.
    """
    end = time.monotonic() + patience
    printed = b""

    def read() -> None:
        nonlocal printed
        if process.stdout is not None:
            with process.stdout as pipe:
                printed = pipe.read(_LONGEST + 1)

    # A pipe cannot be read with a time limit on every platform, but a thread can be waited for.
    reader = Thread(target=read, daemon=True)
    reader.start()
    reader.join(patience)
    if reader.is_alive():
        raise subprocess.TimeoutExpired(process.args, patience)
    if len(printed) <= _LONGEST:
        process.wait(max(end - time.monotonic(), 0))
    return printed


def _first_line(output: bytes, what: str) -> str:
    """The first line as text; its line end, and a byte order mark before it, are not part of it.

    Editors on Windows begin a file with that mark, which nobody sees or would type.
    """
    line = output.split(b"\n", 1)[0].removesuffix(b"\r")
    try:
        text = line.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NoPasswordError(f"{what} gives no text in UTF-8.") from None
    if not text:
        raise NoPasswordError(f"{what} gives no password: its first line is empty.")
    return text
