from __future__ import annotations

import base64
import re
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.vault.cli.unlocked import runtime
from tests.vault.reminders.faking import Machine, Recorder
from vault.due import Due
from vault.keys.lifetime import Lifetime, State
from vault.reminders.notify import (
    Notice,
    NotifySend,
    OsaScript,
    PowerShell,
    notice_of,
    notifier,
)
from vault.reminders.programs import ReminderError

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NASTY = "<b>&lt;' \" \\n $(x) `y` \u2019;"
NOTICE = Notice("1 key needs a new secret", (NASTY, "second"))


def due(name: str, state: State = State.SOON, count: int = 1, days: float = 2) -> Due:
    life = Lifetime(NOW - timedelta(days=28), NOW + timedelta(days=days))
    return Due(name, "nuget.org" if name else "", life, state, count)


@pytest.mark.parametrize(
    ("rows", "title", "line"),
    [
        ([due("ci")], "1 key needs a new secret", "ci (nuget.org) expires in 2 days"),
        ([due("ci"), due("b")], "2 keys need a new secret", "ci (nuget.org) expires in 2 days"),
        ([due("", count=3)], "3 keys need a new secret", "3 keys expire in 2 days"),
        ([due("")], "1 key needs a new secret", "1 key expires in 2 days"),
        (
            [due("ci", State.EXPIRED, days=-3)],
            "1 key has expired",
            "ci (nuget.org) expired 3 days ago",
        ),
        (
            [due("", State.EXPIRED, count=2, days=-3)],
            "2 keys have expired",
            "2 keys expired 3 days ago",
        ),
    ],
)
def test_a_notice_says_which_keys_and_when(rows: list[Due], title: str, line: str) -> None:
    notice = notice_of(rows, NOW)
    assert (notice.title, notice.lines[0]) == (title, line)


def test_a_long_notice_is_cut_and_says_so() -> None:
    notice = notice_of([due(f"k{number}") for number in range(8)], NOW)
    assert len(notice.lines) == 5
    assert notice.lines[-1] == "and 4 keys more"
    assert notice.title == "8 keys need a new secret"


def test_only_what_presses_stays_until_it_was_seen() -> None:
    assert not notice_of([due("ci")], NOW).urgent
    assert notice_of([due("ci"), due("b", State.URGENT)], NOW).urgent


def test_names_are_inert() -> None:
    notice = notice_of([due("a\x1b]2;x\x07\nb\u202e")], NOW)
    assert all(line.isprintable() for line in notice.lines)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


class TestNotifySend:
    def test_the_body_is_markup_and_escaped(self, machine: Machine) -> None:
        machine.has("notify-send")
        environ = {"PATH": str(machine.bin), "DBUS_SESSION_BUS_ADDRESS": "unix:path=/x"}
        way = NotifySend(environ)
        assert way.problem() is None
        way.show(NOTICE)
        [called] = machine.called()
        assert called[-3:-1] == ["--", NOTICE.title]
        assert called[-1] == "&lt;b&gt;&amp;lt;' \" \\\\n $(x) `y` \u2019;\nsecond"

    def test_without_the_program_it_says_what_to_install(self, machine: Machine) -> None:
        problem = NotifySend({"PATH": str(machine.bin)}).problem()
        assert problem is not None
        assert problem.exit_code == 6
        assert "libnotify" in problem.hint

    def test_without_a_session_it_says_so(self, machine: Machine, tmp_path: Path) -> None:
        machine.has("notify-send")
        environ = {"PATH": str(machine.bin), "XDG_RUNTIME_DIR": str(tmp_path)}
        problem = NotifySend(environ).problem()
        assert problem is not None
        assert "session" in problem.message

    def test_cron_names_no_bus_and_it_is_found(self, machine: Machine) -> None:
        machine.has("notify-send")
        with runtime() as directory, socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(directory / "bus"))
            way = NotifySend({"PATH": str(machine.bin), "XDG_RUNTIME_DIR": str(directory)})
            assert way.problem() is None
            way.show(NOTICE)
        assert machine.environ()["DBUS_SESSION_BUS_ADDRESS"] == f"unix:path={directory}/bus"

    def test_a_desktop_that_refuses_is_an_error(self, machine: Machine) -> None:
        machine.has("notify-send", status=1, out="no \x1b[2J service")
        environ = {"PATH": str(machine.bin), "DBUS_SESSION_BUS_ADDRESS": "unix:path=/x"}
        with pytest.raises(ReminderError, match="did not take") as caught:
            NotifySend(environ).show(NOTICE)
        assert "service" in caught.value.hint
        assert caught.value.hint.isprintable()


def test_macos_gets_a_script_on_stdin_in_which_text_stays_text() -> None:
    run = Recorder()
    OsaScript(run).show(NOTICE)
    [(command, script)] = run.calls
    assert command == ["osascript", "-"]
    literal = r'"(?:[^"\\\n]|\\[\\"n])*"'
    whole = f"display notification {literal} with title {literal} subtitle {literal}\n"
    assert re.fullmatch(whole, script)
    assert "second" in script


def test_windows_gets_a_script_on_stdin_in_which_text_is_coded() -> None:
    run = Recorder()
    PowerShell(run).show(NOTICE)
    [(command, script)] = run.calls
    assert NASTY not in " ".join(command)
    coded = re.findall(r"\(Text '([A-Za-z0-9+/=]+)'\)", script)
    told = [base64.b64decode(text).decode() for text in coded]
    assert told == [f"keyfob: {NOTICE.title}", f"{NASTY}\nsecond"]
    assert NASTY not in script


@pytest.mark.parametrize("way", [OsaScript, PowerShell])
def test_a_refusal_is_an_error_elsewhere_too(way: type[OsaScript | PowerShell]) -> None:
    with pytest.raises(ReminderError, match="did not take"):
        way(Recorder(1, "no")).show(NOTICE)


def test_each_platform_has_its_way() -> None:
    assert isinstance(notifier({}, "darwin"), OsaScript)
    assert isinstance(notifier({}, "win32"), PowerShell)
    assert isinstance(notifier({}, "linux"), NotifySend)
