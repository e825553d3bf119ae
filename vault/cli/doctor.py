"""`keyfob doctor`: what is wrong, and what mends it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from vault.cli.parser import Parser, filled

if TYPE_CHECKING:  # only --help and completion go without the vault
    from vault.cli.desk import Desk
    from vault.doctor.finding import Finding
    from vault.lending import Lender

_EXAMPLE = """\
example:
  keyfob doctor --scan ~/src

It looks for keys that have expired or are due, rotations left half done, one secret in two keys,
keys that may more than they need, never end or are not used, at the vault's files and dates, and
at CIs that could publish without a key.
Exit status 0: nothing was found. 1: something was."""

_VERBS = {"rotate": "rotate", "edit": "edit", "remove": "remove", "places": "place list"}


def configure(parser: Parser) -> None:
    """Add the options of `doctor`."""
    parser.epilog = _EXAMPLE
    parser.add_argument(
        "--scan", metavar="DIR", type=filled, help="also look for the vault's secrets in files"
    )
    parser.add_argument("--json", action="store_true", help="an array of objects, for programs")


def run(args: argparse.Namespace, desk: Desk) -> int:
    """Print what is wrong; 1 if anything is."""
    from vault.cli.places import naming_backups, store_for
    from vault.cli.session import lent
    from vault.doctor.examine import examine, examine_store, in_order
    from vault.running.room import place_for_rooms, sweep

    sweep(place_for_rooms(desk.environ))  # what a `run` left that was killed needs no words
    store = store_for(args, desk)
    with naming_backups(store):
        around = examine_store(store, desk.clock())
    with lent(args, desk) as lender:
        found = [*examine(lender, desk.clock()), *around]
        if args.scan is not None:
            found += _lying(lender, args.scan)
        found = in_order(found)
    if args.json:
        import json

        desk.put(json.dumps([_json(one) for one in found], indent=2))
    else:
        _print(found, desk)
    return 1 if found else 0


def _lying(lender: Lender, directory: str) -> list[Finding]:
    from vault.doctor.files import examine_files
    from vault.errors import StorageError
    from vault.paths import expanded
    from vault.text import safe

    root = expanded(directory)
    if not root.exists():
        raise StorageError(f"There is no {safe(str(root), 200)} to look in.")
    return list(examine_files(lender, root))


def _json(one: Finding) -> dict[str, object]:
    return {
        "kind": str(one.kind),
        "key": one.key_name or None,
        "sentence": one.sentence,
        "fix": one.fix,
        "command": command_for(one),
        "page": one.page or None,
    }


def _print(found: list[Finding], desk: Desk) -> None:
    from vault.text import safe

    for one in found:
        desk.put(safe(f"! {one.sentence}"))
        how = command_for(one) or one.page
        desk.put(safe(f"  {one.fix}" + (f"  ({how})" if how else "")))
    desk.put(f"{_count(len(found))} found." if found else "Nothing is wrong.")


def command_for(one: Finding) -> str | None:
    """The command that mends a finding, or None if keyfob has none."""
    import shlex

    verb = _VERBS.get(str(one.mend))
    return f"keyfob {verb} {shlex.quote(one.key_name)}" if verb and one.key_name else None


def _count(number: int) -> str:
    return "One thing was" if number == 1 else f"{number:,} things were"
