"""The system calls of macOS and Windows, made to libraries of the same names: types and order."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from pathlib import Path

import pytest

from vault.clipboard.guard.appkit import AppKit
from vault.clipboard.guard.macos import MARKS, TEXT, MacBoard
from vault.clipboard.guard.native import Native
from vault.clipboard.guard.user32 import User32
from vault.clipboard.guard.windows import TEXT as UNICODE
from vault.clipboard.guard.windows import WindowsBoard

HERE = Path(__file__).parent


@pytest.fixture
def library(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A C file of this directory, compiled; named by the test's parameter."""
    if shutil.which("cc") is None:
        pytest.skip("not installed: cc")
    made = tmp_path / f"{request.param}.so"
    command = ["cc", "-shared", "-fPIC", "-o", str(made), str(HERE / f"{request.param}.c")]
    subprocess.run(command, check=True, timeout=60)
    return str(made)


@pytest.mark.parametrize("library", ["objc"], indirect=True)
class TestAppKit:
    def test_a_copy_and_its_end_are_these_messages(self, library: str) -> None:
        holder = Native(1, lambda _patience: MacBoard(AppKit(library, library)))
        assert holder.place(b"a\0\xff")
        assert not holder.lost()
        holder.end()
        objc = ctypes.CDLL(library)
        objc.story.restype = ctypes.c_char_p
        assert objc.story().decode().splitlines() == [
            "prepare 1",
            *(f"{mark} = 31" for mark in MARKS),
            f"{TEXT} = 61 00 ff",
            "prepare 0",
        ]
        assert objc.open_pools() == 0

    def test_a_refusal_is_told(self, library: str) -> None:
        calls = AppKit(library, library)
        assert calls.set("taken", b"") is True
        assert calls.set("refused", b"") is False

    def test_without_the_libraries_it_cannot_be_made(self, library: str) -> None:
        with pytest.raises(OSError, match="nowhere"):
            AppKit(library, "/nowhere/AppKit")


@pytest.mark.parametrize("library", ["user32"], indirect=True)
class TestUser32:
    def test_a_copy_lies_there_and_its_end_empties_it(self, library: str) -> None:
        calls = User32(library, library)
        holder = Native(1, lambda patience: WindowsBoard(calls, patience))
        assert holder.place("key-ÿ-🔑".encode())
        fake = ctypes.CDLL(library)
        assert calls.open()
        assert calls.get(UNICODE) == "key-ÿ-🔑".encode("utf-16-le") + b"\0\0"
        assert [calls.get(0xC000 + number) for number in range(3)] == [bytes(4)] * 3
        assert calls.get(1) == b""
        calls.close()
        assert not holder.lost()
        holder.end()
        assert holder.lost()
        assert (fake.memories(), fake.open_windows()) == (0, 0)

    def test_what_is_not_taken_is_freed(self, library: str) -> None:
        calls = User32(library, library)
        fake = ctypes.CDLL(library)
        assert calls.open()
        assert not calls.set(UNICODE, b"not emptied, so not ours to set")
        calls.close()
        assert (fake.memories(), fake.open_windows()) == (0, 0)

    def test_one_that_is_open_already_is_not_opened(self, library: str) -> None:
        first, second = User32(library, library), User32(library, library)
        assert first.open()
        assert not second.open()
        first.close()
        assert second.open()
        second.close()

    def test_a_name_that_is_none_is_refused(self, library: str) -> None:
        assert User32(library, library).register("") == 0
