"""The calendar that `keyfob check --ics` writes."""

from __future__ import annotations

import argparse
from datetime import timedelta
from pathlib import Path

from vault.cli.desk import Desk
from vault.cli.places import naming_backups, state_for, store_for
from vault.due import report
from vault.errors import ValueRefusedError
from vault.keys.duration import MAX_DURATION
from vault.reminders.files import read_file, replace_file
from vault.reminders.ics import Event, calendar, named_events, nameless_events
from vault.sealing.header import Header, read_header
from vault.text import safe

_BEGINNING = b"BEGIN:VCALENDAR"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def write_calendar(args: argparse.Namespace, desk: Desk, within: timedelta | None) -> None:
    """Write the calendar where `--ics` says.

    Args:
        args: Name the vault, the file, and whether to name the keys.
        desk: Takes the calendar for `-`.
        within: How long before its end each key's alarm comes.

    Raises:
        ValueRefusedError: The file is there and no calendar.
        VaultError: The vault cannot be read or opened, or the file not written.
    """
    path = None if args.ics == "-" else _target(args.ics)
    store = store_for(args, desk)
    with naming_backups(store):
        header = read_header(store.read())
    events = _named(args, desk, within) if args.names else _nameless(args, desk, header, within)
    data = calendar(events, sequence=header.generation, now=desk.clock())
    if path is None:
        _put(data, desk)
        return
    replace_file(path, data)
    what = "1 event" if len(events) == 1 else f"{len(events):,} events"
    desk.note(f"Wrote {safe(str(path))}: {what}.")


def _named(args: argparse.Namespace, desk: Desk, within: timedelta | None) -> list[Event]:
    from vault.cli.session import lent

    with lent(args, desk) as vault:
        return named_events(vault.keys, within)


def _nameless(
    args: argparse.Namespace, desk: Desk, header: Header, within: timedelta | None
) -> list[Event]:
    found = report(store_for(args, desk), state_for(desk), desk.clock(), within=MAX_DURATION)
    desk.notes(found.note)
    if not found.total:
        desk.note("There are no keys, or none that this vault tells of without the password.")
    return nameless_events(header.vault_id, found.rows, within)


def _target(text: str) -> Path:
    """The file to write.

    Raises:
        ValueRefusedError: It is there and no calendar: somebody would miss it.
        StorageError: It cannot be read.
    """
    from vault.paths import expanded

    path = expanded(text).absolute()
    there = read_file(path)
    if there and not there.removeprefix(_BYTE_ORDER_MARK).startswith(_BEGINNING):
        raise ValueRefusedError(
            f"{safe(str(path))} is no calendar, so it was left as it is.", "Choose another name."
        )
    return path


def _put(data: bytes, desk: Desk) -> None:
    """The calendar on stdout as it is: its line ends are no concern of the platform."""
    stream = getattr(desk.stdout, "buffer", None)
    if stream is None:
        desk.stdout.write(data.decode())
        return
    desk.stdout.flush()
    stream.write(data)
