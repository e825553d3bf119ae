"""The app's clipboard on a real X server: what arrives, what leaves, and when."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from tests.vault.clipboard.desktop import (
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
from vault.clipboard.ways import Tool, Ways, ways
from vault.errors import ClipboardError, ValueRefusedError
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


def using(desktop: Desktop, tool: Tool) -> SystemClipboard:
    """The clipboard of a machine where this is the only tool."""
    found = Ways((tool,), pyperclip=False, hint="")
    return SystemClipboard(environ=desktop.environ, found=found)


@pytest.mark.parametrize("way", ["xclip", "xsel", "pyperclip"])
@pytest.mark.parametrize("reader", ["xclip", "xsel"])
@pytest.mark.parametrize(
    "text", [SECRET, "  spaces\tand tab ", "ключ-🔑-ÿ", "ends in newline\n", "k" * 3_000]
)
def test_exact_bytes_arrive(desktop: Desktop, way: str, reader: str, text: str) -> None:
    clipboard = SystemClipboard(environ=desktop.environ, found=only(desktop, way))
    receipt = clipboard.copy(Secret(text), LONG)
    assert desktop.paste(reader) == text.encode()
    assert (receipt.way, receipt.confirmed, receipt.clears_itself) == (way, True, True)
    assert receipt.sentence == ("Copied" if way == "pyperclip" else f"Copied with {way}")
    clipboard.clear()


def test_a_very_long_secret_arrives(desktop: Desktop, clipboard: SystemClipboard) -> None:
    clipboard.copy(Secret("k" * 500_000), LONG)
    assert desktop.paste() == b"k" * 500_000


def test_xclip_is_the_first_choice_under_x11(clipboard: SystemClipboard) -> None:
    assert clipboard.copy(Secret(SECRET), LONG).way == "xclip"


@pytest.mark.parametrize("way", ["xclip", "xsel", "pyperclip"])
class TestEachWay:
    """What holds whatever the tool."""

    @pytest.fixture
    def clipboard(self, desktop: Desktop, way: str) -> Iterator[SystemClipboard]:
        clipboard = SystemClipboard(environ=desktop.environ, found=only(desktop, way))
        yield clipboard
        clipboard.clear()

    def test_the_secret_leaves_after_its_time(
        self, desktop: Desktop, clipboard: SystemClipboard
    ) -> None:
        clipboard.copy(Secret(SECRET), SHORT)
        assert clipboard.holds
        assert wait_until(lambda: desktop.paste() is None)
        assert wait_until(lambda: not clipboard.holds)

    def test_what_someone_else_copied_stays(
        self, desktop: Desktop, clipboard: SystemClipboard
    ) -> None:
        clipboard.copy(Secret(SECRET), SHORT)
        desktop.someone_copies(b"theirs")
        assert wait_until(lambda: not clipboard.holds)
        assert stays(lambda: desktop.paste() == b"theirs", SHORT)

    def test_clear_takes_it_away_at_once(
        self, desktop: Desktop, clipboard: SystemClipboard
    ) -> None:
        clipboard.copy(Secret(SECRET), LONG)
        clipboard.clear()
        assert desktop.paste() is None
        assert not clipboard.holds
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


def running(desktop: Desktop) -> list[int]:
    """The guard and its tools."""
    return [pid for guard in desktop.guards() for pid in family(guard)]


def test_clear_before_any_copy_does_nothing(desktop: Desktop, clipboard: SystemClipboard) -> None:
    desktop.someone_copies(b"theirs")
    clipboard.clear()
    assert desktop.paste() == b"theirs"
    assert not clipboard.holds


def test_a_secret_taken_over_by_a_clipboard_manager_leaves_too(
    desktop: Desktop, clipboard: SystemClipboard
) -> None:
    clipboard.copy(Secret(SECRET), 1.5)
    desktop.someone_copies(SECRET.encode())  # as managers do that own whatever is copied
    assert clipboard.holds
    assert wait_until(lambda: desktop.paste() is None)


def test_two_threads_copy_at_once_and_one_secret_stays(
    desktop: Desktop, clipboard: SystemClipboard
) -> None:
    threads = [
        Thread(target=clipboard.copy, args=(Secret(text), LONG)) for text in ("first", "second")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert desktop.paste() in {b"first", b"second"}
    clipboard.clear()
    assert desktop.paste() is None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_the_secret_leaves_when_the_guard_is_ended(
    desktop: Desktop, clipboard: SystemClipboard, number: signal.Signals
) -> None:
    clipboard.copy(Secret(SECRET), LONG)
    for guard in desktop.guards():
        os.kill(guard, number)
    assert wait_until(lambda: desktop.paste() is None)
    assert wait_until(lambda: not clipboard.holds)


HOLDER = """
import sys
from vault.clipboard import SystemClipboard
from vault.keys.secret import Secret
with Secret(sys.stdin.readline().strip()) as secret:
    print(SystemClipboard().copy(secret, 60).sentence, flush=True)
sys.stdin.readline()
"""


class TestTheProgramEnds:
    """However keyfob ends, the secret leaves."""

    @pytest.fixture
    def program(self, desktop: Desktop) -> Iterator[subprocess.Popen[bytes]]:
        program = subprocess.Popen(
            [sys.executable, "-c", HOLDER],
            env=desktop.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert program.stdin is not None
        assert program.stdout is not None
        program.stdin.write(SECRET.encode() + b"\n")
        program.stdin.flush()
        assert program.stdout.readline() == b"Copied with xclip\n"
        assert desktop.paste() == SECRET.encode()
        yield program
        program.kill()
        program.communicate()

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
    def test_by_a_signal(
        self, desktop: Desktop, program: subprocess.Popen[bytes], number: signal.Signals
    ) -> None:
        program.send_signal(number)
        assert wait_until(lambda: desktop.paste() is None)

    def test_by_itself_and_says_nothing_of_the_secret(
        self, desktop: Desktop, program: subprocess.Popen[bytes]
    ) -> None:
        out, err = program.communicate(b"\n", timeout=10)
        assert wait_until(lambda: desktop.paste() is None)
        assert SECRET.encode() not in out + err


class TestWhatDoesNotWork:
    """Every failure is noticed, in time, and named."""

    def test_a_wrong_display_is_named_in_the_hint(self, desktop: Desktop) -> None:
        clipboard = SystemClipboard(environ={**desktop.environ, "DISPLAY": ":9871"})
        with pytest.raises(ClipboardError) as caught:
            clipboard.copy(Secret(SECRET), LONG)
        assert "xclip" in caught.value.message
        assert "DISPLAY=:9871" in caught.value.hint
        assert SECRET not in f"{caught.value.message}{caught.value.hint}"
        assert not clipboard.holds

    def test_a_wrong_display_falls_to_the_terminal(self, desktop: Desktop) -> None:
        sent: list[str] = []
        environ = {**desktop.environ, "DISPLAY": ":9871"}
        receipt = SystemClipboard(sent.append, environ).copy(Secret(SECRET), LONG)
        assert receipt.way == "terminal (OSC 52)"
        assert len(sent) == 1

    @pytest.mark.parametrize("program", ["/bin/false", "/nonexistent/tool"])
    def test_a_failing_tool_is_followed_by_the_next(self, desktop: Desktop, program: str) -> None:
        broken = Tool("broken", (program,), ("/bin/true",))
        found = Ways((broken, *only(desktop, "xsel").tools), pyperclip=False, hint="")
        clipboard = SystemClipboard(environ=desktop.environ, found=found)
        assert clipboard.copy(Secret(SECRET), LONG).way == "xsel"
        assert desktop.paste() == SECRET.encode()
        clipboard.clear()

    def test_a_tool_that_lives_but_copies_nothing_is_found_out(
        self, desktop: Desktop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(launch, "PATIENCE", 1.0)
        desktop.someone_copies(b"theirs")
        reader = only(desktop, "xclip").tools[0].reader
        idle = Tool("idle", ("/bin/sh", "-c", "exec sleep 60"), reader)
        clipboard = SystemClipboard(
            environ=desktop.environ, found=Ways((idle,), pyperclip=False, hint="Hint.")
        )
        with pytest.raises(ClipboardError, match="idle did not set the clipboard"):
            clipboard.copy(Secret(SECRET), LONG)
        assert desktop.paste() == b"theirs"

    def test_a_tool_nobody_can_ask_is_trusted_but_not_called_confirmed(
        self, desktop: Desktop
    ) -> None:
        tool = only(desktop, "xclip").tools[0]
        mute = Tool(tool.name, tool.command, None)
        clipboard = SystemClipboard(
            environ=desktop.environ, found=Ways((mute,), pyperclip=False, hint="")
        )
        receipt = clipboard.copy(Secret(SECRET), LONG)
        assert not receipt.confirmed
        assert "could not confirm" in receipt.sentence
        assert desktop.paste() == SECRET.encode()
        clipboard.clear()
        assert desktop.paste() is None

    def test_a_failed_copy_leaves_no_earlier_secret(
        self, desktop: Desktop, clipboard: SystemClipboard
    ) -> None:
        clipboard.copy(Secret(SECRET), LONG)
        clipboard._environ = {**desktop.environ, "DISPLAY": ":9871"}
        with pytest.raises(ClipboardError):
            clipboard.copy(Secret("other"), LONG)
        assert desktop.paste() is None

    @pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf"), 90_000])
    def test_a_time_without_end_or_meaning_is_refused(
        self, clipboard: SystemClipboard, seconds: float
    ) -> None:
        with pytest.raises(ValueRefusedError):
            clipboard.copy(Secret(SECRET), seconds)

    def test_an_empty_secret_is_refused(self, clipboard: SystemClipboard) -> None:
        with pytest.raises(ValueRefusedError):
            clipboard.copy(Secret(""), LONG)


class TestHungPrograms:
    """A clipboard owner that hangs must not hang keyfob."""

    def test_copying_over_a_hung_owner(self, desktop: Desktop, clipboard: SystemClipboard) -> None:
        owner = desktop.someone_copies(b"theirs")
        owner.send_signal(signal.SIGSTOP)
        started = time.monotonic()
        assert clipboard.copy(Secret(SECRET), LONG).confirmed
        assert time.monotonic() - started < 5
        assert desktop.paste() == SECRET.encode()

    @pytest.mark.parametrize("way", ["xclip", "pyperclip"])
    def test_clearing_when_the_next_owner_hangs(
        self, desktop: Desktop, monkeypatch: pytest.MonkeyPatch, way: str
    ) -> None:
        monkeypatch.setattr(launch, "PATIENCE", 0.5)
        clipboard = SystemClipboard(environ=desktop.environ, found=only(desktop, way))
        clipboard.copy(Secret(SECRET), LONG)
        started = running(desktop)
        owner = desktop.someone_copies(b"theirs")
        owner.send_signal(signal.SIGSTOP)
        before = time.monotonic()
        clipboard.clear()
        assert time.monotonic() - before < 5
        assert wait_until(lambda: not any(map(alive, started)))

    def test_a_guard_that_hangs_is_killed(
        self, desktop: Desktop, clipboard: SystemClipboard, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(launch, "PATIENCE", 0.1)
        clipboard.copy(Secret(SECRET), LONG)
        for guard in desktop.guards():
            os.kill(guard, signal.SIGSTOP)
        clipboard.clear()
        assert wait_until(lambda: desktop.paste() is None)


def test_pyperclip_may_not_pass_the_secret_as_an_argument(desktop: Desktop, tmp_path: Path) -> None:
    for name in ("klipper", "qdbus"):
        script = tmp_path / name
        script.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/called\n')
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
    for name in ("sh", "cat"):
        (tmp_path / name).symlink_to(shutil.which(name) or "")
    clipboard = SystemClipboard(environ={**desktop.environ, "PATH": str(tmp_path)})
    with pytest.raises(ClipboardError) as caught:
        clipboard.copy(Secret(SECRET), LONG)
    assert not (tmp_path / "called").exists()
    assert "xclip" in caught.value.hint


def test_files_a_tool_leaves_behind_are_removed(desktop: Desktop, tmp_path: Path) -> None:
    theirs, ours = tmp_path / "wl-copy-buffer-1" / "stdin", tmp_path / "wl-copy-buffer-2" / "stdin"
    theirs.parent.mkdir()
    theirs.write_text("theirs")
    script = (
        f"mkdir -p {ours.parent}; cat > {ours}; exec xclip -selection clipboard -quiet < {ours}"
    )
    tool = Tool(
        "wl-copy",
        ("/bin/sh", "-c", script),
        only(desktop, "xclip").tools[0].reader,
        leaves=(f"{tmp_path}/wl-copy-buffer-*/stdin",),
    )
    clipboard = SystemClipboard(
        environ=desktop.environ, found=Ways((tool,), pyperclip=False, hint="")
    )
    clipboard.copy(Secret(SECRET), LONG)
    assert ours.read_text() == SECRET
    clipboard.clear()
    assert not ours.parent.exists()
    assert theirs.read_text() == "theirs"
