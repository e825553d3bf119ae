"""`keyfob lock`: what is unlocked is forgotten now."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from vault.cli.parser import Parser

if TYPE_CHECKING:
    from vault.cli.desk import Desk

_EXAMPLE = """\
examples:
  keyfob lock
  keyfob lock --vault team.keyfob

Without --vault, every unlocked vault is locked. It is no error if none was."""


def configure(parser: Parser) -> None:
    """Say how `lock` is used; it has no options of its own."""
    parser.epilog = _EXAMPLE


def run(args: argparse.Namespace, desk: Desk) -> int:
    """Have agents forget, and say how many did.

    Raises:
        AgentError: One of them does not answer, or belongs to somebody else.
    """
    from vault.agent.client import forget
    from vault.agent.places import agent_addresses
    from vault.cli.agents import address_of, directory_of

    if getattr(args, "vault", None) is None:
        addresses = agent_addresses(directory_of(desk))
    else:
        addresses = [address_of(args, desk)[0]]
    count = sum(forget(address) for address in addresses)
    desk.note({0: "Nothing was unlocked.", 1: "Locked."}.get(count, f"Locked: {count} vaults."))
    return 0
