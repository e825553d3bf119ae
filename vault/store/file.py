"""A vault in a file: `VAULT`, with `VAULT.lock`, `VAULT.tmp` and `VAULT.bak` beside it.

A vault that is a symbolic link is followed, and stays one: everything happens beside the real
file. Fixed names mean that a crash leaves nothing that the next save does not clear away.
"""

from __future__ import annotations

import contextlib
import glob
import os
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from vault.errors import StorageError, VaultMissingError
from vault.store.disk import (
    make_directory,
    patiently,
    remove,
    rename,
    sync_directory,
    write_new,
)
from vault.store.private import directory_notes, file_notes
from vault.store.problems import storage_error
from vault.text import safe

MAX_FILE = 1 << 30
"""Largest file in bytes that is read as a vault."""

_MARK = b"KEYFOB"
"""Every vault of any version begins so."""

_READ = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)  # opening a FIFO would wait for a writer
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)


class FileStore:
    """A vault file on a local disk.

    Attributes:
        notes: What was found and mended on the way, one sentence each, for the user to read.
    """

    def __init__(
        self, path: Path, *, lock_timeout: float = 5.0, own_directory: bool = False
    ) -> None:
        """Make a store; touches nothing.

        Args:
            path: The vault's path; what it leads to need not exist.
            lock_timeout: Seconds to wait for another process's save.
            own_directory: Whether its directory is keyfob's own, to be kept private, and not one
                that the user chose.
        """
        self.notes: list[str] = []
        self._own_directory = own_directory
        self._path = path
        self._lock_timeout = lock_timeout

    @property
    def label(self) -> str:
        """The path as it was given, safe to show."""
        return safe(str(self._path))

    @property
    def path(self) -> Path:
        """The real file, at the end of any symbolic links; it need not exist."""
        return Path(os.path.realpath(self._path))

    def exists(self) -> bool:
        """Whether there is anything under the name; a link to nothing does not count."""
        return os.path.lexists(self.path)

    def read(self) -> bytes:
        """All bytes of the file. What is not a regular file is refused, without waiting for it.

        A vault that others may read is made private to its owner, and so is its directory if that
        is keyfob's own; `notes` says so, and what else is wrong with mode or owner of the two. A
        file that is no vault, named by mistake, keeps its mode.

        Raises:
            VaultMissingError: There is no such file.
            StorageError: It cannot be read, is not a regular file, or is over `MAX_FILE`.
        """
        try:
            file = patiently(lambda: os.open(self.path, _READ))
        except FileNotFoundError:
            raise VaultMissingError(
                f"There is no vault at {self.label}.", "Create one with: keyfob init"
            ) from None
        except OSError as error:
            raise storage_error("read", self.label, error) from None
        try:
            found = os.fstat(file)
            self._check(found, "read")
            with open(file, "rb", closefd=False) as stream:
                data = stream.read(found.st_size + 1)  # Python makes room for all it may read
            if data.startswith(_MARK):
                self._note(file_notes(file, self.label))
            self._note(self._directory_notes())
        except OSError as error:
            raise storage_error("read", self.label, error) from None
        else:
            return data
        finally:
            with contextlib.suppress(OSError):  # what was read stays read
                os.close(file)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """The lock beside the vault; makes the directory on the first save.

        Raises:
            StorageError: It is held for longer than the timeout, or cannot be taken.
        """
        from vault.store.lock import held

        target = self.path
        try:
            make_directory(target.parent)
        except OSError as error:
            raise storage_error("make the directory of", self.label, error) from None
        with held(_beside(target, ".lock"), self.label, timeout=self._lock_timeout):
            yield

    def replace(self, data: bytes, *, keep_backup: bool = True) -> None:
        """Save these bytes as the vault. At every moment VAULT is whole, and VAULT.bak too.

        The new file is written and flushed as VAULT.tmp; then the backup gets its name, then the
        vault; then the directory is flushed. The backup is a second name for the old file, not a
        copy of it, so it costs nothing; nothing ever writes into either.

        Raises:
            StorageError: Nothing was saved and the old vault is intact; or, when only the last
                flush failed, the message says that the new one may not survive a power cut.
        """

        def back_up(target: Path, old: os.stat_result | None) -> None:
            backup = _beside(target, ".bak")
            if not keep_backup:
                _write_backup(backup, data)
            elif old is not None:
                _link_backup(backup, target)

        self._replace(data, back_up)

    def put_back(self, data: bytes, *, aside: str) -> Path | None:
        """Put a copy in the vault's place, whatever is there. Call it when locked.

        The backup stays as it is: it may be the copy itself, and must outlive an interruption.

        Args:
            data: A whole vault file.
            aside: What was there is kept as VAULT and this ending, e.g. `damaged-20261122`;
                a number is added if that name is taken.

        Returns:
            Where it is kept, or None if nothing was there.

        Raises:
            StorageError: As `replace`.
        """
        kept: list[Path] = []

        def set_aside(target: Path, old: os.stat_result | None) -> None:
            if old is not None:
                kept.append(_free_name(target, aside))
                _second_name(target, kept[0])
                sync_directory(target.parent)  # else a power cut may leave the copy, and not this

        try:
            self._replace(data, set_aside)
        except StorageError:
            for path in kept:
                with contextlib.suppress(OSError):
                    if path.samefile(self.path):  # it was not replaced
                        path.unlink()
            raise
        return kept[0] if kept else None

    def _replace(self, data: bytes, before: Callable[[Path, os.stat_result | None], None]) -> None:
        """Write and flush the new file, do what comes before its rename, rename, flush."""
        target = self.path
        new = _beside(target, ".tmp")
        try:
            old = self._found(target)
            make_directory(target.parent)
            write_new(new, data)
            try:
                _keep_owner(new, old)
                before(target, old)
                rename(new, target)
            except BaseException:
                remove(new)
                raise
        except OSError as error:
            raise storage_error("save", self.label, error) from None
        try:
            sync_directory(target.parent)
        except OSError:
            raise StorageError(
                f"{self.label} was written, but the disk did not confirm it.",
                "It may be lost at a power cut: check the disk, then save again.",
            ) from None

    def backups(self) -> list[Path]:
        """The path of VAULT.bak, if there is one."""
        backup = _beside(self.path, ".bak")
        return [backup] if backup.is_file() else []

    def kept(self) -> list[Path]:
        """What `put_back` kept of the files that were there, oldest first."""
        target = self.path
        names = (f"{glob.escape(target.name)}.{word}-*" for word in ("damaged", "replaced"))
        found = [path for name in names for path in target.parent.glob(name) if path.is_file()]
        return sorted(found, key=lambda path: path.name.rpartition("-")[2])

    def _found(self, target: Path) -> os.stat_result | None:
        """What is there already: a regular file, or nothing.

        Raises:
            StorageError: Something else, which a rename would destroy.
        """
        try:
            found = target.lstat()
        except FileNotFoundError:
            return None
        self._check(found, "save")
        return found

    def _check(self, found: os.stat_result, action: str) -> None:
        if not stat.S_ISREG(found.st_mode):
            raise StorageError(f"Could not {action} {self.label}: it is not a regular file.")
        if found.st_size > MAX_FILE:
            raise StorageError(f"Could not {action} {self.label}: it is too large for a vault.")

    def _directory_notes(self) -> list[str]:
        given, real = self._path.parent, self.path.parent
        own = self._own_directory and given.samefile(real)
        return directory_notes(given if own else real, own=own)

    def _note(self, notes: list[str]) -> None:
        self.notes.extend(note for note in notes if note not in self.notes)


def _beside(target: Path, ending: str) -> Path:
    return target.with_name(target.name + ending)


def _keep_owner(new: Path, old: os.stat_result | None) -> None:
    """Give the new file to the old one's owner: root may save a vault it does not own."""
    if sys.platform != "win32" and old is not None and old.st_uid != os.geteuid():
        with contextlib.suppress(OSError):
            os.chown(new, old.st_uid, old.st_gid, follow_symlinks=False)


def _link_backup(backup: Path, target: Path) -> None:
    """Make the present vault the backup, by a second name for it."""
    linked = _beside(backup, ".tmp")
    patiently(lambda: linked.unlink(missing_ok=True))
    _second_name(target, linked)
    rename(linked, backup)
    remove(linked)  # rename leaves both names when they are already one file


def _second_name(target: Path, name: Path) -> None:
    """Give a file one more name, or a flushed copy of that name where a file has but one."""
    try:
        os.link(target, name)
    except OSError:  # FAT, some network and container file systems
        write_new(name, target.read_bytes())


def _free_name(target: Path, ending: str) -> Path:
    names = (f".{ending}", *(f".{ending}.{number}" for number in range(2, 1000)))
    return next(path for name in names if not os.path.lexists(path := _beside(target, name)))


def _write_backup(backup: Path, data: bytes) -> None:
    copy = _beside(backup, ".tmp")
    write_new(copy, data)
    try:
        rename(copy, backup)
    except BaseException:
        remove(copy)
        raise
