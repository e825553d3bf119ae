"""What holds for each tool that owns the clipboard: nothing stays, whatever is killed or hangs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.vault.clipboard.desktop import (
    HANG,
    LONG,
    TOOLS,
    Desktop,
    alive,
    family,
    stays,
    wait_until,
)
from vault.clipboard import launch
from vault.clipboard.system import SystemClipboard
from vault.keys.secret import Secret

pytestmark = [pytest.mark.desktop, pytest.mark.parametrize("way", TOOLS)]

SECRET = "oy2-made-up-for-tests-of-tools"

HOLDER = """
import sys
from vault.clipboard import SystemClipboard
from vault.keys.secret import Secret
with Secret(sys.stdin.readline().strip()) as secret:
    print(SystemClipboard().copy(secret, 60).sentence, flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def clipboard(desktop: Desktop, way: str) -> Iterator[SystemClipboard]:
    """The app's clipboard, where there is this tool only."""
    clipboard = SystemClipboard(environ=desktop.environ, found=desktop.only(way))
    yield clipboard
    clipboard.clear()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_the_secret_leaves_when_the_guard_is_ended(
    desktop: Desktop, clipboard: SystemClipboard, number: signal.Signals
) -> None:
    clipboard.copy(Secret(SECRET), LONG)
    for guard in desktop.guards():
        os.kill(guard, number)
    assert wait_until(lambda: desktop.paste() is None)
    assert wait_until(lambda: not clipboard.holds)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL, None], ids=str)
def test_the_secret_leaves_however_the_program_ends(
    desktop: Desktop, way: str, tmp_path: Path, number: signal.Signals | None
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
    desktop: Desktop, clipboard: SystemClipboard, way: str
) -> None:
    second = SystemClipboard(environ=desktop.environ, found=desktop.only(way))
    clipboard.copy(Secret(SECRET), LONG)
    started = desktop.running()
    # Within a second it would pass for a clipboard manager that takes over what is copied.
    assert stays(lambda: clipboard.holds, 1.2)
    second.copy(Secret(SECRET), LONG)
    assert wait_until(lambda: not any(map(alive, started)))
    assert desktop.paste() == SECRET.encode()
    second.clear()
    assert desktop.paste() is None


def test_copying_over_a_hung_owner(desktop: Desktop, clipboard: SystemClipboard) -> None:
    owner = desktop.someone_copies(b"theirs")
    owner.send_signal(signal.SIGSTOP)
    before = time.monotonic()
    assert clipboard.copy(Secret(SECRET), LONG).confirmed
    assert time.monotonic() - before < HANG
    assert desktop.paste() == SECRET.encode()


def test_a_guard_that_hangs_is_killed(
    desktop: Desktop, clipboard: SystemClipboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    clipboard.copy(Secret(SECRET), LONG)
    monkeypatch.setattr(launch, "PATIENCE", 0.1)
    for guard in desktop.guards():
        os.kill(guard, signal.SIGSTOP)
    clipboard.clear()
    assert wait_until(lambda: desktop.paste() is None)


def test_a_tool_that_hangs_is_killed(desktop: Desktop, clipboard: SystemClipboard) -> None:
    clipboard.copy(Secret(SECRET), LONG)
    (guard,) = desktop.guards()
    for tool in set(family(guard)) - {guard}:
        os.kill(tool, signal.SIGSTOP)
    clipboard.clear()
    assert wait_until(lambda: desktop.paste() is None)
