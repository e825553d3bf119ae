"""Changing clients' configuration so that they ask keyfob, and undoing that.

Every change is planned first, from what the files say now, so that it can be shown before anything
is written. Undoing brings a file back to the byte if nobody changed it since; otherwise setting by
setting, and what somebody changed since is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from vault.errors import ValueRefusedError
from vault.hooks.recipes import PRIVATE, RECIPES, FormName, Setting, Surroundings
from vault.hooks.record import (
    FileRow,
    Record,
    SettingRow,
    cut_between,
    read_record,
    write_record,
)
from vault.hooks.settings.disk import Found, read_config, remove_config, replace_config
from vault.hooks.settings.form import Form, MalformedError, Name, Value
from vault.hooks.settings.git_file import GitFile
from vault.hooks.settings.ini_file import IniFile
from vault.hooks.settings.json_file import JsonFile
from vault.hooks.settings.toml_file import TomlFile
from vault.hooks.settings.whole_file import WholeFile
from vault.text import safe


@dataclass(frozen=True, slots=True)
class FileChange:
    """What is going to happen to one file.

    Attributes:
        path: The file.
        form: What kind of file it is.
        found: What is there.
        data: What shall be there; None to remove the file.
        rows: The settings that change.
        fresh_mode: The mode of a file that is made.
        folders: Directories to remove if they are empty then, the innermost first.
    """

    path: Path
    form: FormName
    found: Found
    data: bytes | None
    rows: tuple[SettingRow, ...]
    fresh_mode: int = PRIVATE
    folders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What is going to happen for one client.

    Attributes:
        client: Its name.
        files: The files that change; none if all is as it should be.
        paths: All files that have to do with it.
        notes: Sentences the user should read.
        record: What to remember from now on.
    """

    client: str
    files: tuple[FileChange, ...]
    paths: tuple[Path, ...]
    notes: tuple[str, ...]
    record: Record


class Installer:
    """Plans and carries out changes of clients' configuration for one user."""

    def __init__(self, environ: Mapping[str, str], home: Path, state: Path, programs: Path) -> None:
        """Make one; touches nothing.

        Args:
            environ: The environment.
            home: The user's home directory.
            state: The state directory.
            programs: Where the program `keyring` goes, if it is not somewhere else already.
        """
        self._environ = environ
        self._home = home
        self._state = state
        self._programs = programs
        self._forms: dict[FormName, Form] = {
            "toml": TomlFile(),
            "json": JsonFile(),
            "ini": IniFile(),
            "git": GitFile(environ),
            "whole": WholeFile(),
        }

    def installed(self, client: str) -> Record:
        """What was changed for a client, and not undone."""
        return read_record(self._state, client)

    def installing(self, client: str) -> Plan:
        """What has to change so that a client asks keyfob.

        Raises:
            ValueRefusedError: A file is malformed, or the client cannot be made to.
            StorageError: A file cannot be read.
        """
        around = Surroundings(self._environ, self._home, self._programs, self._value)
        told = tuple(RECIPES[client](around))
        settings = [one for one in told if isinstance(one, Setting)]
        paths = tuple(dict.fromkeys(one.path for one in settings))
        changes = [self._change(path, [s for s in settings if s.path == path]) for path in paths]
        files = tuple(change for change in changes if change.rows)
        notes = tuple(one for one in told if isinstance(one, str))
        record = _merged(self.installed(client), files)
        return Plan(client, files, paths, notes, record)

    def removing(self, client: str) -> Plan:
        """What has to change so that everything is as it was before.

        Raises:
            ValueRefusedError: A file is malformed.
            StorageError: A file cannot be read.
        """
        record = self.installed(client)
        notes: list[str] = []
        changes = [self._undoing(row, notes) for row in record.files]
        paths = tuple(Path(row.path) for row in record.files)
        files = tuple(change for change in changes if change is not None)
        return Plan(client, files, paths, tuple(notes), Record())

    def carry_out(self, plan: Plan) -> None:
        """Do what was planned.

        What was there before is remembered first, and forgotten last: an interruption in between
        leaves what can be undone.

        Raises:
            StorageError: A file cannot be written, or was changed meanwhile.
        """
        if plan.record.files:
            write_record(self._state, plan.client, plan.record)
        for change in plan.files:
            if change.data is None:
                remove_config(change.path, change.folders)
            else:
                replace_config(change.path, change.found, change.data, fresh_mode=change.fresh_mode)
        if not plan.record.files:
            write_record(self._state, plan.client, plan.record)

    def _value(self, path: Path, form: FormName, name: Name) -> Value:
        return self._said(path, form, read_config(path).data, name)

    def _said(self, path: Path, form: FormName, data: bytes, name: Name) -> Value:
        try:
            return self._forms[form].value(data, name)
        except MalformedError as error:
            raise _at(path, error) from None

    def _changed(
        self, path: Path, form: FormName, data: bytes, rows: Iterable[SettingRow]
    ) -> bytes:
        try:
            for row in rows:
                data = self._forms[form].changed(data, row.name, row.after)
        except MalformedError as error:
            raise _at(path, error) from None
        return data

    def _change(self, path: Path, settings: list[Setting]) -> FileChange:
        found, form = read_config(path), settings[0].form
        rows = []
        for one in settings:
            before = self._said(path, form, found.data, one.name)
            if before != one.value:
                rows.append(SettingRow(one.name, before, one.value))
        data = self._changed(path, form, found.data, rows)
        return FileChange(path, form, found, data, tuple(rows), settings[0].fresh_mode)

    def _undoing(self, row: FileRow, notes: list[str]) -> FileChange | None:
        path = Path(row.path)
        found = read_config(path)
        if found.mode is None:
            return None
        backwards = [SettingRow(one.name, one.after, one.before) for one in row.settings]
        data = row.cut.undone(found.data) if row.cut else None
        if data is None:
            backwards = [
                one for one in backwards if self._ours(path, row.form, found.data, one, notes)
            ]
            data = self._changed(path, row.form, found.data, backwards)
        if not backwards:
            return None
        kept = None if row.made and not data.strip() else data
        return FileChange(path, row.form, found, kept, tuple(backwards), folders=row.folders)

    def _ours(
        self, path: Path, form: FormName, data: bytes, row: SettingRow, notes: list[str]
    ) -> bool:
        """Whether a setting says what keyfob wrote; if somebody else changed it, a note says so."""
        value = self._said(path, form, data, row.name)
        if value not in (row.before, row.after):
            what = ".".join(row.name) or "It"
            notes.append(f"{safe(str(path))}: {what} was changed since, and is left as it is.")
        return value == row.before


def _merged(earlier: Record, files: Iterable[FileChange]) -> Record:
    """What to remember: of a setting that is changed again, what it said before the first time."""
    rows = {row.path: row for row in earlier.files}
    for change in files:
        path = str(change.path)
        old = rows.get(path)
        if old is None:
            rows[path] = _first(change)
            continue
        settings = {row.name: row for row in old.settings}
        for row in change.rows:
            first = settings.get(row.name)
            before = first.before if first and first.after == row.before else row.before
            settings[row.name] = SettingRow(row.name, before, row.after)
        rows[path] = FileRow(
            path, change.form, old.made, tuple(settings.values()), folders=old.folders
        )
    return Record(tuple(rows.values()))


def _first(change: FileChange) -> FileRow:
    """What to remember of a file that keyfob changes for the first time."""
    cut = cut_between(change.found.data, change.data or b"")
    # Where JSON was laid out in another way, all of it differs, and passwords may be part of it.
    exact = change.form != "json" or b'"' not in cut.former
    folders = tuple(str(one) for one in change.path.parents if not one.exists())
    made = change.found.mode is None
    return FileRow(
        str(change.path), change.form, made, change.rows, cut if exact else None, folders
    )


def _at(path: Path, error: MalformedError) -> ValueRefusedError:
    return ValueRefusedError(f"{safe(str(path))}: {error.message}.", error.hint)
