"""`keyfob remind` on a made-up Linux machine, whose programs write down how they were called."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.vault.cli.bench import Bench
from tests.vault.reminders.faking import Machine

pytestmark = pytest.mark.skipif(
    sys.platform in {"darwin", "win32"}, reason="the made-up machine is a Linux one"
)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    machine = Machine(tmp_path / "machine")
    machine.has("systemctl")
    machine.has("notify-send")
    return machine


@pytest.fixture
def desktop(bench: Bench, machine: Machine) -> Bench:
    """Logged in to a desktop; one key soon due, and no password to be had."""
    bench.feed("soon", "--expires", "30d")
    bench.feed("fine", "--expires", "60d")
    bench.later(days=21)
    del bench.environ["KEYFOB_PASSWORD_FILE"]
    bench.environ |= {
        "HOME": str(bench.home),
        "PATH": str(machine.bin),
        "DBUS_SESSION_BUS_ADDRESS": "unix:path=/made-up",
    }
    return bench


def units(bench: Bench) -> list[str]:
    directory = bench.home / ".config" / "systemd" / "user"
    return sorted(path.name for path in directory.iterdir()) if directory.exists() else []


class TestRun:
    def test_a_key_is_told_of_once_a_state(self, desktop: Bench, machine: Machine) -> None:
        done = desktop.ok("remind", "run")
        assert (done.out, done.err) == ("", "")
        [called] = machine.called()
        assert called[-2:] == ["1 key needs a new secret", "soon (own-feed) expires in 9 days"]
        desktop.ok("remind", "run")
        desktop.later(days=1)
        desktop.ok("remind", "run")
        assert machine.called() == []
        desktop.later(days=6)
        desktop.ok("remind", "run")
        [called] = machine.called()
        assert called[-1] == "soon (own-feed) expires in 2 days"
        desktop.later(days=3)
        desktop.ok("remind", "run")
        [called] = machine.called()
        assert called[-2] == "1 key has expired"

    def test_names_are_told_only_as_the_index_has_them(
        self, desktop: Bench, machine: Machine
    ) -> None:
        desktop.environ["KEYFOB_PASSWORD_FILE"] = str(desktop.password_file)
        desktop.ok("edit", "--index", "dates")
        desktop.ok("remind", "run")
        [called] = machine.called()
        assert called[-1] == "1 key expires in 9 days"

    def test_what_could_not_be_shown_is_shown_the_next_time(
        self, desktop: Bench, machine: Machine
    ) -> None:
        machine.has("notify-send", status=1, out="nobody is there")
        done = desktop.run("remind", "run")
        assert (done.status, done.out) == (6, "")
        assert "nobody is there" in done.err
        machine.has("notify-send")
        machine.called()
        desktop.ok("remind", "run")
        assert len(machine.called()) == 1

    def test_no_desktop_is_six_and_clear_but_only_if_there_is_news(
        self, desktop: Bench, machine: Machine
    ) -> None:
        desktop.ok("remind", "run")
        (machine.bin / "notify-send").unlink()
        desktop.ok("remind", "run")
        desktop.later(days=7)
        done = desktop.run("remind", "run")
        assert done.status == 6
        assert "notify-send" in done.err

    def test_a_dry_run_shows_and_changes_nothing(self, desktop: Bench, machine: Machine) -> None:
        for _ in range(2):
            done = desktop.ok("remind", "run", "--dry-run")
            assert "soon (own-feed) expires in 9 days" in done.out
        assert machine.called() == []

    def test_no_vault_is_six(self, fresh: Bench) -> None:
        assert fresh.run("remind", "run").status == 6


class TestInstall:
    def test_it_shows_asks_and_installs(self, desktop: Bench, machine: Machine) -> None:
        done = desktop.ok("remind", "install", "--at", "07:05", answers=["y"])
        assert desktop.prompts == ["Write this? [y/N] "]
        assert "+ OnCalendar=*-*-* 07:05:00" in done.out
        assert "$ systemctl --user enable keyfob-remind.timer" in done.out
        assert units(desktop) == ["keyfob-remind.service", "keyfob-remind.timer"]
        assert [call[2] for call in machine.called()] == [
            "show-environment", "daemon-reload", "enable", "restart",
        ]  # fmt: skip
        assert desktop.ok("remind", "status").out == "A systemd user timer runs, daily at 07:05.\n"

    @pytest.mark.parametrize("words", [["--dry-run"], []])
    def test_a_dry_run_or_a_no_writes_nothing(
        self, desktop: Bench, machine: Machine, words: list[str]
    ) -> None:
        done = desktop.run("remind", "install", *words, answers=["n"])
        assert done.status == (0 if words else 1)
        assert units(desktop) == []
        assert [call[2] for call in machine.called()] == ["show-environment"]

    def test_without_a_terminal_yes_is_needed(self, desktop: Bench) -> None:
        assert desktop.run("remind", "install").status == 2
        assert units(desktop) == []
        desktop.ok("remind", "install", "--yes")

    def test_without_systemd_it_names_cron_and_writes_nothing(
        self, desktop: Bench, machine: Machine
    ) -> None:
        machine.has("systemctl", status=1, out="Failed to connect to bus")
        done = desktop.run("remind", "install", "--yes")
        assert done.status == 6
        assert "cron" in done.err
        assert units(desktop) == []

    def test_without_a_way_to_notify_it_writes_nothing(
        self, desktop: Bench, machine: Machine
    ) -> None:
        (machine.bin / "notify-send").unlink()
        done = desktop.run("remind", "install", "--yes")
        assert (done.status, units(desktop)) == (6, [])

    def test_a_vault_that_tells_nothing_is_noted(self, desktop: Bench) -> None:
        assert "--index dates" not in desktop.ok("remind", "install", "--dry-run").err
        desktop.environ["KEYFOB_PASSWORD_FILE"] = str(desktop.password_file)
        desktop.ok("edit", "--index", "off")
        assert "--index dates" in desktop.ok("remind", "install", "--dry-run").err

    def test_without_a_vault_nothing_is_written(self, desktop: Bench) -> None:
        desktop.environ["KEYFOB_VAULT"] = str(desktop.home / "none")
        done = desktop.run("remind", "install", "--yes")
        assert (done.status, units(desktop)) == (6, [])

    def test_what_systemd_refuses_is_taken_back(self, desktop: Bench, machine: Machine) -> None:
        machine.has("systemctl", refused=("enable",), out="Unit is masked")
        done = desktop.run("remind", "install", "--yes")
        assert done.status == 6
        assert "Unit is masked" in done.err
        assert units(desktop) == []


class TestRemove:
    def test_nothing_is_left(self, desktop: Bench, machine: Machine) -> None:
        before = {path for path in desktop.home.rglob("*") if path.is_file()}
        desktop.ok("remind", "install", "--yes")
        desktop.ok("remind", "run")
        machine.called()
        done = desktop.ok("remind", "remove")
        assert "keyfob-remind.timer" in done.out
        assert [call[2] for call in machine.called()] == ["disable", "clean", "daemon-reload"]
        after = {path for path in desktop.home.rglob("*") if path.is_file()}
        assert {path for path in after - before if "machine" not in path.parts} == set()

    def test_a_dry_run_removes_nothing(self, desktop: Bench) -> None:
        desktop.ok("remind", "install", "--yes")
        desktop.ok("remind", "remove", "--dry-run")
        assert len(units(desktop)) == 2

    def test_where_there_is_nothing_it_says_so(self, desktop: Bench) -> None:
        done = desktop.run("remind", "remove")
        assert done.status == 1
        assert "no reminder" in done.err


def test_status_tells_what_does_not_run(desktop: Bench, machine: Machine) -> None:
    assert desktop.run("remind", "status").status == 1
    desktop.ok("remind", "install", "--yes")
    told = json.loads(desktop.ok("remind", "status", "--json").out)
    assert (told["installed"], told["running"], told["at"]) == (True, True, "09:00")
    machine.has("systemctl", status=3)
    done = desktop.run("remind", "status")
    assert done.status == 1
    assert "does not run" in done.out


@pytest.mark.parametrize(
    "words",
    [
        ["run", "--yes"],
        ["status", "--at", "09:00"],
        ["remove", "--json"],
        ["install", "--at", "25:00"],
        [],
    ],
)
def test_wrong_usage_is_two(desktop: Bench, words: list[str]) -> None:
    assert desktop.run("remind", *words).status == 2


def test_without_a_home_it_says_so(desktop: Bench) -> None:
    del desktop.environ["HOME"]
    assert desktop.run("remind", "status").status == 6
