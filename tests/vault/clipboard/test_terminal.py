"""Copying through the terminal: the bytes, the promises, and the clock of the app's clipboard."""

from __future__ import annotations

import base64
import os
import pty
import re
import select
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vault.clipboard.desktop import stays, wait_until
from vault.clipboard.system import SystemClipboard
from vault.clipboard.terminal import CLEAR, osc52
from vault.errors import ClipboardError
from vault.keys.secret import Secret

SECRET = "oy2-made-up-for-tests-by-wire"
EMPTY = "\x1b]52;c;\x07"
SSH = {"SSH_CONNECTION": "10.0.0.1 5000 10.0.0.2 22"}


def test_the_bytes_are_those_of_the_standard() -> None:
    assert osc52(Secret("secret")) == "\x1b]52;c;c2VjcmV0\x07"


@given(st.text(min_size=1).filter(lambda text: text.isprintable()))
def test_any_secret_arrives_and_none_can_end_the_sequence_early(text: str) -> None:
    found = re.fullmatch(r"\x1b]52;c;([A-Za-z0-9+/=]+)\x07", osc52(Secret(text)))
    assert found is not None
    assert base64.b64decode(found[1]).decode() == text


def test_clearing_ends_with_the_empty_text() -> None:
    assert CLEAR.endswith(EMPTY)


class TestTheApp:
    """`SystemClipboard` where there is only a terminal."""

    def test_it_says_what_it_cannot_know(self) -> None:
        sent: list[str] = []
        clipboard = SystemClipboard(sent.append, SSH)
        receipt = clipboard.copy(Secret(SECRET), 30)
        assert sent == [osc52(Secret(SECRET))]
        assert (receipt.way, receipt.confirmed) == ("terminal (OSC 52)", False)
        assert receipt.clears_itself
        assert receipt.sentence == ("Sent to the terminal (OSC 52); emptied after 30 s")
        assert SECRET not in receipt.sentence
        clipboard.clear()

    def test_inside_tmux_it_names_the_option(self) -> None:
        clipboard = SystemClipboard(lambda _text: None, {**SSH, "TMUX": "/tmp/tmux-0/default,1,0"})
        receipt = clipboard.copy(Secret(SECRET), 30)
        assert receipt.sentence == ("Sent to tmux (OSC 52), which keeps a copy; emptied after 30 s")
        assert receipt.advice == "tmux needs: set -g set-clipboard on"
        clipboard.clear()

    def test_clear_empties_once(self) -> None:
        sent: list[str] = []
        clipboard = SystemClipboard(sent.append, SSH)
        clipboard.copy(Secret(SECRET), 30)
        assert clipboard.holds
        clipboard.clear()
        clipboard.clear()
        assert sent[1:] == [CLEAR]
        assert not clipboard.holds

    def test_it_is_emptied_after_its_time(self) -> None:
        sent: list[str] = []
        clipboard = SystemClipboard(sent.append, SSH)
        clipboard.copy(Secret(SECRET), 0.05)
        assert wait_until(lambda: sent[1:] == [CLEAR])
        assert wait_until(lambda: not clipboard.holds)

    def test_copying_again_restarts_the_time(self) -> None:
        sent: list[str] = []
        clipboard = SystemClipboard(sent.append, SSH)
        clipboard.copy(Secret(SECRET), 0.2)
        clipboard.copy(Secret("second"), 30)
        assert stays(lambda: sent[-1] == osc52(Secret("second")), 0.5)
        assert clipboard.holds
        clipboard.clear()

    def test_a_terminal_that_is_gone_is_an_error(self) -> None:
        def gone(_text: str) -> None:
            raise OSError

        clipboard = SystemClipboard(gone, SSH)
        with pytest.raises(ClipboardError) as caught:
            clipboard.copy(Secret(SECRET), 30)
        assert "OSC 52" in caught.value.hint
        assert not clipboard.holds

    def test_a_terminal_that_goes_meanwhile_is_none(self) -> None:
        sent: list[str] = []

        def write(text: str) -> None:
            if sent:
                raise OSError
            sent.append(text)

        clipboard = SystemClipboard(write, SSH)
        clipboard.copy(Secret(SECRET), 30)
        clipboard.clear()
        assert not clipboard.holds

    def test_without_a_writer_over_ssh_the_hint_names_both_ways_out(self) -> None:
        with pytest.raises(ClipboardError) as caught:
            SystemClipboard(None, SSH).copy(Secret(SECRET), 30)
        assert "OSC 52" in caught.value.hint
        assert "ssh -X" in caught.value.hint


WRITER = """
import fcntl, os, sys, termios
os.setsid()
fcntl.ioctl(int(sys.argv[1]), termios.TIOCSCTTY, 0)
from vault.clipboard import terminal_write
terminal_write("to the terminal")
print("to stdout")
"""


def test_the_terminal_is_reached_past_a_redirected_stdout() -> None:
    master, slave = pty.openpty()
    try:
        done = subprocess.run(
            [sys.executable, "-c", WRITER, str(slave)],
            pass_fds=(slave,),
            capture_output=True,
            timeout=20,
            check=True,
        )
        assert done.stdout == b"to stdout\n"
        assert select.select([master], [], [], 5)[0]
        assert os.read(master, 100) == b"to the terminal"
    finally:
        os.close(master)
        os.close(slave)
