"""Locking as Windows does it, over a stand-in for `msvcrt` that keeps to its rules."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path

import pytest

from vault.errors import StorageError
from vault.store.lock import held
from vault.store.locking import Locking, OneByte, WholeFile, system_locking


class Windows:
    """Locks ranges of bytes, of the file behind a descriptor, from where that stands.

    Attributes:
        locked: Who holds which byte of which file: its inode and the byte, then the descriptor.
    """

    LK_NBLCK = 2
    LK_UNLCK = 0

    def __init__(self) -> None:
        self.locked: dict[tuple[int, int], int] = {}

    def locking(self, fd: int, mode: int, nbytes: int, /) -> None:
        at = os.lseek(fd, 0, os.SEEK_CUR)
        inode = os.fstat(fd).st_ino
        for byte in range(at, at + nbytes):
            free = mode == self.LK_NBLCK
            if self.locked.get((inode, byte)) != (None if free else fd):
                raise PermissionError(errno.EACCES, "Permission denied")
            if free:
                self.locked[inode, byte] = fd
            else:
                del self.locked[inode, byte]

    def process_ended(self) -> None:
        """Windows unlocks what a process leaves locked."""
        self.locked.clear()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys.keyfob.lock"


@pytest.fixture
def windows() -> Windows:
    return Windows()


def test_the_locked_byte_is_far_behind_the_process_id_which_anyone_can_read(
    path: Path, windows: Windows
) -> None:
    with held(path, "v", timeout=0, locking=OneByte(windows)):
        [(inode, byte)] = windows.locked
        assert inode == path.stat().st_ino
        assert byte == 1 << 30
        assert int(path.read_text()) == os.getpid()
        assert path.stat().st_size < 100
    assert windows.locked == {}
    assert path.read_text().strip() == ""


def test_another_holder_is_busy_and_named(path: Path, windows: Windows) -> None:
    locking = OneByte(windows)
    with (
        held(path, "v", timeout=0, locking=locking),
        pytest.raises(StorageError, match=f"^v is being changed by process {os.getpid()}\\.$"),
        held(path, "v", timeout=0, locking=locking),
    ):
        pytest.fail("two held it at once")


def test_who_waited_in_vain_does_not_unlock_it_for_others(path: Path, windows: Windows) -> None:
    locking = OneByte(windows)
    with held(path, "v", timeout=0, locking=locking):
        for _ in range(2):
            with pytest.raises(StorageError, match="is being changed"):
                held(path, "v", timeout=0, locking=locking).__enter__()
    with held(path, "v", timeout=0, locking=locking):
        pass


def test_the_lock_of_a_process_that_ended_is_waited_for_until_it_is_freed(
    path: Path, windows: Windows
) -> None:
    path.write_text("4711\n")
    OneByte(windows).take(os.open(path, os.O_RDWR))
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            windows.process_ended()

    locking = OneByte(windows)
    with held(path, "v", timeout=60, pause=pause, locking=locking):
        assert int(path.read_text()) == os.getpid()
    assert len(pauses) == 3


def test_a_lock_file_that_was_left_behind_holds_nobody_up(path: Path, windows: Windows) -> None:
    path.write_text(f"{os.getpid()}\n")
    with held(path, "v", timeout=0, locking=OneByte(windows)):
        pass


def test_an_open_file_keeps_its_name_on_windows_and_elsewhere_may_lose_it(
    path: Path, windows: Windows
) -> None:
    file = os.open(path, os.O_RDWR | os.O_CREAT)
    ways: list[Locking] = [OneByte(windows), WholeFile(fcntl)]
    assert [way.is_named(file, path) for way in ways] == [True, True]
    path.unlink()
    assert [way.is_named(file, path) for way in ways] == [True, False]
    path.touch()
    assert not WholeFile(fcntl).is_named(file, path)
    os.close(file)


def test_here_the_whole_file_is_locked() -> None:
    assert isinstance(system_locking(), WholeFile)
