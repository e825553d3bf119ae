"""`keyfob backup`: the copies of a vault, and putting one back in its place."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from vault.cli.copies import judging, named_copy, opened_copy, read_copy, say_copy
from vault.cli.parser import Parser, UsageError, add_shared, filled

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


def configure(parser: Parser) -> None:
    """Add the arguments of `backup`."""
    parser.epilog = _EXAMPLE
    table = parser.add_subparsers(title="what", metavar="WHAT", dest="what", required=True)
    for what, (about, add) in _WORDS.items():
        of_word = table.add_parser(
            what, help=about, description=f"{about[0].upper()}{about[1:]}.", epilog=_EXAMPLE
        )
        add_shared(of_word)
        add(of_word)


def _add_list(parser: Parser) -> None:
    parser.add_argument("files", metavar="FILE", nargs="*", type=filled, help="more copies")
    parser.add_argument("--json", action="store_true", help="an array of objects")


def _add_check(parser: Parser) -> None:
    parser.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        type=filled,
        help="the copy (else the vault's own backup)",
    )
    parser.add_argument("--json", action="store_true", help="an object")


def _add_create(parser: Parser) -> None:
    parser.add_argument("file", metavar="FILE", type=filled, help="what to write")
    parser.add_argument("--force", action="store_true", help="replace FILE if it is there")


def _add_restore(parser: Parser) -> None:
    parser.add_argument(
        "--from",
        metavar="FILE",
        dest="source",
        type=filled,
        help="the copy to put back (else the vault's own backup)",
    )
    parser.add_argument("--yes", action="store_true", help="do not ask")


_WORDS: dict[str, tuple[str, Callable[[Parser], None]]] = {
    "list": ("tell what the vault and its copies say of themselves", _add_list),
    "check": ("open a copy, and every secret in it", _add_check),
    "create": ("make a copy, once all of the vault was opened", _add_create),
    "restore": ("put a copy in the vault's place", _add_restore),
}


def run(args: argparse.Namespace, desk: Desk) -> int:
    """List the copies, check, make, or put one back."""
    if args.what == "list":
        return _list(args, desk)
    if args.what == "restore":
        return _restore(args, desk)
    from vault.cli import backup_check

    act = backup_check.check if args.what == "check" else backup_check.create
    return act(args, desk)


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
    desk.note(f"Put {source.label} back as {store.label}: {say_copy(header, count, desk)}.")
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
