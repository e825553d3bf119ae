"""The programs of the machine that reminders ask for help: found, run to their end, and judged."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from vault.errors import VaultError
from vault.text import safe

PATIENCE = 20
"""Seconds after which a program is taken to hang."""


class ReminderError(VaultError):
    """This machine has no way to remind, or it refused."""

    exit_code = 6


@dataclass(frozen=True, slots=True)
class Ran:
    """How a program ended.

    Attributes:
        status: Its exit status.
        out: What it wrote, both streams together.
    """

    status: int
    out: str = ""


Runner: TypeAlias = Callable[[Sequence[str], str], Ran]
"""Runs a program with this text on its stdin."""


def runner(environ: Mapping[str, str]) -> Runner:
    """Runs programs in this environment, found on its PATH.

    Raises:
        ReminderError: From the runner: there is no such program, or it hangs.
    """

    def run(command: Sequence[str], text: str) -> Ran:
        program = find(command[0], environ)
        if program is None:
            raise ReminderError(f"There is no program {safe(command[0], 80)} on this machine.")
        try:
            done = subprocess.run(  # noqa: S603 - fixed programs, without a shell
                [program, *command[1:]],
                env=dict(environ),
                input=text,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise ReminderError(f"{safe(command[0], 80)} does not answer.") from None
        except OSError as error:
            raise ReminderError(
                f"{safe(command[0], 80)} cannot be started: {error.strerror}."
            ) from None
        return Ran(done.returncode, done.stdout)

    return run


def find(name: str, environ: Mapping[str, str]) -> str | None:
    """The file of a program on this environment's PATH, or None."""
    return shutil.which(name, path=environ.get("PATH") or os.defpath)


def user_number() -> int:
    """The number of this user, as systems other than Windows have it; there 0."""
    if sys.platform == "win32":
        return 0
    else:  # noqa: RET505  spelled out for the type checker of either platform
        return os.getuid()
