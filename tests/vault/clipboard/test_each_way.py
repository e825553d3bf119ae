"""What holds whatever way a secret takes: one list, for X11 and for Wayland."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.vault.clipboard.desktop import (
    HANG,
    LONG,
    WAYS,
    Desktop,
    alive,
    command_line,
    environment,
    stays,
    wait_until,
)
from vault.clipboard import launch
from vault.clipboard.system import SystemClipboard
from vault.keys.secret import Secret

pytestmark = pytest.mark.desktop

SECRET = "oy2-made-up-for-tests-7f3a9"
SHORT = 0.5


@pytest.fixture
def clipboard(desktop: Desktop, way: str) -> Iterator[SystemClipboard]:
    """The app's clipboard, where there is this way only."""
    clipboard = SystemClipboard(environ=desktop.environ, found=desktop.only(way))
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
        started = desktop.running()
        assert started
        clipboard.clear()
        assert wait_until(lambda: not any(map(alive, started)))

    def test_no_argument_and_no_environment_holds_the_secret(
        self, desktop: Desktop, clipboard: SystemClipboard
    ) -> None:
        clipboard.copy(Secret(SECRET), LONG)
        assert desktop.running()
        for pid in desktop.running():
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
        started = desktop.running()
        owner = desktop.someone_copies(b"theirs")
        owner.send_signal(signal.SIGSTOP)
        before = time.monotonic()
        clipboard.clear()
        assert time.monotonic() - before < HANG
        assert wait_until(lambda: not any(map(alive, started)))
