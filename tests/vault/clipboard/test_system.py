"""The app's clipboard on a real X server: what arrives, what leaves, and when."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path
from threading import Thread

import pytest

from tests.vault.clipboard.desktop import (
    LONG,
    Desktop,
    wait_until,
)
from vault.clipboard import launch
from vault.clipboard.system import SystemClipboard
from vault.clipboard.ways import Tool, Ways
from vault.errors import ClipboardError, ValueRefusedError
from vault.keys.secret import Secret

pytestmark = pytest.mark.desktop

SECRET = "oy2-made-up-for-tests-7f3a9"
SHORT = 0.5


def using(desktop: Desktop, tool: Tool) -> SystemClipboard:
    """The clipboard of a machine where this is the only tool."""
    found = Ways((tool,), pyperclip=False, hint="")
    return SystemClipboard(environ=desktop.environ, found=found)


def test_a_very_long_secret_arrives(desktop: Desktop, clipboard: SystemClipboard) -> None:
    clipboard.copy(Secret("k" * 500_000), LONG)
    assert desktop.paste() == b"k" * 500_000


def test_xclip_is_the_first_choice_under_x11(clipboard: SystemClipboard) -> None:
    assert clipboard.copy(Secret(SECRET), LONG).way == "xclip"


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
        found = Ways((broken, *desktop.only("xsel").tools), pyperclip=False, hint="")
        clipboard = SystemClipboard(environ=desktop.environ, found=found)
        assert clipboard.copy(Secret(SECRET), LONG).way == "xsel"
        assert desktop.paste() == SECRET.encode()
        clipboard.clear()

    def test_a_tool_that_lives_but_copies_nothing_is_found_out(
        self, desktop: Desktop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(launch, "PATIENCE", 1.0)
        desktop.someone_copies(b"theirs")
        reader = desktop.only("xclip").tools[0].reader
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
        tool = desktop.only("xclip").tools[0]
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
        desktop.only("xclip").tools[0].reader,
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
