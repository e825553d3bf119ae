"""The real app and the real command line on a real desktop: what they leave on its clipboard."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal import KEYFOB, Terminal
from tests.vault.clipboard.desktop import (
    HANG,
    PASSWORD,
    SECRET,
    TOOLS,
    Desktop,
    command_line,
    environment,
    processes,
    wait_until,
)

pytestmark = [pytest.mark.desktop, pytest.mark.terminal]

on_each_desktop = pytest.mark.parametrize("way", ["xclip", "wl-copy"])
with_each_tool = pytest.mark.parametrize("way", TOOLS)

PLACES = ("PATH", "DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "SSH_CONNECTION", "SSH_TTY")


@pytest.fixture
def environ(desktop: Desktop, way: str, tmp_path: Path) -> dict[str, str]:
    """The environment of a user of this desktop, who has this one tool."""
    tools = tmp_path / "bin"
    tools.mkdir()
    return desktop.with_only(way, tools)


@on_each_desktop
class TestTheApp:
    """`keyfob`, unlocked, one key copied."""

    @pytest.fixture
    def screen(
        self,
        desktop: Desktop,
        way: str,
        environ: dict[str, str],
        vault_file: Path,
        tmp_path: Path,
    ) -> Iterator[Terminal]:
        command = (*KEYFOB, "--vault", str(vault_file))
        variables = {name: environ.get(name, "") for name in PLACES}
        with Terminal(command, home=tmp_path, variables=variables) as screen:
            screen.wait_for("Password", HANG)
            screen.send(PASSWORD + "\r")
            screen.wait_for("Contoso.*", HANG)
            screen.send("c")
            screen.wait_for(f"copied with {way}", HANG)
            assert desktop.paste() == SECRET.encode()
            yield screen

    def test_locking_clears_and_so_does_quitting(self, desktop: Desktop, screen: Terminal) -> None:
        screen.send("l")
        assert wait_until(lambda: screen.read() and "Contoso.*" not in screen.text)
        screen.wait_for("Password", HANG)
        assert wait_until(lambda: desktop.paste() is None)
        screen.send(PASSWORD + "\r")
        screen.wait_for("Contoso.*", HANG)
        screen.send("c")
        assert wait_until(lambda: desktop.paste() == SECRET.encode())
        screen.send("q")
        assert screen.wait_for_end(HANG) == 0
        assert desktop.paste() is None

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
    def test_being_ended_clears(
        self, desktop: Desktop, screen: Terminal, number: signal.Signals
    ) -> None:
        os.kill(screen.pid, number)
        screen.wait_for_end(HANG)
        assert wait_until(lambda: desktop.paste() is None)
        assert wait_until(lambda: not desktop.guards())


class TestTheCommandLine:
    """`keyfob copy ci`, which ends while the secret stays for its time."""

    @pytest.fixture
    def command(self, vault_file: Path, tmp_path: Path) -> list[str]:
        password = tmp_path / "password"
        password.write_text(PASSWORD)
        password.chmod(0o600)
        keyfob = [sys.executable, "-m", "vault.cli"]
        return [
            *keyfob, "copy", "ci", "--vault", str(vault_file), "--password-file", str(password),
        ]  # fmt: skip

    @with_each_tool
    def test_a_pipe_behind_it_ends_while_the_secret_is_there(
        self, desktop: Desktop, environ: dict[str, str], command: list[str]
    ) -> None:
        done = subprocess.run(
            ["/bin/sh", "-c", f'"$@" --for 60 2>&1 | {shutil.which("cat")}', "sh", *command],
            env=environ,
            capture_output=True,
            timeout=HANG,
            check=True,
        )
        assert SECRET.encode() not in done.stdout
        assert desktop.paste() == SECRET.encode()
        (guard,) = desktop.guards()
        os.kill(guard, signal.SIGTERM)
        assert wait_until(lambda: desktop.paste() is None)

    @on_each_desktop
    def test_killed_when_it_has_copied_the_secret_still_leaves_after_its_time(
        self, desktop: Desktop, environ: dict[str, str], command: list[str]
    ) -> None:
        program = subprocess.Popen([*command, "--for", "3"], env=environ)
        assert wait_until(lambda: desktop.paste() == SECRET.encode())
        program.kill()
        program.wait()
        assert wait_until(lambda: desktop.paste() is None)
        assert wait_until(lambda: not desktop.guards())

    @with_each_tool
    def test_at_no_moment_is_the_secret_an_argument_or_a_variable(
        self, desktop: Desktop, environ: dict[str, str], command: list[str]
    ) -> None:
        seen = set()
        with subprocess.Popen([*command, "--for", "60"], env=environ) as program:
            while program.poll() is None:
                for pid in processes():
                    given = command_line(pid)
                    seen.add(given)
                    assert SECRET.encode() not in given + environment(pid)
        assert any(b"guard.process" in given for given in seen)
        for guard in desktop.guards():
            os.kill(guard, signal.SIGTERM)
