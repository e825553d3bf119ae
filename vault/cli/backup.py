"""`keyfob backup`: the copies of a vault, and putting one back in its place."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from vault.cli.parser import Parser, UsageError, filled
from vault.errors import DamagedError, NewerFormatError, VaultError

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
  keyfob backup restore
  keyfob backup restore --from /media/stick/keys.keyfob

list tells what each file says of itself; only restore, which takes the password, verifies one.
restore keeps what was in the vault's place under a name that ends in damaged- or replaced- and
the time. Exit status 1: list found no copy that can be read, or restore was told no."""


def configure(parser: Parser) -> None:
    """Add the arguments of `backup`."""
    parser.epilog = _EXAMPLE
    parser.add_argument("what", metavar="WHAT", choices=["list", "restore"], help="list or restore")
    parser.add_argument("files", metavar="FILE", nargs="*", type=filled, help="list: more copies")
    parser.add_argument("--json", action="store_true", help="list: an array of objects")
    parser.add_argument(
        "--from",
        metavar="FILE",
        dest="source",
        type=filled,
        help="restore: the copy to put back (else the vault's own backup)",
    )
    parser.add_argument("--yes", action="store_true", help="restore: do not ask")


def run(args: argparse.Namespace, desk: Desk) -> int:
    """List the copies, or put one back.

    Raises:
        UsageError: An option belongs to the other of the two.
    """
    if args.what == "list":
        if args.source is not None or args.yes:
            raise UsageError("--from and --yes belong to: keyfob backup restore")
        return _list(args, desk)
    if args.files or args.json:
        raise UsageError("restore takes its copy from --from FILE.", "See: keyfob backup --help")
    return _restore(args, desk)


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
    data, header = _read(source)
    instead = present(store)
    desk.notes(*store.notes, *source.notes)
    asks = instead not in {None, data} and not args.yes
    if asks and desk.terminal() is None:
        raise UsageError(
            "There is no terminal to ask on whether you mean it.", "Say so with --yes."
        )
    password, count = _verify(data, source, args, desk)
    if data == instead:
        desk.note(f"{store.label} is the same as {source.label}. There is nothing to put back.")
        return 0
    keys, problem = (None, "") if instead is None else state_of(instead, password)
    if instead is not None and asks:
        desk.notes(
            _say_present(instead, header, keys, problem, desk),
            f"The copy {source.label} is sound: {_say(header, count, desk)}.",
        )
        _confirm(desk)
    kept = put_back(store, data, instead=instead, damaged=bool(problem), now=desk.clock())
    desk.note(f"{store.label} is {source.label} now: {_say(header, count, desk)}.")
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
    from vault.errors import VaultMissingError
    from vault.paths import expanded
    from vault.store.file import FileStore

    if args.source is None:
        found = store.backups()
        if not found:
            raise VaultMissingError(
                f"There is no backup of {store.label}.", "Name a copy with --from FILE."
            )
        return FileStore(found[0])
    path = expanded(args.source)
    if store.exists() and path.exists() and path.samefile(store.path):
        raise UsageError("--from names the vault itself.", "See: keyfob backup list")
    return FileStore(path)


def _read(source: FileStore) -> tuple[bytes, Header]:
    from vault.errors import VaultMissingError
    from vault.sealing.header import read_header

    try:
        data = source.read()
    except VaultMissingError:
        raise VaultMissingError(f"There is no copy at {source.label}.") from None
    try:
        return data, read_header(data)
    except (DamagedError, NewerFormatError) as error:
        raise _unfit(source, error) from None


def _unfit(source: FileStore, error: VaultError) -> VaultError:
    message = f"{source.label} cannot be put back. {error.message}"
    return type(error)(message, "Nothing was changed. See: keyfob backup list")


def _verify(
    data: bytes, source: FileStore, args: argparse.Namespace, desk: Desk
) -> tuple[str, int]:
    """A password or recovery code that opens all of this copy, and how many keys it holds."""
    from vault.backups import verified
    from vault.cli.passwords import given_password
    from vault.cli.session import until_right

    def attempt(password: str) -> tuple[str, int]:
        vault = verified(data, password)
        count = len(vault.keys)
        vault.lock()
        return password, count

    given = given_password(desk, getattr(args, "password_file", None))
    try:
        return until_right(desk, f"Password of {source.label}: ", given, attempt)
    except (DamagedError, NewerFormatError) as error:
        raise _unfit(source, error) from None


def _say_present(instead: bytes, copy: Header, keys: int | None, problem: str, desk: Desk) -> str:
    """What is going to be replaced."""
    from vault.sealing.header import read_header

    if problem:
        return problem
    if keys is None:
        return "The file in the vault's place may be sound: this password does not open it."
    header = read_header(instead)
    what = "sound" if header.vault_id == copy.vault_id else "another one, and sound"
    return f"The vault that is there is {what}: {_say(header, keys, desk)}."


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


def _say(header: Header, keys: int, desk: Desk) -> str:
    from vault.cli.words import say_time

    what = "key" if keys == 1 else "keys"
    return f"save {header.generation:,} of {say_time(header.saved, desk)}, {keys:,} {what}"
