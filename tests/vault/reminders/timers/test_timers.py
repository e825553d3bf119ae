"""Each timer's files as its own system reads them, where that system's tools are here."""

from __future__ import annotations

import os
import plistlib
import shlex
import shutil
import subprocess
from datetime import time
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.vault.reminders.faking import Recorder
from vault.errors import ValueRefusedError
from vault.reminders.programs import ReminderError
from vault.reminders.timers.base import Job, NewFile, Plan, Step, Timer, carry_out
from vault.reminders.timers.launchd import Launchd
from vault.reminders.timers.machine import job_of, parse_time_of_day, timer_of
from vault.reminders.timers.systemd import Systemd, quoted
from vault.reminders.timers.windows import TaskScheduler

ODD = "/home/a b/$HOME 100% \"q\" 'r' \\n é&<.keyfob"
JOB = Job(("/opt/keyfob", "remind", "run", "--vault", ODD), time(7, 5), {"XDG_STATE_HOME": "/s %y"})


@pytest.fixture(params=["systemd", "launchd", "windows"])
def timer(request: pytest.FixtureRequest, tmp_path: Path) -> Timer:
    made: dict[str, Timer] = {
        "systemd": Systemd({}, tmp_path, Recorder()),
        "launchd": Launchd(tmp_path, 501, Recorder()),
        "windows": TaskScheduler(tmp_path, Recorder()),
    }
    return made[str(request.param)]


def test_what_is_installed_is_known_and_removed_without_a_trace(timer: Timer) -> None:
    run = Recorder()
    assert timer.at() == ""
    carry_out(timer.installing(JOB), run)
    assert timer.at() == "07:05"
    assert timer.running()
    assert all(path.is_file() for path in timer.paths)
    carry_out(timer.removing(), run)
    assert timer.at() == ""
    assert not any(path.exists() for path in timer.paths)


def test_installing_again_replaces(timer: Timer) -> None:
    carry_out(timer.installing(JOB), Recorder())
    carry_out(timer.installing(Job(JOB.command, time(18, 30))), Recorder())
    assert timer.at() == "18:30"


def test_a_file_that_is_something_else_is_not_installed(timer: Timer) -> None:
    for path in timer.paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\xffnonsense")
    assert timer.at() == ""


def test_what_the_system_refuses_is_an_error(tmp_path: Path) -> None:
    plan = Plan(first=(Step(("a", "b"), needed=False),), then=(Step(("c", "d")),))
    with pytest.raises(ReminderError, match="c d failed") as caught:
        carry_out(plan, Recorder(1, "first\nlast \x1b[2J"))
    assert caught.value.hint.startswith("last")
    assert caught.value.hint.isprintable()
    run = Recorder(1)
    carry_out(Plan(first=plan.first, files=(NewFile(tmp_path / "x", b"y", "y"),)), run)
    assert (tmp_path / "x").read_bytes() == b"y"


class TestSystemd:
    def test_it_reads_the_units_as_they_are_meant(self, tmp_path: Path) -> None:
        tool = shutil.which("systemd-analyze")
        if tool is None:
            pytest.skip("needs systemd-analyze")
        plan = Systemd({"XDG_CONFIG_HOME": str(tmp_path)}, tmp_path, Recorder()).installing(
            Job((shutil.which("true") or "/bin/true", *JOB.command[1:]), JOB.at, JOB.environ)
        )
        carry_out(Plan(files=plan.files), Recorder())
        done = subprocess.run(
            [tool, "--user", "verify", *(str(file.path) for file in plan.files)],
            env=os.environ | {"XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")

    def test_it_runs_what_was_asked_at_its_time(self, tmp_path: Path) -> None:
        service, timer = Systemd({}, tmp_path, Recorder()).installing(JOB).files
        command = next(line for line in service.text.splitlines() if line.startswith("ExecStart="))
        assert command.startswith("ExecStart=:")
        assert shlex.split(command.removeprefix("ExecStart=:").replace("%%", "%")) == list(
            JOB.command
        )
        assert 'Environment="XDG_STATE_HOME=/s %%y"' in service.text
        assert "OnCalendar=*-*-* 07:05:00\nPersistent=true" in timer.text
        assert service.path == tmp_path / ".config" / "systemd" / "user" / "keyfob-remind.service"

    def test_a_line_end_cannot_begin_another_setting(self) -> None:
        assert quoted("a\nExecStart=b") == '"a\\x0aExecStart=b"'

    def test_without_an_answer_it_names_cron(self, tmp_path: Path) -> None:
        problem = Systemd({}, tmp_path, Recorder(1)).problem()
        assert problem is not None
        assert problem.exit_code == 6
        assert "0 9 * * * keyfob remind run" in problem.hint
        assert Systemd({}, tmp_path, Recorder()).problem() is None


def test_launchd_gets_a_property_list(tmp_path: Path) -> None:
    plan = Launchd(tmp_path, 501, Recorder()).installing(JOB)
    [file] = plan.files
    agent = plistlib.loads(file.data)
    assert agent["ProgramArguments"] == list(JOB.command)
    assert agent["StartCalendarInterval"] == {"Hour": 7, "Minute": 5}
    assert agent["EnvironmentVariables"] == {"XDG_STATE_HOME": "/s %y"}
    assert agent["Label"] == file.path.stem
    assert plan.then[-1].command == ("launchctl", "bootstrap", "gui/501", str(file.path))
    lint = shutil.which("plutil")
    if lint is not None:  # macOS
        done = subprocess.run([lint, "-lint", "-"], input=file.data, check=False)
        assert done.returncode == 0


def test_windows_gets_a_task(tmp_path: Path) -> None:
    plan = TaskScheduler(tmp_path, Recorder()).installing(JOB)
    [file] = plan.files
    assert file.data.startswith(b"\xff\xfe")
    space = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
    task = ET.fromstring(file.data)
    assert task.findtext(".//t:Exec/t:Command", "", space) == "/opt/keyfob"
    arguments = task.findtext(".//t:Exec/t:Arguments", "", space)
    assert arguments == subprocess.list2cmdline(JOB.command[1:])
    assert task.findtext(".//t:StartBoundary", "", space).endswith("T07:05:00")
    assert task.findtext(".//t:LogonType", "", space) == "InteractiveToken"
    assert plan.then[-1].command[:4] == ("schtasks", "/Create", "/TN", "keyfob-remind")


def test_each_platform_has_its_timer(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path)}
    assert isinstance(timer_of(environ, tmp_path, "linux"), Systemd)
    assert isinstance(timer_of(environ, tmp_path, "darwin"), Launchd)
    assert isinstance(timer_of({}, tmp_path, "win32"), TaskScheduler)


def test_the_job_is_this_keyfob_on_this_vault(tmp_path: Path) -> None:
    job = job_of(tmp_path / "v", time(9), {"XDG_STATE_HOME": "/s", "HOME": "/h"})
    assert Path(job.command[0]).is_absolute()
    assert job.command[-4:] == ("remind", "run", "--vault", str(tmp_path / "v"))
    assert job.environ == {"XDG_STATE_HOME": "/s"}


@pytest.mark.parametrize("text", ["25:00", "9", "", "09:00:00", "noon"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(ValueRefusedError):
        parse_time_of_day(text)
    assert parse_time_of_day("17:30") == time(17, 30)
