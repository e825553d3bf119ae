"""`keyfob scan`: which keys lie in files."""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from typing import TYPE_CHECKING

from vault.cli.parser import Parser, filled

if TYPE_CHECKING:  # only --help and completion go without them
    from vault.cli.desk import Desk
    from vault.keys.key import Key
    from vault.scanning.reading import Hit

_EXAMPLE = """\
examples:
  keyfob scan
  keyfob scan ~/src --no-ignore
  keyfob scan --json . | jq -r '.[].file'

Keys are known by their formats; where a format has a checksum, what fails it is no hit. A key that
is nothing but hex digits, or a GUID, looks like much else and is not found. No key is ever shown.
If the vault is unlocked, each hit says which key of the vault it is.
Exit status 0: nothing was found. 1: a key lies in a file."""


def configure(parser: Parser) -> None:
    """Add the arguments of `scan`."""
    parser.epilog = _EXAMPLE
    parser.add_argument(
        "directory",
        metavar="DIR",
        nargs="?",
        default=".",
        type=filled,
        help="a directory or a file (else the one you are in)",
    )
    parser.add_argument(
        "--no-ignore",
        action="store_true",
        help="also what .gitignore leaves out, and git's own directories",
    )
    parser.add_argument(
        "--no-vault", action="store_true", help="do not look which key of the vault it is"
    )
    parser.add_argument("--json", action="store_true", help="an array of objects, for programs")


def run(args: argparse.Namespace, desk: Desk) -> int:
    """Print where keys lie; 1 if any does.

    Raises:
        StorageError: There is no such directory.
    """
    import json

    from vault.cli.quietly import holder, quiet_holders
    from vault.errors import StorageError
    from vault.paths import expanded
    from vault.scanning.scan import Tally, scan
    from vault.text import safe

    root = expanded(args.directory)
    if not root.exists():
        raise StorageError(f"There is no file or directory {safe(str(root), 200)}.")
    tally = Tally()
    files: set[str] = set()
    found: list[dict[str, object]] = []
    with ExitStack() as stack:
        holders = None
        for hit in scan(root, ignored=args.no_ignore, tally=tally):
            if not files and not args.no_vault:
                holders = quiet_holders(args, desk, stack)
            with hit.secret:
                key = holder(holders, hit.secret, hit.recognition.format)
            files.add(hit.path)
            found.append(_json(hit, key))
            if not args.json:
                desk.put(_line(hit, key))
    if args.json:
        desk.put(json.dumps(found, indent=2))
    desk.notes(_told(len(found), len(files), tally.files), _unread(tally.unread))
    return 1 if found else 0


def _line(hit: Hit, key: Key | None) -> str:
    from vault.text import safe

    where = safe(hit.path) + (f":{hit.line}" if hit.line else "")
    own = f", in the vault as {safe(key.name)}" if key else ""
    return f"{where}: {hit.recognition.what} ({safe(hit.recognition.registry or '')}){own}"


def _json(hit: Hit, key: Key | None) -> dict[str, object]:
    return {
        "file": hit.path,
        "line": hit.line,
        "format": hit.recognition.format,
        "registry": hit.recognition.registry,
        "key": None if key is None else key.name,
        "fingerprint": None if key is None else key.fingerprint,
    }


def _told(keys: int, files: int, read: int) -> str:
    if not keys:
        return f"No key lies in {_counted(read, 'file')}."
    return f"{_counted(keys, 'key')} in {files:,} of {_counted(read, 'file')}."


def _unread(count: int) -> str:
    return (
        f"{_counted(count, 'file or directory', 'files or directories')} could not be read."
        if count
        else ""
    )


def _counted(count: int, one: str, more: str = "") -> str:
    return f"{count:,} {one if count == 1 else more or f'{one}s'}"
