"""Which timer this machine has, and what it is to run."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import datetime, time
from pathlib import Path

from vault.errors import StorageError, ValueRefusedError
from vault.reminders.programs import find, runner, user_number
from vault.reminders.timers.base import Job, Timer
from vault.reminders.timers.launchd import Launchd
from vault.reminders.timers.systemd import Systemd
from vault.reminders.timers.windows import TaskScheduler

KEPT = ("XDG_STATE_HOME",)
"""Variables that a login shell may set and a timer would miss: where the index of names is."""


def timer_of(environ: Mapping[str, str], state: Path, platform: str = sys.platform) -> Timer:
    """The timer of this machine; not asked yet whether it can be used.

    Args:
        environ: The environment.
        state: The state directory.
        platform: As `sys.platform` has it.

    Raises:
        StorageError: There is no home directory.
    """
    run = runner(environ)
    if platform == "win32":
        return TaskScheduler(state, run)
    home = environ.get("HOME")
    if not home:
        raise StorageError("There is no home directory.", "Set HOME.")
    if platform == "darwin":
        return Launchd(Path(home), user_number(), run)
    return Systemd(environ, Path(home), run)


def job_of(vault: Path, at: time, environ: Mapping[str, str]) -> Job:
    """The job: this very keyfob, on this very vault.

    Args:
        vault: The vault's file.
        at: The time of day.
        environ: The environment.
    """
    command = (*_program(environ), "remind", "run", "--vault", str(vault))
    kept = {name: environ[name] for name in KEPT if environ.get(name)}
    return Job(command, at, kept)


def parse_time_of_day(text: str) -> time:
    """A time of day from `HH:MM`.

    Raises:
        ValueRefusedError: It is none.
    """
    try:
        return datetime.strptime(text.strip(), "%H:%M").time()  # noqa: DTZ007 - a time of day has no zone
    except ValueError:
        raise ValueRefusedError(
            f"{text.strip()[:20]!r} is no time of day.", "Write 09:00 or 17:30."
        ) from None


def _program(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The whole path of keyfob; where it is not installed, this Python with its module."""
    beside = Path(sys.executable).parent
    found = find("keyfob", {"PATH": str(beside)}) or find("keyfob", environ)
    if found is not None:
        return (str(Path(found).absolute()),)
    return sys.executable, "-m", "vault.cli"
