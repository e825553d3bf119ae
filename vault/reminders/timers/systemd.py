"""Linux: a timer and a service of the user's own systemd (systemd.timer(5), systemd.service(5))."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from vault.errors import StorageError
from vault.reminders.files import read_file
from vault.reminders.programs import ReminderError, Runner
from vault.reminders.timers.base import Job, NewFile, Plan, Step

NAME = "keyfob-remind"

_SERVICE = """\
# Written by keyfob remind install; keyfob remind remove takes it away.
[Unit]
Description=Tell which keys of keyfob fall due

[Service]
Type=oneshot
{environ}ExecStart=:{command}
"""

_TIMER = """\
# Written by keyfob remind install; keyfob remind remove takes it away.
[Unit]
Description=Tell daily which keys of keyfob fall due

[Timer]
OnCalendar=*-*-* {at}:00
Persistent=true

[Install]
WantedBy=timers.target
"""
"""`Persistent`: a day on which the machine was off is made up for."""

_AT = re.compile(r"^OnCalendar=\*-\*-\* (\d\d:\d\d):00$", re.MULTILINE)


class Systemd:
    """The user's own systemd."""

    title = "a systemd user timer"

    def __init__(self, environ: Mapping[str, str], home: Path, run: Runner) -> None:
        """Look at a user's configuration.

        Args:
            environ: The environment.
            home: The user's home directory.
            run: Runs `systemctl`.
        """
        directory = Path(environ.get("XDG_CONFIG_HOME") or home / ".config") / "systemd" / "user"
        self._service = directory / f"{NAME}.service"
        self._timer = directory / f"{NAME}.timer"
        self._run = run

    @property
    def paths(self) -> tuple[Path, ...]:
        """Service and timer."""
        return self._service, self._timer

    def problem(self) -> ReminderError | None:
        """Why not, if no systemd of this user answers: in a container, or under another init."""
        try:
            if self._run(_systemctl("show-environment"), "").status == 0:
                return None
        except ReminderError:
            pass
        return ReminderError(
            "No systemd of your own answers here, so there is nothing to put a timer in.",
            "cron can do it: put this line in with crontab -e: 0 9 * * * keyfob remind run",
        )

    def installing(self, job: Job) -> Plan:
        """Write both files, then switch the timer on."""
        environ = "".join(
            f"Environment={quoted(f'{name}={value}')}\n" for name, value in job.environ.items()
        )
        command = " ".join(map(quoted, job.command))
        service = _SERVICE.format(environ=environ, command=command)
        timer = _TIMER.format(at=f"{job.at:%H:%M}")
        return Plan(
            files=(
                NewFile(self._service, service.encode(), service),
                NewFile(self._timer, timer.encode(), timer),
            ),
            then=(
                Step(_systemctl("daemon-reload")),
                Step(_systemctl("enable", f"{NAME}.timer")),
                Step(_systemctl("restart", f"{NAME}.timer")),
            ),
        )

    def removing(self) -> Plan:
        """Switch the timer off, forget when it ran last, remove both files."""
        return Plan(
            first=(
                Step(_systemctl("disable", "--now", f"{NAME}.timer"), needed=False),
                Step(_systemctl("clean", "--what=state", f"{NAME}.timer"), needed=False),
            ),
            gone=self.paths,
            then=(Step(_systemctl("daemon-reload"), needed=False),),
        )

    def at(self) -> str:
        """The time of day in the timer's file; "" if there is none."""
        try:
            data = read_file(self._timer) or b""
        except StorageError:
            return ""
        match = _AT.search(data.decode("utf-8", "replace"))
        return match[1] if match else ""

    def running(self) -> bool:
        """Whether the timer is active."""
        try:
            return self._run(_systemctl("is-active", f"{NAME}.timer"), "").status == 0
        except ReminderError:
            return False


def quoted(word: str) -> str:
    """A word as a unit file reads it back: in quotes, `%` doubled, other signs escaped.

    `ExecStart` begins with a colon here, so that a dollar sign needs nothing.
    """
    text = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return '"' + "".join(char if char.isprintable() else _escaped(char) for char in text) + '"'


def _escaped(char: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in char.encode("utf-8", "surrogateescape"))


def _systemctl(*words: str) -> tuple[str, ...]:
    return "systemctl", "--user", *words
