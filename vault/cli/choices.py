"""A key's settings as options, and as checked values."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import TYPE_CHECKING

from vault.cli.names import actions, completes
from vault.cli.parser import Parser, filled
from vault.keys.duration import format_duration
from vault.keys.made import parse_made

if TYPE_CHECKING:  # only --help and completion go without them
    from vault.keys.lifetime import Lifetime
    from vault.registries.profile import Profile


def add_choices(parser: Parser, *, required: bool) -> None:
    """The options --owner, --scope, --glob, --expires and --note."""
    parser.add_argument(
        "--owner",
        metavar="NAME",
        required=required,
        help="account or organization whose packages the key may touch",
    )
    completes(
        parser.add_argument(
            "--scope",
            metavar="ACTION",
            type=filled,
            action="append",
            required=required,
            help="what it may do, such as push, push-version, unlist; may be repeated",
        ),
        actions,
    )
    parser.add_argument(
        "--glob",
        metavar="GLOB",
        type=filled,
        action="append",
        required=required,
        help="on which packages: an id, or a pattern such as 'Contoso.*'; may be repeated",
    )
    parser.add_argument(
        "--expires",
        metavar="WHEN",
        help="30d, 12h, 2w from its creation, a date such as 2026-12-24, or never",
    )
    parser.add_argument("--note", metavar="TEXT", help="free text, kept encrypted")


def parse_created(text: str | None, now: datetime) -> datetime:
    """When a key was made: a date or time in ISO 8601, now if nothing was said.

    Raises:
        ValueRefusedError: The text is no date, or lies in the future or over a century ago.
    """
    return now if text is None else parse_made(text, now)


def parse_lifetime(
    args: argparse.Namespace, profile: Profile, created: datetime
) -> tuple[Lifetime, str]:
    """The lifetime that --expires asks for, else the registry's default; and a note or "".

    Raises:
        ValueRefusedError: It is no lifetime, or longer than the registry gives.
    """
    text = args.expires
    if text is None:
        default = profile.lifetimes.default
        text = "never" if default is None else format_duration(default)
    return profile.parse_lifetime(text, created)
