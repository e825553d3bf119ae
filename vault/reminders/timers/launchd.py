"""macOS: an agent of the user's launchd (launchd.plist(5))."""

from __future__ import annotations

import plistlib
from pathlib import Path
from xml.parsers.expat import ExpatError

from vault.errors import StorageError
from vault.reminders.files import read_file
from vault.reminders.programs import ReminderError, Runner
from vault.reminders.timers.base import Job, NewFile, Plan, Step

LABEL = "keyfob.remind"


class Launchd:
    """The user's launchd."""

    title = "a launchd agent"

    def __init__(self, home: Path, user: int, run: Runner) -> None:
        """Look at a user's agents.

        Args:
            home: The user's home directory.
            user: The user's number.
            run: Runs `launchctl`.
        """
        self._file = home / "Library" / "LaunchAgents" / f"{LABEL}.plist"
        self._domain = f"gui/{user}"
        self._run = run

    @property
    def paths(self) -> tuple[Path, ...]:
        """The agent's file."""
        return (self._file,)

    def problem(self) -> ReminderError | None:
        """None: every macOS has it."""
        return None

    def installing(self, job: Job) -> Plan:
        """Write the agent, in place of an earlier one, and load it.

        It runs at login too, as launchd makes up for a time slept through but not for one at which
        the machine was off.
        """
        agent = {
            "Label": LABEL,
            "ProgramArguments": list(job.command),
            "StartCalendarInterval": {"Hour": job.at.hour, "Minute": job.at.minute},
            "RunAtLoad": True,
            "ProcessType": "Background",
        }
        if job.environ:
            agent["EnvironmentVariables"] = dict(job.environ)
        data = plistlib.dumps(agent)
        return Plan(
            first=(self._unload(),),
            files=(NewFile(self._file, data, data.decode()),),
            then=(Step(("launchctl", "bootstrap", self._domain, str(self._file))),),
        )

    def removing(self) -> Plan:
        """Unload the agent, and remove its file."""
        return Plan(first=(self._unload(),), gone=self.paths)

    def at(self) -> str:
        """The time of day in the agent's file; "" if there is none."""
        try:
            when = plistlib.loads(read_file(self._file) or b"")["StartCalendarInterval"]
            return f"{int(when['Hour']):02}:{int(when['Minute']):02}"
        except (StorageError, plistlib.InvalidFileException, ExpatError):
            return ""
        except (ValueError, KeyError, TypeError):
            return ""

    def running(self) -> bool:
        """Whether the agent is loaded."""
        try:
            command = ("launchctl", "print", f"{self._domain}/{LABEL}")
            return self._run(command, "").status == 0
        except ReminderError:
            return False

    def _unload(self) -> Step:
        return Step(("launchctl", "bootout", f"{self._domain}/{LABEL}"), needed=False)
