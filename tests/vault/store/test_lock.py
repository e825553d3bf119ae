from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from vault.errors import StorageError
from vault.store.lock import held
from vault.store.locking import WholeFile

HOLDER = """
import sys
from pathlib import Path
from vault.store.lock import held
with held(Path(sys.argv[1]), "the vault", timeout=0):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys.keyfob.lock"


@pytest.fixture
def holder(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock until its input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


class Clock:
    """A clock that only waiting moves."""

    def __init__(self) -> None:
        self.time = 0.0
        self.pauses: list[float] = []

    def __call__(self) -> float:
        return self.time

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.time += seconds


def test_the_lock_holds_our_process_id_and_is_private(path: Path) -> None:
    with held(path, "the vault", timeout=0):
        assert int(path.read_text()) == os.getpid()
        assert path.stat().st_mode & 0o777 == 0o600
    with held(path, "the vault", timeout=0):
        pass


def test_another_holder_is_waited_for_and_then_named(
    path: Path, holder: subprocess.Popen[str]
) -> None:
    clock = Clock()
    with (
        pytest.raises(StorageError, match=f"^v is being changed by process {holder.pid}\\.$"),
        held(path, "v", timeout=5, clock=clock, pause=clock.pause),
    ):
        pytest.fail("two held it at once")
    assert 5 <= clock.time <= 5.1
    assert len(clock.pauses) < 60
    assert min(clock.pauses) > 0


def test_the_lock_of_a_killed_holder_is_free(path: Path, holder: subprocess.Popen[str]) -> None:
    def kill(_seconds: float) -> None:
        holder.kill()
        holder.wait()

    with held(path, "v", timeout=5, pause=kill):
        assert int(path.read_text()) == os.getpid()


def test_waiting_ends_when_the_holder_is_done(path: Path, holder: subprocess.Popen[str]) -> None:
    def let_go(_seconds: float) -> None:
        holder.communicate("")

    with held(path, "v", timeout=5, pause=let_go):
        assert int(path.read_text()) == os.getpid()


def test_a_lock_file_deleted_while_it_is_waited_for_does_not_count(
    path: Path, holder: subprocess.Popen[str]
) -> None:
    def delete_and_let_go(_seconds: float) -> None:
        path.unlink()
        holder.communicate("")

    with (
        held(path, "v", timeout=5, pause=delete_and_let_go),
        pytest.raises(StorageError, match=f"process {os.getpid()}"),
        held(path, "v", timeout=0),
    ):
        pytest.fail("two held it at once")


def test_an_error_within_lets_go(path: Path) -> None:
    with pytest.raises(KeyError), held(path, "v", timeout=0):
        raise KeyError
    with held(path, "v", timeout=0):
        pass


@pytest.mark.parametrize("content", ["", "nobody\n", "-1", "9" * 40])
def test_a_holder_that_left_no_number_is_another_process(
    path: Path, holder: subprocess.Popen[str], content: str
) -> None:
    assert holder.poll() is None
    path.write_text(content)
    with pytest.raises(StorageError, match=r"changed by (another process|process 9{20})"):
        held(path, "v", timeout=0).__enter__()


def test_what_is_no_lock_file_is_refused_without_waiting(path: Path) -> None:
    os.mkfifo(path)
    with pytest.raises(StorageError, match="not a regular file"):
        held(path, "v", timeout=0).__enter__()
    path.unlink()
    path.mkdir()
    with pytest.raises(StorageError, match="Could not lock v"):
        held(path, "v", timeout=0).__enter__()
    path.rmdir()
    path.symlink_to("elsewhere")
    with pytest.raises(StorageError, match="Could not lock v"):
        held(path, "v", timeout=0).__enter__()


def test_a_file_system_without_locks_is_said(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr("fcntl.flock", refuse)
    with pytest.raises(StorageError, match="Could not lock v: No locks available"):
        held(path, "v", timeout=0).__enter__()


def test_a_disk_that_fails_when_the_lock_is_given_back_undoes_no_save(path: Path) -> None:
    class Failing(WholeFile):
        def free(self, file: int) -> None:  # noqa: ARG002  it fails whatever the file
            raise OSError(errno.EIO, "Input/output error")

    with held(path, "v", timeout=0, locking=Failing(fcntl)):
        pass
    with held(path, "v", timeout=0):  # closing alone has freed it
        pass


def test_who_is_done_is_not_named_as_the_next_holder(path: Path) -> None:
    class Slow(WholeFile):
        """Takes the lock, and is looked at before it has named itself."""

        def take(self, file: int) -> None:
            super().take(file)
            with pytest.raises(StorageError) as caught:
                held(path, "v", timeout=0).__enter__()
            said.append(caught.value.message)

    said: list[str] = []
    with held(path, "v", timeout=0):
        pass
    with held(path, "v", timeout=0, locking=Slow(fcntl)):
        assert int(path.read_text()) == os.getpid()
    assert said == ["v is being changed by another process."]
