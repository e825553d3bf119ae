"""Windows: a task of the Task Scheduler, made from its XML (Task Scheduler schema, version 1.2).

The XML form has what the options of `schtasks` lack: a start that was missed is made up for, and
arguments of any length.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET  # only written here; what is read back is matched as text

from vault.errors import StorageError
from vault.reminders.files import read_file
from vault.reminders.programs import ReminderError, Runner
from vault.reminders.timers.base import Job, NewFile, Plan, Step

TASK = "keyfob-remind"

_SPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"
_AT = re.compile(r"<StartBoundary>2020-01-01T(\d\d:\d\d):00</StartBoundary>")


class TaskScheduler:
    """The Task Scheduler; the task runs as its user, while logged in, so that a toast shows."""

    title = "a scheduled task"

    def __init__(self, state: Path, run: Runner) -> None:
        """Look at a user's state directory.

        Args:
            state: Where the task's XML is kept, so that it can be seen later.
            run: Runs `schtasks`.
        """
        self._file = state / f"{TASK}.xml"
        self._run = run

    @property
    def paths(self) -> tuple[Path, ...]:
        """The task's XML."""
        return (self._file,)

    def problem(self) -> ReminderError | None:
        """None: every Windows has it."""
        return None

    def installing(self, job: Job) -> Plan:
        """Write the XML, and make the task of it, in place of an earlier one."""
        text = _xml(job)
        create = ("schtasks", "/Create", "/TN", TASK, "/XML", str(self._file), "/F")
        return Plan(files=(NewFile(self._file, text.encode("utf-16"), text),), then=(Step(create),))

    def removing(self) -> Plan:
        """Delete the task, and remove its XML."""
        delete = ("schtasks", "/Delete", "/TN", TASK, "/F")
        return Plan(first=(Step(delete, needed=False),), gone=self.paths)

    def at(self) -> str:
        """The time of day in the task's XML; "" if there is none."""
        try:
            data = read_file(self._file) or b""
        except StorageError:
            return ""
        match = _AT.search(data.decode("utf-16", "replace"))
        return match[1] if match else ""

    def running(self) -> bool:
        """Whether the scheduler has the task."""
        try:
            return self._run(("schtasks", "/Query", "/TN", TASK), "").status == 0
        except ReminderError:
            return False


def _xml(job: Job) -> str:
    """The task as the scheduler reads it. The time is local, as it has no zone."""
    task = ET.Element("Task", version="1.2", xmlns=_SPACE)
    about = ET.SubElement(task, "RegistrationInfo")
    _add(about, "Description", "Tells which keys of keyfob fall due.")
    trigger = ET.SubElement(ET.SubElement(task, "Triggers"), "CalendarTrigger")
    _add(trigger, "StartBoundary", f"2020-01-01T{job.at:%H:%M}:00")
    _add(ET.SubElement(trigger, "ScheduleByDay"), "DaysInterval", "1")
    user = ET.SubElement(ET.SubElement(task, "Principals"), "Principal", id="Author")
    _add(user, "LogonType", "InteractiveToken")
    _add(user, "RunLevel", "LeastPrivilege")
    settings = ET.SubElement(task, "Settings")
    _add(settings, "StartWhenAvailable", "true")
    _add(settings, "DisallowStartIfOnBatteries", "false")
    _add(settings, "StopIfGoingOnBatteries", "false")
    _add(settings, "ExecutionTimeLimit", "PT5M")
    run = ET.SubElement(ET.SubElement(task, "Actions", Context="Author"), "Exec")
    _add(run, "Command", job.command[0])
    _add(run, "Arguments", subprocess.list2cmdline(job.command[1:]))
    ET.indent(task)
    return f'<?xml version="1.0" encoding="UTF-16"?>\n{ET.tostring(task, encoding="unicode")}\n'


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text
