"""The guard by itself: what it loads, and how it ends when it is not spoken to properly."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import cast

import pytest

import vault.clipboard
from vault.clipboard.guard.native import Native
from vault.clipboard.guard.order import Order, TooSlowError, at_most
from vault.clipboard.guard.process import EndWithoutSelect, _wait

HOME = str(Path(vault.clipboard.__file__).parent)
START = "import sys; sys.path.append(sys.argv[1]); from guard.process import main; main()"
ORDER: Order = {
    "tools": [],
    "native": False,
    "pyperclip": None,
    "seconds": 60,
    "held": True,
    "patience": 1,
    "length": 6,
}


def guard(said: bytes) -> subprocess.CompletedProcess[bytes]:
    """A guard that is told this and nothing more."""
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c", START, HOME],
        input=said,
        capture_output=True,
        timeout=20,
        check=False,
    )


@pytest.mark.parametrize("said", [b"", b'{"tools": [', json.dumps(ORDER).encode() + b"\nsec"])
def test_a_caller_that_dies_while_speaking_gets_nothing_copied(said: bytes) -> None:
    done = guard(said)
    assert (done.returncode, done.stdout, done.stderr) == (1, b"", b"")


def test_without_a_way_it_says_so_and_ends() -> None:
    done = guard(json.dumps(ORDER).encode() + b"\nsecret")
    assert json.loads(done.stdout) == {"way": "", "confirmed": False, "failures": []}
    assert done.stderr == b""


def test_it_loads_nothing_of_keyfob_and_nothing_installed() -> None:
    code = (
        "import sys; sys.path.append(sys.argv[1]); import guard.process;"
        "print(*sorted(name for name, module in sys.modules.items()"
        " if 'site-packages' in (getattr(module, '__file__', '') or '')"
        " or name.split('.')[0] in ('vault', 'tui')))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, HOME], capture_output=True, timeout=20, check=True
    )
    assert done.stdout == b"\n"


def test_the_package_is_imported_without_pyperclip_textual_or_cryptography() -> None:
    code = (
        "import sys, vault.clipboard;"
        "print(*sorted({'pyperclip', 'textual', 'rich', 'cryptography', 'ctypes'}"
        ".intersection(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=20, check=True)
    assert done.stdout == b"\n"


def test_waiting_without_select_sees_the_end_of_a_pipe_and_the_end_of_the_time() -> None:
    here, there = os.pipe()
    try:
        end = EndWithoutSelect([here])
        assert end.ended([here], 0.05) == []
        assert end.ended([here], 0.05) == []
        os.close(there)
        assert end.ended([here], 10) == [here]
    finally:
        os.close(here)
    assert EndWithoutSelect([]).ended([], 0.01) == []


def test_a_clipboard_that_has_to_be_asked_is_asked_again_and_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("vault.clipboard.guard.process._POLL", 0.01)

    class Lost:
        """One that somebody changes while the guard waits."""

        watch = None
        polled = True
        asked = 0

        def lost(self) -> bool:
            self.asked += 1
            return self.asked == 3

    holder = Lost()
    _wait(cast("Native", holder), 60, held=False)
    assert holder.asked == 3


def test_a_system_without_a_clipboard_of_its_own_says_so() -> None:
    done = guard(json.dumps({**ORDER, "native": True}).encode() + b"\nsecret")
    assert json.loads(done.stdout) == {
        "way": "",
        "confirmed": False,
        "failures": ["this system has no clipboard of its own"],
    }


def test_what_takes_too_long_is_given_up() -> None:
    started = time.monotonic()
    with pytest.raises(TooSlowError), at_most(0.05):
        subprocess.run(["/bin/sh", "-c", "exec sleep 30"], check=False)
    assert time.monotonic() - started < 10
