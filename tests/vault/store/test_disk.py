"""What macOS and Windows need beside a plain write and rename, with the system stood in for."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from vault.store.disk import (
    FULL_FLUSH,
    PAUSE,
    TRIES,
    flush_to_disk,
    make_directory,
    patiently,
    rename,
    write_new,
)


class Refusing:
    """Fails so many times, as a file does that a scanner has open, then works."""

    def __init__(self, times: int, error: OSError) -> None:
        self.left = times
        self.error = error
        self.tries = 0

    def __call__(self) -> str:
        self.tries += 1
        if self.left:
            self.left -= 1
            raise self.error
        return "done"


@pytest.fixture
def file(tmp_path: Path) -> Iterator[int]:
    descriptor = os.open(tmp_path / "file", os.O_RDWR | os.O_CREAT)
    yield descriptor
    os.close(descriptor)


@pytest.fixture
def flushed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The descriptors that were given to fsync."""
    calls: list[int] = []
    monkeypatch.setattr(os, "fsync", calls.append)
    return calls


def refused() -> PermissionError:
    return PermissionError(errno.EACCES, "Permission denied")


def test_what_is_refused_for_a_moment_is_tried_again() -> None:
    pauses: list[float] = []
    act = Refusing(3, refused())
    assert patiently(act, tries=41, pause=pauses.append) == "done"
    assert act.tries == 4
    assert len(pauses) == 3


def test_after_two_seconds_of_trying_the_refusal_stands() -> None:
    pauses: list[float] = []
    act = Refusing(1000, refused())
    with pytest.raises(PermissionError):
        patiently(act, tries=41, pause=pauses.append)
    assert act.tries == 41
    assert sum(pauses) == pytest.approx(2)
    assert max(pauses) == PAUSE


def test_another_error_is_one_at_once() -> None:
    act = Refusing(1, OSError(errno.ENOSPC, "No space left on device"))
    with pytest.raises(OSError, match="No space"):
        patiently(act, tries=41, pause=lambda _: pytest.fail("it paused"))
    assert act.tries == 1


def test_here_a_refusal_is_one_at_once() -> None:
    act = Refusing(1, refused())
    with pytest.raises(PermissionError):
        patiently(act, pause=lambda _: pytest.fail("it paused"))
    assert (TRIES, act.tries) == (1, 1)


def test_a_full_flush_takes_the_place_of_fsync(file: int, flushed: list[int]) -> None:
    full: list[int] = []
    flush_to_disk(file, full=full.append)
    assert (full, flushed) == ([file], [])


@pytest.mark.parametrize("number", [errno.ENOTSUP, errno.EINVAL, errno.ENOTTY])
def test_a_file_system_without_a_full_flush_gets_fsync(
    file: int, flushed: list[int], number: int
) -> None:
    def full(_: int) -> None:
        raise OSError(number, os.strerror(number))

    flush_to_disk(file, full=full)
    assert flushed == [file]


def test_a_full_flush_that_fails_is_not_covered_up_by_fsync(file: int, flushed: list[int]) -> None:
    def full(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        flush_to_disk(file, full=full)
    assert flushed == []


def test_here_fsync_is_the_flush(file: int, flushed: list[int]) -> None:
    assert FULL_FLUSH is None
    flush_to_disk(file)
    assert flushed == [file]


def test_bytes_are_written_as_they_are(tmp_path: Path) -> None:
    data = b"a\r\nb\nc\x1a\x00\r"  # text mode of Windows would change each of these
    write_new(tmp_path / "new", data)
    rename(tmp_path / "new", tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == data


def test_what_had_to_be_made_is_private(tmp_path: Path) -> None:
    make_directory(tmp_path / "a" / "b")
    assert [path.stat().st_mode & 0o777 for path in (tmp_path / "a", tmp_path / "a" / "b")] == [
        0o700,
        0o700,
    ]
