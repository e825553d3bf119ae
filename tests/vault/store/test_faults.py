"""Every call a save makes to the system is made to fail, and the vault is always whole."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vault.errors import StorageError
from vault.store.file import FileStore

OLDEST, OLD, NEW = b"oldest " * 900, b"old " * 3000, b"new " * 4000
CALLS = ("open", "write", "fsync", "fchmod", "link", "replace", "rename", "unlink", "close")
BACKUP = pytest.mark.parametrize("keep_backup", [True, False], ids=["backup", "no backup"])


class InterruptedByHandError(BaseException):
    """Stands for Ctrl+C, or a request to end, in the middle of a save."""


class Faults:
    """Notes the calls that are made to the system, and does something at one of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made: list[str] = []
        self.at = -1
        self.for_good = False
        self.act: Callable[[], None] = lambda: None
        for name in CALLS:
            monkeypatch.setattr(os, name, self._wrapped(name, getattr(os, name)))

    def _wrapped(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            at = len(self.made)
            self.made.append(name)
            if at == self.at or (self.for_good and at > self.at):
                if name == "close":
                    real(*arguments)  # a close that reports an error has closed
                self.act()
            return real(*arguments, **options)

        return call


def saved_before(directory: Path) -> FileStore:
    """A vault that holds `OLD`, with `OLDEST` as its backup."""
    store = FileStore(directory / "keys.keyfob")
    store.replace(OLDEST)
    store.replace(OLD)
    return store


def names(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir()}


def calls_of_a_save(directory: Path, *, keep_backup: bool) -> list[str]:
    store = saved_before(directory)
    with pytest.MonkeyPatch.context() as monkeypatch:
        faults = Faults(monkeypatch)
        store.replace(NEW, keep_backup=keep_backup)
    return faults.made


def check_whole(store: FileStore, directory: Path) -> None:
    """Vault and backup are whole, and the next save leaves nothing of the failed one."""
    assert store.read() in {OLD, NEW}
    assert store.backups()[0].read_bytes() in {OLDEST, OLD, NEW}
    store.replace(NEW)
    assert store.read() == NEW
    assert names(directory) == {"keys.keyfob", "keys.keyfob.bak"}


@BACKUP
def test_a_save_flushes_before_each_name_is_given_and_after(
    tmp_path: Path, *, keep_backup: bool
) -> None:
    made = calls_of_a_save(tmp_path, keep_backup=keep_backup)
    of_backup, of_vault = (at for at, name in enumerate(made) if name in {"replace", "rename"})
    assert "fsync" in made[:of_backup]
    assert "fsync" in made[of_vault:]


@BACKUP
@pytest.mark.parametrize("for_good", [False, True], ids=["once", "for good"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS])
def test_an_error_at_any_call_is_a_sentence_and_loses_nothing(
    tmp_path: Path, number: int, *, for_good: bool, keep_backup: bool
) -> None:
    def fail() -> None:
        raise OSError(number, os.strerror(number))

    for at, name in enumerate(calls_of_a_save(tmp_path / "calls", keep_backup=keep_backup)):
        directory = tmp_path / str(at)
        store = saved_before(directory)
        message = ""
        with pytest.MonkeyPatch.context() as monkeypatch:
            faults = Faults(monkeypatch)
            faults.at, faults.for_good, faults.act = at, for_good, fail
            try:
                store.replace(NEW, keep_backup=keep_backup)
            except StorageError as error:
                message = error.message
        expected = NEW if not message or "did not confirm" in message else OLD
        assert store.read() == expected
        assert message.endswith(".") or name not in {"write", "fsync", "replace", "rename"}
        assert for_good or name == "unlink" or "keys.keyfob.tmp" not in names(directory)
        check_whole(store, directory)


@BACKUP
def test_an_interruption_by_hand_clears_away_what_it_began(
    tmp_path: Path, *, keep_backup: bool
) -> None:
    def interrupt() -> None:
        raise InterruptedByHandError

    for at, name in enumerate(calls_of_a_save(tmp_path / "calls", keep_backup=keep_backup)):
        directory = tmp_path / str(at)
        store = saved_before(directory)
        with pytest.MonkeyPatch.context() as monkeypatch:
            faults = Faults(monkeypatch)
            faults.at, faults.act = at, interrupt
            with pytest.raises(InterruptedByHandError):
                store.replace(NEW, keep_backup=keep_backup)
        assert name == "unlink" or "keys.keyfob.tmp" not in names(directory)
        check_whole(store, directory)


@BACKUP
def test_a_process_killed_at_any_call_leaves_a_whole_vault(
    tmp_path: Path, *, keep_backup: bool
) -> None:
    calls = calls_of_a_save(tmp_path / "calls", keep_backup=keep_backup)
    for at in range(len(calls)):
        directory = tmp_path / str(at)
        store = saved_before(directory)
        child = os.fork()
        if child == 0:
            faults = Faults(pytest.MonkeyPatch())
            faults.at, faults.act = at, lambda: os._exit(9)
            store.replace(NEW, keep_backup=keep_backup)
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
        check_whole(store, directory)


@BACKUP
def test_short_writes_are_continued(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, keep_backup: bool
) -> None:
    real = os.write
    store = saved_before(tmp_path)
    monkeypatch.setattr(os, "write", lambda file, data: real(file, data[:1000]))
    store.replace(NEW, keep_backup=keep_backup)
    assert store.read() == NEW


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP])
def test_a_file_system_that_knows_no_directory_flush_can_hold_a_vault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    real = os.fsync

    def fsync(file: int) -> None:
        if os.path.isdir(f"/dev/fd/{file}"):  # noqa: PTH112  a descriptor, not a path
            raise OSError(number, os.strerror(number))
        real(file)

    store = saved_before(tmp_path)
    monkeypatch.setattr(os, "fsync", fsync)
    store.replace(NEW)
    assert store.read() == NEW
