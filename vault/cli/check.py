"""`keyfob check`: what expires soon, without the password and in milliseconds.

Reads the vault's header and this machine's index of names. Imports no cryptography.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from vault.cli.parser import Parser
from vault.cli.places import naming_backups, state_for, store_for
from vault.due import Due, Report, report

if TYPE_CHECKING:
    from vault.cli.desk import Desk

_EXAMPLE = """\
example, for a shell's start file:
  keyfob check --within 10d

Exit status 0: nothing is due. 1: a key has expired or is due."""


_NAME = 1  # the column that may be cut


def configure(parser: Parser) -> None:
    """Add the options of `check`."""
    parser.epilog = _EXAMPLE
    parser.add_argument(
        "--within",
        metavar="TIME",
        help="what ends within this time is due, such as 10d, 12h or 2w (else the last third of "
        "a key's life, ten days at most)",
    )
    parser.add_argument("--json", action="store_true", help="an array of objects, for programs")
    parser.add_argument("--quiet", action="store_true", help="print nothing; the status tells")


def run(args: argparse.Namespace, desk: Desk) -> int:
    """Print what is due; 1 if anything is."""
    from vault.keys.duration import parse_duration

    within = None if args.within is None else parse_duration(args.within)
    store, state = store_for(args, desk), state_for(desk)
    with naming_backups(store):
        found = report(store, state, desk.clock(), within=within)
    if not args.quiet:
        desk.notes(*store.notes, *state.notes, found.note)
        if args.json:
            import json

            rows = [_row_json(due, desk) for due in found.rows]
            desk.put(json.dumps(rows, indent=2))
        else:
            _print(found, desk)
    return 1 if found.expired or found.due else 0


def _print(found: Report, desk: Desk) -> None:
    if found.rows:
        _print_rows(found, desk)
    desk.put(_summary(found))


def _print_rows(found: Report, desk: Desk) -> None:
    from vault.cli.table import GAP, lay_out
    from vault.cli.words import paint, say_end, say_state
    from vault.text import safe

    rows = [
        [
            say_state(due.state),
            safe(due.name) if due.name else _count(due.count, "key"),
            safe(due.registry),
            say_end(due.lifetime, desk),
        ]
        for due in found.rows
    ]
    lines = lay_out(rows, narrows=[_NAME], width=desk.width)
    for due, cells in zip(found.rows, lines, strict=True):
        told = [cell for cell in cells[1:] if cell]
        desk.put((" " * GAP).join([paint(cells[0], due.state, desk), *told]))


def _summary(found: Report) -> str:
    if not found.total:
        return "No keys, or none that this vault tells of without the password."
    parts = []
    if found.expired:
        parts.append(f"{found.expired} expired")
    if found.due:
        parts.append(f"{found.due} due soon")
    return f"{', '.join(parts) or 'Nothing is due'}; {_count(found.total, 'key')} in all."


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _row_json(due: Due, desk: Desk) -> dict[str, object]:
    from vault.cli.words import days_left
    from vault.sealing.encoding import format_time

    life = due.lifetime
    return {
        "name": due.name or None,
        "registry": due.registry or None,
        "created": format_time(life.created),
        "expires": None if life.expires is None else format_time(life.expires),
        "state": str(due.state),
        "days_left": days_left(life, desk.clock()),
        "count": due.count,
    }
