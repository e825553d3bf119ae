"""`keyfob revoke`: mark a key as revoked; its settings stay."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from vault.cli.names import add_name
from vault.cli.parser import Parser

if TYPE_CHECKING:  # only --help and completion go without the vault
    from vault.cli.desk import Desk

_EXAMPLE = """\
example:
  keyfob revoke contoso-push

Its settings stay, so that keyfob rotate can bring it back with a new secret."""


def configure(parser: Parser) -> None:
    """Add the argument of `revoke`."""
    parser.epilog = _EXAMPLE
    add_name(parser, "the key")


def run(args: argparse.Namespace, desk: Desk) -> int:
    """Mark the key; say that its registry does not know."""
    from shlex import quote

    from vault.cli.advice import note_still_honoured
    from vault.cli.session import opened

    with opened(args, desk) as vault:
        key = vault.find(args.name)
        if key.lifetime.revoked is not None:
            desk.note(f"{key.name} is revoked already.")
        else:
            vault.revoke(key.id)
            desk.note(f"Revoked {key.name}. Bring it back with: keyfob rotate {quote(key.name)}")
    note_still_honoured(key, desk)
    return 0
