"""What a daily timer is made of, planned first so that it can be shown, then carried out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import Protocol

from vault.reminders.files import remove_file, replace_file
from vault.reminders.programs import ReminderError, Runner
from vault.text import safe


@dataclass(frozen=True, slots=True)
class Job:
    """What to run, and when.

    Attributes:
        command: Program, by its whole path, and arguments.
        at: The time of day, local.
        environ: Variables that it needs beside those of a login.
    """

    command: tuple[str, ...]
    at: time
    environ: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """A program to run.

    Attributes:
        command: Program and arguments.
        needed: Whether all is in vain if it fails.
    """

    command: tuple[str, ...]
    needed: bool = True


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file to write.

    Attributes:
        path: Where.
        data: What is in it.
        text: The same for people.
    """

    path: Path
    data: bytes
    text: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What is going to happen, in this order.

    Attributes:
        first: Programs that run before any file changes.
        files: Files that are written.
        gone: Files that are removed.
        then: Programs that run afterwards.
    """

    first: tuple[Step, ...] = ()
    files: tuple[NewFile, ...] = ()
    gone: tuple[Path, ...] = ()
    then: tuple[Step, ...] = ()


class Timer(Protocol):
    """A way to have a program run once a day.

    Attributes:
        title: What it is called in a sentence, with an article.
        paths: The files it consists of.
    """

    @property
    def title(self) -> str:
        """What it is called in a sentence, with an article."""

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files it consists of."""

    def problem(self) -> ReminderError | None:
        """Why it cannot be used here, or None."""

    def installing(self, job: Job) -> Plan:
        """What has to happen so that the job runs daily."""

    def removing(self) -> Plan:
        """What has to happen so that everything is as before."""

    def at(self) -> str:
        """At what time of day the job runs, as `09:00`; "" if it is not installed."""

    def running(self) -> bool:
        """Whether the system knows of it and runs it."""


def carry_out(plan: Plan, run: Runner) -> None:
    """Do what was planned.

    Raises:
        ReminderError: A program that is needed failed.
        StorageError: A file cannot be written or removed.
    """
    for step in plan.first:
        _take(step, run)
    for file in plan.files:
        replace_file(file.path, file.data)
    for path in plan.gone:
        remove_file(path)
    for step in plan.then:
        _take(step, run)


def _take(step: Step, run: Runner) -> None:
    ran = run(step.command, "")
    if ran.status and step.needed:
        said = ran.out.strip().splitlines() or [f"it ended with {ran.status}"]
        words = " ".join(step.command[:4])
        raise ReminderError(f"{safe(words, 120)} failed.", safe(said[-1], 200))
