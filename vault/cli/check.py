"""`keyfob check`: what expires soon, without the password and in milliseconds.

Reads the vault's header and this machine's index of names. Imports no cryptography.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from vault.cli.parser import Parser, UsageError, filled
from vault.cli.places import naming_backups, state_for, store_for
from vault.due import Due, Report, report

if TYPE_CHECKING:
    from vault.cli.desk import Desk

FORMATS = ("text", "json", "prompt", "github")

_EXAMPLE = """\
examples:
  keyfob check --within 10d          in a shell's start file
  keyfob check --format prompt       in its prompt: how many keys need attention, or nothing
  keyfob check --format github       in a workflow of GitHub Actions: annotations
  keyfob check --ics keys.ics        for a calendar: an event and an alarm for each key

Exit status 0: nothing is due. 1: a key has expired or is due, whatever the format.

The calendar names no key, but the registries where this machine knows them. With --names it does,
and the vault has to be unlocked. Importing it again moves the events; choose one of the two. What
stands there of removed keys stays, so give it a calendar of its own, to be emptied before."""


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
    parser.add_argument("--format", choices=FORMATS, help="text, json, prompt or github")
    parser.add_argument("--json", action="store_true", help="the same as --format json")
    parser.add_argument("--ascii", action="store_true", help="prompt: nothing but ASCII")
    parser.add_argument("--quiet", action="store_true", help="print nothing; the status tells")
    parser.add_argument(
        "--ics",
        metavar="FILE",
        type=filled,
        help="write a calendar of all ends to this file instead; - is stdout",
    )
    parser.add_argument("--names", action="store_true", help="--ics: name the keys; unlocks")


def run(args: argparse.Namespace, desk: Desk) -> int:
    """Print what is due; 1 if anything is.

    Raises:
        UsageError: The options do not go together.
    """
    from vault.keys.duration import parse_duration

    form = _form(args)
    within = None if args.within is None else parse_duration(args.within)
    if args.ics is not None:
        from vault.cli.calendar_file import write_calendar

        write_calendar(args, desk, within)
    store, state = store_for(args, desk), state_for(desk)
    with naming_backups(store):
        found = report(store, state, desk.clock(), within=within)
    if not args.quiet and args.ics is None:
        if form != "prompt":  # beside a prompt, a note would come with each of them
            desk.notes(*store.notes, *state.notes, found.note)
        _PRINTERS[form](found, args, desk)
    return 1 if found.expired or found.due else 0


def _form(args: argparse.Namespace) -> str:
    """Which of `FORMATS` is wanted.

    Raises:
        UsageError: The options do not go together.
    """
    form = str(args.format or ("json" if args.json else "text"))
    if args.json and form != "json":
        raise UsageError(f"--json and --format {form} do not go together.")
    if args.ics is not None and (args.format or args.json or args.quiet):
        raise UsageError("--ics is a format of its own.", "Leave --format, --json and --quiet out.")
    if args.names and args.ics is None:
        raise UsageError("--names belongs to --ics; what is due is named without.")
    if args.ascii and form != "prompt":
        raise UsageError("--ascii belongs to --format prompt.")
    return form


def _print_json(found: Report, _: argparse.Namespace, desk: Desk) -> None:
    import json

    desk.put(json.dumps([_row_json(due, desk) for due in found.rows], indent=2))


def _print_prompt(found: Report, args: argparse.Namespace, desk: Desk) -> None:
    from vault.reminders.prompt import segment, shows_only_ascii

    ascii_only = args.ascii or shows_only_ascii(desk.environ)
    if text := segment(found.expired + found.due, ascii_only=ascii_only):
        desk.put(text)


def _print_github(found: Report, _: argparse.Namespace, desk: Desk) -> None:
    from vault.cli.words import say_end
    from vault.reminders.github import annotation

    for due in found.rows:
        desk.put(annotation(due, say_end(due.lifetime, desk)))
    desk.put(_summary(found))


def _print(found: Report, _: argparse.Namespace, desk: Desk) -> None:
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
            safe(due.name) if due.name else _count(due.keys, "key"),
            safe(due.registry),
            say_end(due.lifetime, desk),
        ]
        for due in found.rows
    ]
    lines = lay_out(rows, narrows=[_NAME], width=desk.width)
    for due, cells in zip(found.rows, lines, strict=True):
        told = [cell for cell in cells[1:] if cell]
        desk.put((" " * GAP).join([paint(cells[0], due.state, desk), *told]))


_PRINTERS = {
    "text": _print,
    "json": _print_json,
    "prompt": _print_prompt,
    "github": _print_github,
}


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
        "count": due.keys,
    }
