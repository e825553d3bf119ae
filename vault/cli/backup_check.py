"""`keyfob backup check` and `create`: whether all of a copy opens, and a new one."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from vault.cli.copies import judging, named_copy, opened_copy, read_copy, say_copy
from vault.errors import DamagedError, StorageError

if TYPE_CHECKING:  # only --help and completion go without them
    from vault.cli.desk import Desk
    from vault.sealing.header import Header
    from vault.store.file import FileStore
    from vault.vault import Vault


def check(args: argparse.Namespace, desk: Desk) -> int:
    """Open a copy and every secret in it, and tell.

    Raises:
        DamagedError: The copy, or a secret in it, does not verify.
    """
    from vault.cli.places import store_for
    from vault.process import harden

    harden()
    store = store_for(args, desk)
    source = named_copy(args.file, store, hint="Make one with: keyfob backup create FILE")
    header, count, broken = _examined(source, args, desk)
    if args.json:
        desk.put(json.dumps(_as_json(source, header, count, broken), indent=2))
    desk.notes(*source.notes)
    _refuse_broken(source, broken)
    if not args.json:
        desk.put(f"{source.label} is sound: {say_copy(header, count, desk)}. Every secret opens.")
    _compare(header, store, desk)
    return 0


def create(args: argparse.Namespace, desk: Desk) -> int:
    """Write a copy of the vault, once all of it was opened.

    Raises:
        DamagedError: The vault, or a secret in it, does not verify; nothing is written.
        StorageError: The copy cannot be written, or reads back as something else.
    """
    from vault.cli.places import naming_backups, store_for
    from vault.exporting.output import check_target, new_file
    from vault.paths import expanded
    from vault.process import harden
    from vault.store.file import FileStore

    harden()
    store = store_for(args, desk)
    path = expanded(args.file)
    check_target(path, store.path, replace=args.force)
    with naming_backups(store):
        data, header = read_copy(store)
        _, (count, broken) = opened_copy(data, store, args, desk, _look)
    _refuse_broken(store, broken)
    desk.notes(*store.notes)
    with new_file(path, replace=args.force) as write:
        write(data)
    copy = FileStore(path)
    if copy.read() != data:
        raise StorageError(f"{copy.label} reads back as something else.", "Check that disk.")
    desk.note(f"{copy.label} is a copy of the vault: {say_copy(header, count, desk)}.")
    desk.note("It opens with what opens the vault now, whatever you change later.")
    return 0


def _examined(
    source: FileStore, args: argparse.Namespace, desk: Desk
) -> tuple[Header, int, list[str]]:
    """What a copy says of itself, its number of keys, the names of those that do not open."""
    with judging(source, "is no sound copy", "Nothing was changed. See: keyfob backup list"):
        data, header = read_copy(source)
        _, (count, broken) = opened_copy(data, source, args, desk, _look)
    return header, count, broken


def _look(vault: Vault) -> tuple[int, list[str]]:
    from vault.backups import broken_secrets

    return len(vault.keys), broken_secrets(vault)


def _refuse_broken(source: FileStore, broken: list[str]) -> None:
    if broken:
        what = "secret does" if len(broken) == 1 else "secrets do"
        raise DamagedError(
            f"{source.label} is damaged: {len(broken):,} {what} not open.",
            f"Of these keys: {', '.join(broken)}",
        )


def _compare(header: Header, store: FileStore, desk: Desk) -> None:
    """Say what the copy is to the vault, if that is there and can be read."""
    from vault.backups import look

    mine = look(store, store.path).header
    if mine is None:
        return
    if mine.vault_id != header.vault_id:
        desk.note(f"It is a copy of another vault than {store.label}.")
    elif mine.generation > header.generation:
        desk.note(f"The vault is at save {mine.generation:,} by now.")


def _as_json(source: FileStore, header: Header, count: int, broken: list[str]) -> dict[str, object]:
    from vault.sealing.encoding import format_time

    return {
        "file": str(source.path),
        "vault": header.vault_id,
        "save": header.generation,
        "saved": format_time(header.saved),
        "keys": count,
        "sound": not broken,
        "damaged": broken,
    }
