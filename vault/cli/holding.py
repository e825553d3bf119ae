"""How long an agent holds a vault open: `--for`, else the setting."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING

from vault.errors import ValueRefusedError
from vault.keys.duration import parse_duration

if TYPE_CHECKING:
    from vault.cli.desk import Desk
    from vault.cli.parser import Parser

SHORTEST, LONGEST = 60, 86_400
"""Seconds; the setting `unlock_for` has the same bounds."""

_MINUTES = re.compile(r"\d+\s*m", re.IGNORECASE)


def add_for(parser: Parser) -> None:
    """The option --for."""
    parser.add_argument(
        "--for",
        dest="length",
        metavar="TIME",
        help="how long, such as 15m or 2h, a day at most (else the setting unlock_for, 15 minutes)",
    )


def seconds_for(args: argparse.Namespace, desk: Desk) -> float:
    """How many seconds that is.

    Raises:
        ValueRefusedError: The time is none, too short or too long; or a setting is malformed.
    """
    if args.length is None:
        from vault.cli.agents import settings_of

        return settings_of(desk).unlock_for
    text = args.length.strip()
    if _MINUTES.fullmatch(text):  # elsewhere `m` is a month: none of those makes sense here
        text += "in"
    seconds = parse_duration(text).total_seconds()
    if not SHORTEST <= seconds <= LONGEST:
        raise ValueRefusedError("That is too short or too long.", "Write 1m to 24h, such as 15m.")
    return seconds
