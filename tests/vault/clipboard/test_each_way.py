"""What holds whatever way a secret takes: one list, for X11 with each tool and for Wayland."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.vault.clipboard.desktop import (
    TOOLS,
    WAYS,
    Desktop,
    alive,
    command_line,
    environment,
    family,
    stays,
    wait_until,
)
from vault.clipboard import launch
from vault.clipboard.system import SystemClipboard
from vault.clipboard.ways import Ways, ways
from vault.keys.secret import Secret

pytestmark = pytest.mark.desktop

SECRET = "oy2-made-up-for-tests-7f3a9"
LONG = 60.0  # seconds: longer than any test
SHORT = 0.5


def only(desktop: Desktop, name: str) -> Ways:
    """The one way of that name."""
    found = ways(desktop.environ)
    tools = tuple(tool for tool in found.tools if tool.name == name)
    return Ways(tools, pyperclip=name == "pyperclip", hint="")


def running(desktop: Desktop) -> list[int]:
    """The guard and its tools."""
    return [pid for guard in desktop.guards() for pid in family(guard)]


@pytest.fixture
def clipboard(desktop: Desktop, way: str) -> Iterator[SystemClipboard]:
    """The app's clipboard, where there is this way only."""
    clipboard = SystemClipboard(environ=desktop.environ, found=only(desktop, way))
    yield clipboard
    clipboard.clear()


@pytest.mark.parametrize("way", WAYS)
class TestEveryWay:
    """Ways with a tool that owns the clipboard, and pyperclip."""

    @pytest.mark.parametrize(
        "text",
        [
            SECRET,
            "  spaces\tand tab ",
            "ключ-🔑-ÿ",
            "ends in newline\n",
            "\r\n",
            "k" * 3_000,
        ],
    )
    def test_exact_bytes_arrive(
        self, desktop: Desktop, clipboard: SystemClipboard, way: str, text: str
    ) -> None:
        receipt = clipboard.copy(Secret(text), LONG)
        for reader in desktop.readers:
            assert desktop.paste(reader) == text.encode()
        assert (receipt.way, receipt.confirmed, receipt.clears_itself) == (way, True, True)
        assert receipt.sentence == ("Copied" if way == "pyperclip" else f"Copied with {way}")

    def test_the_secret_leaves_after_its_time(
        self, desktop: Desktop, clipboard: SystemClipboard
    ) -> None:
        clipboard.copy(Secret(SECRET), SHORT)
        assert wait_until(lambda: desktop.paste() is None)
        assert wait_until(lambda: not clipboard.holds)

    def test_what_someone_else_copied_stays(
        self, desktop: Desktop, clipboard: SystemClipboard
    ) -> None:
        clipboard.copy(Secret(SECRET), SHORT)
        desktop.someone_copies(b"theirs")
        assert wait_until(lambda: not clipboard.holds)
        assert desktop.paste() == b"theirs"

    def test_clear_takes_it_away_at_once(
        self, desktop: Desktop, clipboard: SystemClipboard
    ) -> None:
        clipboard.copy(Secret(SECRET), LONG)
        held = clipboard.holds
        clipboard.clear()
        assert desktop.paste() is None
        assert (held, clipboard.holds) == (True, False)
        clipboard.clear()

    def test_clear_leaves_what_someone_else_copied(
        self, desktop: Desktop, clipboard: SystemClipboard
    ) -> None:
        clipboard.copy(Secret(SECRET), LONG)
        desktop.someone_copies(b"theirs")
        clipboard.clear()
        assert desktop.paste() == b"theirs"

    def test_copying_again_restarts_the_time(
        self, desktop: Desktop, clipboard: SystemClipboard
    ) -> None:
        clipboard.copy(Secret(SECRET), SHORT)
        clipboard.copy(Secret(SECRET), LONG)
        assert stays(lambda: desktop.paste() == SECRET.encode(), 2 * SHORT)
        assert clipboard.holds

    def test_copying_another_replaces(self, desktop: Desktop, clipboard: SystemClipboard) -> None:
        clipboard.copy(Secret("first"), LONG)
        clipboard.copy(Secret("second"), LONG)
        assert desktop.paste() == b"second"
        assert len(desktop.guards()) <= 1

    def test_nothing_is_left_running_afterwards(
        self, desktop: Desktop, clipboard: SystemClipboard
    ) -> None:
        clipboard.copy(Secret(SECRET), LONG)
        started = running(desktop)
        assert started
        clipboard.clear()
        assert wait_until(lambda: not any(map(alive, started)))

    def test_no_argument_and_no_environment_holds_the_secret(
        self, desktop: Desktop, clipboard: SystemClipboard
    ) -> None:
        clipboard.copy(Secret(SECRET), LONG)
        assert running(desktop)
        for pid in running(desktop):
            assert SECRET.encode() not in command_line(pid)
            assert SECRET.encode() not in environment(pid)

    def test_no_file_holds_it_afterwards(
        self, desktop: Desktop, clipboard: SystemClipboard
    ) -> None:
        places = [Path("/tmp"), Path(desktop.environ.get("XDG_RUNTIME_DIR", "/tmp"))]
        unique = uuid4().hex
        clipboard.copy(Secret(unique), LONG)
        clipboard.clear()
        left = [file for place in places for file in place.glob("wl-copy-buffer-*/*")]
        assert not [file for file in left if unique.encode() in file.read_bytes()]

    def test_clearing_when_the_next_owner_hangs(
        self, desktop: Desktop, clipboard: SystemClipboard, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(launch, "PATIENCE", 0.5)
        clipboard.copy(Secret(SECRET), LONG)
        started = running(desktop)
        owner = desktop.someone_copies(b"theirs")
        owner.send_signal(signal.SIGSTOP)
        before = time.monotonic()
        clipboard.clear()
        assert time.monotonic() - before < HANG
        assert wait_until(lambda: not any(map(alive, started)))


HANG = 30.0
"""Seconds: nothing that works takes so long on a busy machine; what hangs does for ever."""

HOLDER = """
import sys
from vault.clipboard import SystemClipboard
from vault.keys.secret import Secret
with Secret(sys.stdin.readline().strip()) as secret:
    print(SystemClipboard().copy(secret, 60).sentence, flush=True)
sys.stdin.readline()
"""


@pytest.mark.parametrize("way", TOOLS)
class TestEachTool:
    """Ways with a tool, which leave nothing behind whatever is killed."""

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
    def test_the_secret_leaves_when_the_guard_is_ended(
        self, desktop: Desktop, clipboard: SystemClipboard, number: signal.Signals
    ) -> None:
        clipboard.copy(Secret(SECRET), LONG)
        for guard in desktop.guards():
            os.kill(guard, number)
        assert wait_until(lambda: desktop.paste() is None)
        assert wait_until(lambda: not clipboard.holds)

    @pytest.mark.parametrize(
        "number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL, None], ids=str
    )
    def test_the_secret_leaves_however_the_program_ends(
        self, desktop: Desktop, way: str, tmp_path: Path, number: signal.Signals | None
    ) -> None:
        program = subprocess.Popen(
            [sys.executable, "-c", HOLDER],
            env=desktop.with_only(way, tmp_path),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        try:
            assert program.stdin is not None
            assert program.stdout is not None
            program.stdin.write(SECRET.encode() + b"\n")
            program.stdin.flush()
            assert program.stdout.readline() == f"Copied with {way}\n".encode()
            assert desktop.paste() == SECRET.encode()
            if number is not None:
                program.send_signal(number)
            out, err = program.communicate(b"\n", timeout=HANG)
            assert wait_until(lambda: desktop.paste() is None)
            assert SECRET.encode() not in out + err
        finally:
            program.kill()
            program.communicate()

    def test_the_same_secret_copied_by_two_programs_outlives_the_first(
        self, desktop: Desktop, clipboard: SystemClipboard, way: str
    ) -> None:
        second = SystemClipboard(environ=desktop.environ, found=only(desktop, way))
        clipboard.copy(Secret(SECRET), LONG)
        started = running(desktop)
        # Within a second it would pass for a clipboard manager that takes over what is copied.
        assert stays(lambda: clipboard.holds, 1.2)
        second.copy(Secret(SECRET), LONG)
        assert wait_until(lambda: not any(map(alive, started)))
        assert desktop.paste() == SECRET.encode()
        second.clear()
        assert desktop.paste() is None

    def test_copying_over_a_hung_owner(self, desktop: Desktop, clipboard: SystemClipboard) -> None:
        owner = desktop.someone_copies(b"theirs")
        owner.send_signal(signal.SIGSTOP)
        before = time.monotonic()
        assert clipboard.copy(Secret(SECRET), LONG).confirmed
        assert time.monotonic() - before < HANG
        assert desktop.paste() == SECRET.encode()

    def test_a_guard_that_hangs_is_killed(
        self, desktop: Desktop, clipboard: SystemClipboard, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        clipboard.copy(Secret(SECRET), LONG)
        monkeypatch.setattr(launch, "PATIENCE", 0.1)
        for guard in desktop.guards():
            os.kill(guard, signal.SIGSTOP)
        clipboard.clear()
        assert wait_until(lambda: desktop.paste() is None)

    def test_a_tool_that_hangs_is_killed(
        self, desktop: Desktop, clipboard: SystemClipboard
    ) -> None:
        clipboard.copy(Secret(SECRET), LONG)
        (guard,) = desktop.guards()
        for tool in set(family(guard)) - {guard}:
            os.kill(tool, signal.SIGSTOP)
        clipboard.clear()
        assert wait_until(lambda: desktop.paste() is None)
