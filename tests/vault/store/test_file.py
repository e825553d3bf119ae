from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from vault.errors import StorageError, VaultMissingError
from vault.store import file as module
from vault.store.base import Store
from vault.store.file import FileStore

OLD, NEW, NEWER = b"old " * 3000, b"new " * 4000, b"newer " * 2000


def save(store: Store, data: bytes, *, keep_backup: bool = True) -> None:
    with store.locked():
        store.replace(data, keep_backup=keep_backup)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir()}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "er" / "keys.keyfob"


@pytest.fixture
def store(path: Path) -> FileStore:
    return FileStore(path)


# Saving and reading


def test_what_is_saved_reads_back(store: FileStore, path: Path) -> None:
    assert not store.exists()
    save(store, OLD)
    assert store.exists()
    assert store.read() == OLD
    save(store, NEW)
    assert FileStore(path).read() == NEW
    assert names(path.parent) == {"keys.keyfob", "keys.keyfob.bak", "keys.keyfob.lock"}


def test_everything_is_private_whatever_the_umask(store: FileStore, path: Path) -> None:
    before = os.umask(0o027)
    try:
        save(store, OLD)
        os.umask(0)
        save(store, NEW, keep_backup=False)
        os.umask(0o777)
        save(store, NEWER, keep_backup=False)
    finally:
        os.umask(before)
    assert {mode(entry) for entry in path.parent.iterdir()} == {0o600}
    assert mode(path.parent) == mode(path.parent.parent) == 0o700


def test_the_backup_is_the_save_before(store: FileStore, path: Path) -> None:
    save(store, OLD)
    assert store.backups() == []
    save(store, NEW)
    (backup,) = store.backups()
    assert backup == path.with_name("keys.keyfob.bak")
    assert backup.read_bytes() == OLD
    save(store, NEWER)
    assert backup.read_bytes() == NEW


def test_a_changed_password_leaves_no_older_copy(store: FileStore) -> None:
    save(store, OLD)
    save(store, OLD)
    save(store, NEW, keep_backup=False)
    assert store.backups()[0].read_bytes() == store.read() == NEW
    save(store, NEWER)
    assert store.backups()[0].read_bytes() == NEW
    assert store.read() == NEWER


def test_the_backup_survives_a_vault_that_vanished(store: FileStore, path: Path) -> None:
    save(store, OLD)
    save(store, NEW)
    path.unlink()
    save(store, NEWER)
    assert store.backups()[0].read_bytes() == OLD


def test_a_file_system_without_hard_links_gets_a_copy(
    store: FileStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    save(store, OLD)
    save(store, NEW)
    assert store.backups()[0].read_bytes() == OLD
    assert mode(store.backups()[0]) == 0o600
    assert names(path.parent) == {"keys.keyfob", "keys.keyfob.bak", "keys.keyfob.lock"}


def test_a_missing_vault_says_how_to_make_one(store: FileStore, path: Path) -> None:
    with pytest.raises(VaultMissingError, match=r"There is no vault at .*keys\.keyfob") as caught:
        store.read()
    assert "keyfob init" in caught.value.hint
    assert not path.parent.exists()


def test_a_hostile_path_is_shown_inert(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "a\x1b]0;title\x07")
    assert store.label.isprintable()
    with pytest.raises(VaultMissingError) as caught:
        store.read()
    assert caught.value.message.isprintable()


# What is not a plain file


@pytest.mark.parametrize("kind", ["directory", "fifo", "device", "socket"])
def test_only_regular_files_are_read_or_replaced(path: Path, kind: str) -> None:
    path.parent.mkdir(parents=True)
    if kind == "directory":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to(os.devnull)
    else:
        os.mknod(path, stat.S_IFSOCK)
    before = path.lstat().st_mode
    store = FileStore(path)
    assert store.exists()
    with pytest.raises(StorageError, match="Could not read"):
        store.read()
    with pytest.raises(StorageError, match=r"Could not save .*: it is not a regular file"):
        store.replace(NEW)
    assert path.lstat().st_mode == before


@pytest.mark.parametrize("relative", [True, False])
def test_a_link_is_followed_and_kept(path: Path, tmp_path: Path, *, relative: bool) -> None:
    real = tmp_path / "real" / "vault"
    path.parent.mkdir(parents=True)
    path.symlink_to(Path("../../real/vault") if relative else real)
    store = FileStore(path)
    assert not store.exists()
    save(store, OLD)
    save(store, NEW)
    assert path.is_symlink()
    assert real.read_bytes() == store.read() == NEW
    assert store.backups() == [real.with_name("vault.bak")]
    assert names(path.parent) == {"keys.keyfob"}
    assert names(real.parent) == {"vault", "vault.bak", "vault.lock"}


def test_links_in_a_circle_are_an_error(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.symlink_to(path)
    with pytest.raises(StorageError, match="Could not read"):
        FileStore(path).read()
    with pytest.raises(StorageError, match="Could not save"):
        FileStore(path).replace(NEW)


def test_too_large_a_file_is_not_read(store: FileStore, path: Path) -> None:
    save(store, OLD)
    os.truncate(path, module.MAX_FILE + 1)
    with pytest.raises(StorageError, match="too large"):
        store.read()


@pytest.mark.skipif(sys.platform != "linux", reason="only there is the limit kept")
def test_a_small_vault_is_read_in_little_memory(store: FileStore, path: Path) -> None:
    with store.locked():
        store.replace(b"small")
    script = (
        "import resource, sys; from pathlib import Path; from vault.store.file import FileStore;"
        "resource.setrlimit(resource.RLIMIT_AS, (512 << 20, 512 << 20));"
        "sys.stdout.buffer.write(FileStore(Path(sys.argv[1])).read())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, check=True
    )
    assert done.stdout == b"small"


def test_a_vault_open_to_others_is_closed_and_noted(store: FileStore, path: Path) -> None:
    vault = b"KEYFOB1\n" + OLD
    save(store, vault)
    assert store.read() == vault
    assert store.notes == []
    path.chmod(0o644)
    assert store.read() == vault
    assert mode(path) == 0o600
    assert len(store.notes) == 1
    assert "mode 644" in store.notes[0]


def test_another_file_named_by_mistake_keeps_its_mode(store: FileStore, path: Path) -> None:
    save(store, OLD)
    path.chmod(0o644)
    assert store.read() == OLD
    assert mode(path) == 0o644
    assert store.notes == []


def test_a_path_through_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    store = FileStore(tmp_path / "file" / "keys.keyfob")
    with pytest.raises(StorageError, match="not a directory"):
        store.read()
    with pytest.raises(StorageError, match="Could not"), store.locked():
        pytest.fail("it was locked")


# What an interruption left behind


def test_a_stale_temporary_file_is_cleared_away(store: FileStore, path: Path) -> None:
    save(store, OLD)
    for ending in (".tmp", ".bak.tmp"):
        path.with_name(path.name + ending).write_bytes(b"half")
    save(store, NEW)
    assert store.read() == NEW
    assert store.backups()[0].read_bytes() == OLD
    assert names(path.parent) == {"keys.keyfob", "keys.keyfob.bak", "keys.keyfob.lock"}


def test_a_link_planted_as_temporary_file_is_not_followed(store: FileStore, path: Path) -> None:
    save(store, OLD)
    victim = path.with_name("victim")
    victim.write_bytes(b"precious")
    for ending in (".tmp", ".bak.tmp"):
        path.with_name(path.name + ending).symlink_to(victim)
    save(store, NEW)
    assert victim.read_bytes() == b"precious"
    assert store.read() == NEW
    assert not path.is_symlink()


def test_a_backup_that_is_still_the_vault_does_no_harm(store: FileStore, path: Path) -> None:
    """A crash between the two renames leaves one file under both names."""
    save(store, OLD)
    os.link(path, path.with_name(path.name + ".bak"))
    save(store, NEW)
    assert store.read() == NEW
    assert store.backups()[0].read_bytes() == OLD
    assert names(path.parent) == {"keys.keyfob", "keys.keyfob.bak", "keys.keyfob.lock"}


# The lock


def test_two_processes_do_not_save_at_once(store: FileStore, path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from vault.store.file import FileStore;"
        "from vault.errors import StorageError\n"
        "try:\n"
        "    with FileStore(Path(sys.argv[1]), lock_timeout=0.05).locked(): pass\n"
        "except StorageError as error: print(error.message)\n"
    )
    command = [sys.executable, "-c", program, str(path)]
    with store.locked():
        busy = subprocess.run(command, capture_output=True, check=True, text=True)
    free = subprocess.run(command, capture_output=True, check=True, text=True)
    assert busy.stdout == f"{store.label} is being changed by process {os.getpid()}.\n"
    assert free.stdout == ""


def test_a_vault_and_a_link_to_it_share_one_lock(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(path)
    with (
        FileStore(path).locked(),
        pytest.raises(StorageError, match="being changed"),
        FileStore(link, lock_timeout=0).locked(),
    ):
        pytest.fail("both held it")
