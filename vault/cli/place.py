"""`keyfob place`: where keys are installed, so that none of these places is forgotten."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from vault.cli.names import completes, key_names
from vault.cli.parser import Parser, UsageError, filled
from vault.keys.place import PLACE_KINDS

if TYPE_CHECKING:  # only --help and completion go without the vault
    from vault.cli.desk import Desk
    from vault.keys.key import Key
    from vault.keys.place import Place
    from vault.vault import Vault

_EXAMPLE = """\
examples:
  keyfob place add ci --kind ci-secret --where 'GitHub contoso/core NUGET_KEY' \\
      --command 'gh secret set NUGET_KEY --repo contoso/core'
  keyfob place add ci --kind person --where Ada
  keyfob place list
  keyfob place confirm ci ada

A command is run by keyfob rotate only, after you agreed, in your home directory and without a
shell; it gets the secret on its stdin. A place is behind until it is confirmed, or waived because
it needs the key no more. The beginning of WHERE will do if only one begins so."""

_HEAD = ("STATE", "KEY", "KIND", "PLACE", "SINCE")
_DEEDS = {"remove": "Removed", "confirm": "Confirmed", "waive": "Waived"}


def configure(parser: Parser) -> None:
    """Add the arguments of `place`."""
    parser.epilog = _EXAMPLE
    parser.add_argument(
        "what",
        metavar="WHAT",
        choices=["add", "list", *_DEEDS],
        help="add, list, remove, confirm (it has the present secret), waive (it needs none)",
    )
    completes(parser.add_argument("name", metavar="KEY", nargs="?", help="the key"), key_names)
    parser.add_argument("at", metavar="WHERE", nargs="?", help="remove, confirm, waive: the place")
    add = parser.add_argument_group("add")
    add.add_argument("--kind", choices=PLACE_KINDS, help="what sort of place it is")
    add.add_argument("--where", metavar="TEXT", type=filled, help="what to call it; a URL opens")
    add.add_argument(
        "--command", metavar="COMMAND", help="installs the secret there, reading it from stdin"
    )
    add.add_argument("--confirmed", action="store_true", help="the present secret is there already")
    parser.add_argument("--json", action="store_true", help="list: an array of objects")


def run(args: argparse.Namespace, desk: Desk) -> int:
    """List the places of keys, or change one.

    Raises:
        UsageError: The options do not go together.
        ValueRefusedError: A new place is refused, before a password is asked for.
    """
    _check(args)
    if args.what == "list":
        return _list(args, desk)
    from vault.cli.session import opened
    from vault.keys.place import new_place

    adding = args.what == "add"
    place = new_place(args.kind, args.where, args.command or "") if adding else None
    with opened(args, desk) as vault:
        key = vault.find(args.name)
        if place is None:
            _change(vault, key, args, desk)
        else:
            _add(vault, key, place, args, desk)
    return 0


def _check(args: argparse.Namespace) -> None:
    given = [name for name in ("kind", "where", "command") if getattr(args, name) is not None]
    if args.what != "add" and (given or args.confirmed):
        raise UsageError(
            "--kind, --where, --command and --confirmed belong to: keyfob place add", _form(args)
        )
    if args.what != "list" and args.json:
        raise UsageError("--json belongs to: keyfob place list")
    if args.what in {"add", "list"} and args.at is not None:
        raise UsageError("That is one argument too many.", _form(args))
    if args.what == "add" and not (args.name and args.kind and args.where):
        raise UsageError(
            "A new place needs KEY, --kind and --where.",
            f"Kinds: {', '.join(PLACE_KINDS)}.",
        )
    if args.what in _DEEDS and not args.at:
        raise UsageError(
            "Name the key and its place.", f"{_form(args)} (keyfob place list shows both)"
        )


def _form(args: argparse.Namespace) -> str:
    """How to write what was meant, as far as was typed."""
    from shlex import quote

    from vault.text import safe

    key, where = (quote(safe(text)) if text else "" for text in (args.name, args.at or args.where))
    line = f"keyfob place {args.what}"
    if args.what == "list":
        return f"Write: {line} [KEY]"
    if args.what == "add":
        return f"Write: {line} {key or 'KEY'} --kind KIND --where {where or 'WHERE'}"
    return f"Write: {line} {key or 'KEY'} {where or 'WHERE'}"


def _add(vault: Vault, key: Key, place: Place, args: argparse.Namespace, desk: Desk) -> None:
    from shlex import quote

    from vault.cli.guiding import going_on

    vault.add_place(key.id, place)
    if args.confirmed:
        vault.confirm_place(key.id, place.where, revision=key.revision)
    desk.note(f"Added to {key.name}: {place.where}.")
    if not args.confirmed:
        confirm = f"keyfob place confirm {quote(key.name)} {quote(place.where)}"
        desk.note("Not confirmed yet.")
        desk.note(f"If the present secret is there already: {confirm}")
        desk.note(f"To install it: {going_on(key)}")


def _change(vault: Vault, key: Key, args: argparse.Namespace, desk: Desk) -> None:
    from vault.keys.place import find_place

    where = find_place(key.places, args.at, prefix=True).where
    if args.what == "remove":
        vault.remove_place(key.id, where)
    elif args.what == "confirm":
        vault.confirm_place(key.id, where, revision=key.revision)
    else:
        vault.waive_place(key.id, where, revision=key.revision)
    desk.note(f"{_DEEDS[args.what]}: {where}, for {key.name}.")


def _list(args: argparse.Namespace, desk: Desk) -> int:
    from vault.cli.describe import place_json
    from vault.cli.session import lent

    with lent(args, desk) as vault:
        keys = vault.keys if args.name is None else [vault.find(args.name, prefix=True)]
    rows = [(key, place) for key in keys for place in key.places]
    if args.json:
        import json

        found: list[dict[str, Any]] = [
            {"key": key.name, **place_json(place, key)} for key, place in rows
        ]
        desk.put(json.dumps(found, indent=2))
    elif rows:
        _print(rows, desk)
    else:
        desk.note("No place is known. Add one with: keyfob place add --help")
    return 0


def _print(rows: list[tuple[Key, Place]], desk: Desk) -> None:
    from vault.cli.describe import say_standing
    from vault.cli.table import GAP, lay_out
    from vault.cli.words import say_day
    from vault.text import safe

    cells = [
        [
            say_standing(place, key),
            safe(key.name),
            safe(place.kind),
            safe(place.where),
            "" if place.settled is None else say_day(place.settled, desk),
        ]
        for key, place in rows
    ]
    narrows = (_HEAD.index("KEY"), _HEAD.index("PLACE"))
    for line in lay_out([list(_HEAD), *cells], narrows=narrows, width=desk.width):
        desk.put((" " * GAP).join(line).rstrip())
