"""`keyfob import`: take in keys that lie in other programs' files."""  # noqa: N999 - a verb's module has its name

from __future__ import annotations

import argparse
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from vault.cli.choices import add_choices
from vault.cli.names import completes, registries
from vault.cli.parser import Parser, UsageError, filled

if TYPE_CHECKING:  # only --help and completion go without them
    from vault.cli.desk import Desk
    from vault.cli.hauls import Row
    from vault.moving.sources import Haul

ENVIRONMENT = "environment"
KINDS = (
    "nuget",
    "npmrc",
    "pypirc",
    "cargo",
    "gem",
    "gh",
    "glab",
    "netrc",
    "bitwarden",
    "1password",
    "keepass",
    "csv",
    "keyfob",
    ENVIRONMENT,
)

_EXAMPLE = """\
examples:
  keyfob import
  keyfob import ~/.nuget/NuGet/NuGet.Config
  keyfob import --from environment --dry-run
  keyfob import export.csv --yes --owner contoso --scope push --glob 'Contoso.*'

Without a FILE it lists what lies in the usual places, and takes nothing. With one it asks for what
neither the key nor the file says. The original stays: the line that may go is shown, its secret
hidden. A key that is in the vault already is not taken again.
Exit status 1: a key of a FILE is not in the vault afterwards, or the FILE holds none."""


def configure(parser: Parser) -> None:
    """Add the arguments of `import`."""
    parser.epilog = _EXAMPLE
    parser.add_argument(
        "files", metavar="FILE", nargs="*", type=filled, help="a configuration, or an export"
    )
    parser.add_argument(
        "--from", dest="kind", metavar="KIND", choices=KINDS, help=f"what it is: {', '.join(KINDS)}"
    )
    parser.add_argument("--dry-run", action="store_true", help="only show what would be taken")
    parser.add_argument(
        "--yes", action="store_true", help="do not ask; leave out what would need a guess"
    )
    parser.add_argument("--json", action="store_true", help="an array of objects, for programs")
    completes(
        parser.add_argument(
            "--registry", metavar="ID", help="whose keys they are, where nothing says so"
        ),
        registries,
    )
    add_choices(parser, required=False)
    parser.add_argument("--created", metavar="DATE", help="when they were made")


def run(args: argparse.Namespace, desk: Desk) -> int:
    """List or take in what was found; 1 if something stayed outside.

    Raises:
        UsageError: The options do not go together.
    """
    from vault.cli.hauls import print_rows

    listing = not args.files and args.kind != ENVIRONMENT
    if args.files and args.kind == ENVIRONMENT:
        raise UsageError("The environment is no FILE.")
    if listing and (args.yes or args.kind):
        raise UsageError("Name the FILE to import.", "keyfob import alone lists the usual ones.")
    hauls = _standard(desk) if listing else _named(args, desk)
    rows = _listed(hauls, args, desk) if listing or args.dry_run else _taken(hauls, args, desk)
    for haul in hauls:
        for found in haul.found:
            found.secret.wipe()
    print_rows(rows, hauls, args, desk)
    _advise(hauls, rows, desk, listing=listing)
    if listing or args.dry_run:
        return 0
    return 0 if rows and all(row.key for row in rows) else 1


def _named(args: argparse.Namespace, desk: Desk) -> list[Haul]:
    """What the files that were named hold.

    Raises:
        StorageError: One is not there.
        ValueRefusedError: A name does not say what the file is.
    """
    from vault.errors import StorageError
    from vault.moving.sources import kind_of, read_environment, read_file
    from vault.paths import expanded
    from vault.text import safe

    if not args.files:
        return [read_environment(desk.environ)]
    paths = [expanded(file) for file in args.files]
    for path in paths:
        if not path.exists():
            raise StorageError(f"There is no file {safe(str(path), 200)}.")
    kinds = [args.kind or kind_of(path) for path in paths]
    return [read_file(path, kind) for path, kind in zip(paths, kinds, strict=True)]


def _standard(desk: Desk) -> list[Haul]:
    from vault.moving.sources import read_environment, read_file, standard_places

    places = standard_places(Path.cwd(), desk.environ)
    return [*(read_file(path, kind) for path, kind in places), read_environment(desk.environ)]


def _listed(hauls: list[Haul], args: argparse.Namespace, desk: Desk) -> list[Row]:
    """A row for each key, with the vault's own name of it where the vault opens quietly."""
    from vault.cli.hauls import Row
    from vault.cli.quietly import holder, quiet_holders
    from vault.moving.proposal import identify

    with ExitStack() as stack:
        found = [(haul, one) for haul in hauls for one in haul.found]
        holders = quiet_holders(args, desk, stack) if found else None
        rows = []
        for haul, one in found:
            identity = identify(one)
            key = holder(holders, one.secret, identity.recognition.format)
            rows.append(Row(haul, one, identity, key, "in the vault" if key else "new"))
        return rows


def _taken(hauls: list[Haul], args: argparse.Namespace, desk: Desk) -> list[Row]:
    """A row for each key, after it was taken in or left out."""
    from vault.cli.session import opened
    from vault.cli.taking import Taker

    total = sum(len(haul.found) for haul in hauls)
    rows: list[Row] = []
    try:
        if total:
            with opened(args, desk) as vault:
                Taker(vault, args, desk).take_all(hauls, rows)
    except KeyboardInterrupt:
        added = sum(row.state == "added" for row in rows)
        desk.note(f"Stopped: {added} of {total} taken in. Import again for the others.")
        raise
    return rows


def _advise(hauls: list[Haul], rows: list[Row], desk: Desk, *, listing: bool) -> None:
    from shlex import quote

    from vault.moving.sources import EXPORTS

    if not rows:
        desk.note("No key was found.")
    for haul in hauls:
        if haul.kind in EXPORTS and haul.found:
            desk.note(f"{haul.where} holds passwords in clear text: delete it when you are done.")
        if listing and haul.found:
            what = "--from environment" if haul.kind == ENVIRONMENT else quote(haul.where)
            desk.note(f"Take in with: keyfob import {what}")
