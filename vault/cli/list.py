"""`keyfob list`: what is there, the most urgent first."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from vault.cli.names import completes, registries
from vault.cli.parser import Parser
from vault.keys.lifetime import State

if TYPE_CHECKING:  # only --help and completion go without the vault
    from vault.cli.desk import Desk
    from vault.keys.key import Key

_EXAMPLE = """\
example:
  keyfob list --registry nuget.org --state expired --state urgent"""


_HEAD = ("STATE", "NAME", "REGISTRY", "SCOPE", "PACKAGES", "EXPIRES")
_NAMED = 5
_NARROWS = tuple(_HEAD.index(title) for title in ("NAME", "SCOPE", "PACKAGES"))


def configure(parser: Parser) -> None:
    """Add the options of `list`."""
    parser.epilog = _EXAMPLE
    completes(
        parser.add_argument("--registry", metavar="ID", help="only keys of this registry"),
        registries,
    )
    parser.add_argument("--owner", metavar="NAME", help="only keys of this owner")
    parser.add_argument(
        "--state",
        action="append",
        choices=[str(state) for state in State],
        help="only keys in this state; may be repeated",
    )
    parser.add_argument("--json", action="store_true", help="an array of objects, for programs")


def run(args: argparse.Namespace, desk: Desk) -> int:
    """Print the keys that fit the filters."""
    from vault.cli.describe import by_urgency, key_json
    from vault.cli.session import lent

    now = desk.clock()
    with lent(args, desk) as vault:
        every = vault.keys
    keys = [key for key in by_urgency(every, now) if _fits(key, args, str(key.lifetime.state(now)))]
    if args.json:
        import json

        desk.put(json.dumps([key_json(key, now) for key in keys], indent=2))
    elif keys:
        _print(keys, desk)
        _note_half_done(keys, desk)
    else:
        desk.note(
            "No key fits." if every else "The vault is empty. Create a key with: keyfob new --help"
        )
    return 0


def _note_half_done(keys: list[Key], desk: Desk) -> None:
    """One line about rotations that were left half done."""
    from vault.rotation.pending import half_done

    names = [key.name for key in half_done(keys)]
    if names:
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        desk.note(
            f"Not every place has its present secret, or an old one still works: "
            f"{', '.join(names[:_NAMED])}{more}. Go on with: keyfob rotate --continue"
        )


def _fits(key: Key, args: argparse.Namespace, state: str) -> bool:
    return (
        (args.registry is None or key.registry.casefold() == args.registry.casefold())
        and (args.owner is None or key.owner.casefold() == args.owner.casefold())
        and (not args.state or state in args.state)
    )


def _print(keys: list[Key], desk: Desk) -> None:
    from vault.cli.describe import say_packages, say_scope
    from vault.cli.table import GAP, lay_out
    from vault.cli.words import paint, say_end, say_state
    from vault.text import safe

    states = [key.lifetime.state(desk.clock()) for key in keys]
    rows = [
        [
            say_state(state),
            safe(key.name),
            safe(key.registry),
            say_scope(key),
            say_packages(key),
            say_end(key.lifetime, desk),
        ]
        for key, state in zip(keys, states, strict=True)
    ]
    head, *lines = lay_out([_HEAD, *rows], narrows=_NARROWS, width=desk.width)
    gap = " " * GAP
    desk.put(gap.join(head))
    for state, cells in zip(states, lines, strict=True):
        desk.put(gap.join([paint(cells[0], state, desk), *cells[1:]]))
