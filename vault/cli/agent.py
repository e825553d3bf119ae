"""`keyfob agent`: what is unlocked, and until when; or the agent itself, in the foreground."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from vault.cli.holding import add_for, seconds_for
from vault.cli.parser import Parser
from vault.errors import ValueRefusedError

if TYPE_CHECKING:
    from vault.agent.protocol import Status
    from vault.cli.desk import Desk

_EXAMPLE = """\
examples:
  keyfob agent
  keyfob agent --json
  keyfob agent --foreground --for 8h    (for a service manager)

Exit status 0: this vault is unlocked. 1: it is not."""


def configure(parser: Parser) -> None:
    """Add the options of `agent`."""
    parser.epilog = _EXAMPLE
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one object, for programs")
    form.add_argument(
        "--foreground",
        action="store_true",
        help="unlock the vault and be the agent, until the time is over or a signal ends it",
    )
    add_for(parser)


def run(args: argparse.Namespace, desk: Desk) -> int:
    """Tell of the agent, or be it; 1 if this vault is not unlocked.

    Raises:
        ValueRefusedError: --for was given, and there is nothing to start.
    """
    if args.foreground:
        return _be(args, desk)
    if args.length is not None:
        raise ValueRefusedError("--for needs --foreground.", "Or use: keyfob unlock --for TIME")
    from vault.cli.agents import found

    lender = found(args, desk)
    status = None if lender is None else lender.status
    if args.json:
        import json

        desk.put(json.dumps(_json(status)))
    else:
        desk.put(_said(status, desk))
    return 0 if status is not None else 1


def _said(status: Status | None, desk: Desk) -> str:
    from vault.cli.agents import say_until
    from vault.text import safe

    return "Locked." if status is None else safe(say_until(status, desk))


def _json(status: Status | None) -> dict[str, object]:
    """What `--json` gives. Fields are added over time and never renamed."""
    from vault.sealing.encoding import format_time

    until = None if status is None or status.until is None else format_time(status.until)
    return {
        "unlocked": status is not None,
        "until": until,
        "pid": None if status is None else status.pid,
        "vault": None if status is None else status.label,
    }


def _be(args: argparse.Namespace, desk: Desk) -> int:
    from vault.agent.process import hold
    from vault.cli.agents import order_for, say_until
    from vault.cli.places import store_for
    from vault.cli.session import unlocked

    seconds = seconds_for(args, desk)
    store = store_for(args, desk)
    vault_id, key = unlocked(store, args, desk)
    order = order_for(store, vault_id, seconds, desk)
    why = hold(order, key, ready=lambda status: desk.note(say_until(status, desk)))
    desk.note(why)
    return 0
