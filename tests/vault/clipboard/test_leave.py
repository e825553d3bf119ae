"""Copying for the command line: the program ends, the secret stays its time, then leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping

import pytest

from tests.vault.clipboard.desktop import Desktop, alive, family, stays, wait_until
from vault.clipboard import launch
from vault.clipboard.leave import copy_and_leave, leaving
from vault.clipboard.ways import Ways
from vault.errors import ClipboardError, ValueRefusedError
from vault.keys.secret import Secret

SECRET = "oy2-made-up-for-tests-left-behind"
NOWHERE = Ways((), pyperclip=False, hint="Install a thing.")

PROGRAM = """
import sys
from vault.clipboard import copy_and_leave
from vault.keys.secret import Secret
with Secret(sys.stdin.read()) as secret:
    print(copy_and_leave(secret, float(sys.argv[1])).sentence)
"""


def run(desktop: Desktop, seconds: float) -> subprocess.CompletedProcess[bytes]:
    """A program that copies and ends, its output read to the end as a pipe would."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM, str(seconds)],
        input=SECRET.encode(),
        env=desktop.environ,
        capture_output=True,
        timeout=20,
        start_new_session=True,
        check=False,
    )


@pytest.mark.desktop
class TestOnADesktop:
    def test_the_program_ends_at_once_with_no_pipe_left_open(self, desktop: Desktop) -> None:
        started = time.monotonic()
        done = run(desktop, 60)
        assert time.monotonic() - started < 10
        assert (done.returncode, done.stdout, done.stderr) == (0, b"Copied with xclip\n", b"")
        assert desktop.paste() == SECRET.encode()

    def test_the_secret_leaves_although_the_program_has_ended(self, desktop: Desktop) -> None:
        run(desktop, 0.5)
        assert wait_until(lambda: desktop.paste() is None)
        assert wait_until(lambda: not desktop.guards())

    def test_what_someone_else_copied_stays(self, desktop: Desktop) -> None:
        run(desktop, 1)
        desktop.someone_copies(b"theirs")
        assert stays(lambda: desktop.paste() == b"theirs", 1.2)

    def test_the_guard_is_in_no_session_of_a_terminal(self, desktop: Desktop) -> None:
        run(desktop, 60)
        (guard,) = desktop.guards()
        assert os.getsid(guard) != os.getsid(0)
        assert wait_until(lambda: desktop.paste() == SECRET.encode())

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
    def test_logging_out_clears(self, desktop: Desktop, number: signal.Signals) -> None:
        run(desktop, 60)
        (guard,) = desktop.guards()
        everything = list(family(guard))
        os.kill(guard, number)
        assert wait_until(lambda: desktop.paste() is None)
        assert wait_until(lambda: not any(map(alive, everything)))

    def test_copying_again_restarts_the_time(self, desktop: Desktop) -> None:
        run(desktop, 2.5)
        (first,) = desktop.guards()
        assert stays(lambda: desktop.paste() == SECRET.encode(), 1.2)
        run(desktop, 60)
        assert wait_until(lambda: not alive(first))
        assert stays(lambda: desktop.paste() == SECRET.encode(), 1.5)


def test_over_ssh_it_goes_through_the_terminal_and_says_it_stays() -> None:
    sent: list[str] = []
    environ = {"SSH_TTY": "/dev/pts/1", "PATH": os.environ["PATH"]}
    receipt = copy_and_leave(Secret(SECRET), 30, write=sent.append, environ=environ)
    assert len(sent) == 1
    assert not receipt.confirmed
    assert not receipt.clears_itself
    assert receipt.sentence == ("Sent to the terminal (OSC 52); stays until you copy again")


def test_without_any_way_the_hint_says_what_to_do() -> None:
    with pytest.raises(ClipboardError) as caught:
        copy_and_leave(Secret(SECRET), 30, environ={}, found=NOWHERE)
    assert caught.value.hint == "Install a thing."


def test_a_terminal_that_is_gone_is_no_way() -> None:
    def gone(_text: str) -> None:
        raise OSError

    with pytest.raises(ClipboardError) as caught:
        copy_and_leave(Secret(SECRET), 30, write=gone, environ={}, found=NOWHERE)
    assert caught.value.hint == "Install a thing."


@pytest.mark.parametrize(("text", "seconds"), [("", 30), (SECRET, 0), (SECRET, float("nan"))])
def test_nothing_to_copy_or_no_time_is_refused(text: str, seconds: float) -> None:
    sent: list[str] = []
    with pytest.raises(ValueRefusedError):
        copy_and_leave(Secret(text), seconds, write=sent.append, environ={}, found=NOWHERE)
    assert not sent


def test_a_guard_made_ready_for_nothing_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def begin(environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
        started.append(launch.begin(environ))
        return started[-1]

    monkeypatch.setattr("vault.clipboard.leave.begin", begin)
    monkeypatch.setattr("vault.clipboard.leave.ways", lambda _: Ways((), pyperclip=True, hint=""))
    with leaving():
        pass
    assert [process.returncode for process in started] == [1]


def test_a_guard_made_ready_copies(desktop: Desktop) -> None:
    with leaving(environ=desktop.environ) as copy, Secret(SECRET) as secret:
        assert copy(secret, 30).clears_itself
    assert desktop.paste() == SECRET.encode()
