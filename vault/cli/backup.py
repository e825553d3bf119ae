"""`keyfob backup`: the copies of a vault, and putting one back in its place."""

from __future__ import annotations

import argparse
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from vault.cli.copies import judging, named_copy, opened_copy, read_copy, say_copy
from vault.cli.parser import Parser, UsageError, filled

if TYPE_CHECKING:  # only --help and completion go without them
    from collections.abc import Iterator

    from vault.backups import Copy
    from vault.cli.desk import Desk
    from vault.sealing.header import Header
    from vault.store.file import FileStore

_EXAMPLE = """\
examples:
  keyfob backup list
  keyfob backup list /media/stick/keys.keyfob
  keyfob backup create /media/stick/keys.keyfob
  keyfob backup check /media/stick/keys.keyfob
  keyfob backup restore
  keyfob backup restore --from /media/stick/keys.keyfob

list tells what each file says of itself. create, check and restore take the password and open
the copy; create and check every secret in it, too. check and restore without a file take the
vault's own backup. restore keeps what was in the vault's place under a name that ends in damaged-
or replaced- and the time. Exit status 1: list found no copy that can be read, or restore was told
no. Exit status 4: the copy is damaged."""

_TAKES = {
    "list": {"files", "json"},
    "check": {"files", "json"},
    "create": {"files", "force"},
    "restore": {"source", "yes"},
}
"""What belongs to which word."""
_TYPED = {
    "files": "FILE",
    "json": "--json",
    "force": "--force",
    "source": "--from",
    "yes": "--yes",
}


def configure(parser: Parser) -> None:
    """Add the arguments of `backup`."""
    parser.epilog = _EXAMPLE
    parser.add_argument("what", metavar="WHAT", choices=list(_TAKES), help=", ".join(_TAKES))
    parser.add_argument(
        "files",
        metavar="FILE",
        nargs="*",
        type=filled,
        help="list: more copies; check: the copy; create: what to write",
    )
    parser.add_argument("--json", action="store_true", help="list, check: for programs")
    parser.add_argument("--force", action="store_true", help="create: replace FILE if it is there")
    parser.add_argument(
        "--from",
        metavar="FILE",
        dest="source",
        type=filled,
        help="restore: the copy to put back (else the vault's own backup)",
    )
    parser.add_argument("--yes", action="store_true", help="restore: do not ask")


def run(args: argparse.Namespace, desk: Desk) -> int:
    """List the copies, check, make, or put one back.

    Raises:
        UsageError: An option belongs to another of them, or a file is missing or too many.
    """
    _refuse_strays(args)
    if args.what == "list":
        return _list(args, desk)
    if args.what == "restore":
        return _restore(args, desk)
    from vault.cli import backup_check

    return (
        backup_check.check(args, desk) if args.what == "check" else backup_check.create(args, desk)
    )


def _refuse_strays(args: argparse.Namespace) -> None:
    see = "See: keyfob backup --help"
    for name, typed in _TYPED.items():
        if getattr(args, name) and name not in _TAKES[args.what]:
            raise UsageError(f"backup {args.what} takes no {typed}.", see)
    if args.what == "create" and len(args.files) != 1:
        raise UsageError("Name the one file to write.", "As in: keyfob backup create FILE")
    if args.what == "check" and len(args.files) > 1:
        raise UsageError("backup check takes one FILE.", see)


def _list(args: argparse.Namespace, desk: Desk) -> int:
    from vault.cli.places import store_for

    store = store_for(args, desk)
    rows = list(_found(store, args.files, desk))
    if args.json:
        import json

        desk.put(json.dumps([_row_json(role, copy) for role, copy in rows], indent=2))
    elif rows:
        _print(rows, desk)
    readable = [copy for role, copy in rows if role != "vault" and copy.header is not None]
    if not readable:
        desk.note(f"There is no copy of {store.label} that can be read.")
    return 0 if readable else 1


def _found(store: FileStore, more: list[str], desk: Desk) -> Iterator[tuple[str, Copy]]:
    """What each file is to the vault, and what it says of itself."""
    from vault.backups import look
    from vault.paths import expanded
    from vault.store.file import FileStore

    named = [("vault", store.path)] if store.exists() else []
    named += [("backup", path) for path in store.backups()]
    named += [("kept", path) for path in store.kept()]
    named += [("given", expanded(text)) for text in more]
    told: set[str] = set()
    for role, path in named:
        file = FileStore(path)
        yield role, look(file, path)
        desk.notes(*(note for note in file.notes if note not in told))
        told.update(file.notes)


def _print(rows: list[tuple[str, Copy]], desk: Desk) -> None:
    from vault.cli.table import GAP, lay_out
    from vault.text import safe

    head = ["WHAT", "SAVE", "SAVED", "KEYS", "FILE"]
    cells = [[role, *_facts(copy, desk), safe(str(copy.path))] for role, copy in rows]
    for line in lay_out([head, *cells]):
        desk.put((" " * GAP).join(line).rstrip())
    for role, copy in rows:
        if copy.problem:
            desk.note(f"{role}: {copy.problem}")
    mine = next((copy.header for role, copy in rows if role == "vault" and copy.header), None)
    for role, copy in rows:
        if mine and copy.header and copy.header.vault_id != mine.vault_id:
            desk.note(f"{role}: {copy.path} is a copy of another vault.")


def _facts(copy: Copy, desk: Desk) -> tuple[str, str, str]:
    from vault.cli.words import say_time

    if copy.header is None:
        return "-", "unreadable", "-"
    keys = copy.keys
    return (
        f"{copy.header.generation:,}",
        say_time(copy.header.saved, desk),
        "-" if keys is None else f"{keys:,}",
    )


def _row_json(role: str, copy: Copy) -> dict[str, object]:
    from vault.sealing.encoding import format_time

    header = copy.header
    return {
        "what": role,
        "file": str(copy.path),
        "vault": header and header.vault_id,
        "save": header and header.generation,
        "saved": header and format_time(header.saved),
        "keys": copy.keys,
        "problem": copy.problem or None,
    }


def _restore(args: argparse.Namespace, desk: Desk) -> int:
    from vault.backups import present, put_back, state_of
    from vault.cli.places import state_for, store_for
    from vault.process import harden

    harden()
    store = store_for(args, desk)
    source = _source(args, store)
    with _unfit(source):
        data, header = read_copy(source)
    instead = present(store)
    desk.notes(*store.notes, *source.notes)
    asks = instead not in {None, data} and not args.yes
    if asks and desk.terminal() is None:
        raise UsageError(
            "There is no terminal to ask on whether you mean it.", "Say so with --yes."
        )
    with _unfit(source):
        password, count = opened_copy(data, source, args, desk, lambda vault: len(vault.keys))
    if data == instead:
        desk.note(f"{store.label} is the same as {source.label}. There is nothing to put back.")
        return 0
    keys, problem = (None, "") if instead is None else state_of(instead, password)
    if instead is not None and asks:
        desk.notes(
            _say_present(instead, header, keys, problem, desk),
            f"The copy {source.label} is sound: {say_copy(header, count, desk)}.",
        )
        _confirm(desk)
    kept = put_back(store, data, instead=instead, damaged=bool(problem), now=desk.clock())
    desk.note(f"{store.label} is {source.label} now: {say_copy(header, count, desk)}.")
    if kept is not None:
        desk.note(f"What was there is kept as {kept}.")
    if header.generation < state_for(desk).seen(header.vault_id):
        desk.note("This machine has seen a later save: keyfob says so until the vault is saved.")
    return 0


def _source(args: argparse.Namespace, store: FileStore) -> FileStore:
    """The copy that is meant.

    Raises:
        VaultMissingError: None was named and the vault has no backup.
        UsageError: It is the vault itself.
    """
    source = named_copy(args.source, store, hint="Name a copy with --from FILE.")
    if store.exists() and source.exists() and source.path.samefile(store.path):
        raise UsageError("--from names the vault itself.", "See: keyfob backup list")
    return source


def _unfit(source: FileStore) -> AbstractContextManager[None]:
    return judging(source, "cannot be put back", "Nothing was changed. See: keyfob backup list")


def _say_present(instead: bytes, copy: Header, keys: int | None, problem: str, desk: Desk) -> str:
    """What is going to be replaced."""
    from vault.sealing.header import read_header

    if problem:
        return problem
    if keys is None:
        return "The file in the vault's place may be sound: this password does not open it."
    header = read_header(instead)
    what = "sound" if header.vault_id == copy.vault_id else "another one, and sound"
    return f"The vault that is there is {what}: {say_copy(header, keys, desk)}."


def _confirm(desk: Desk) -> None:
    """Ask.

    Raises:
        NotConfirmedError: The answer was no.
    """
    from vault.cli.remove import NotConfirmedError
    from vault.cli.terminal import agrees

    terminal = desk.terminal()
    if terminal is None or not agrees(terminal, "Put the copy in its place?"):
        raise NotConfirmedError("Nothing was put back.")
