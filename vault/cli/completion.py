"""`keyfob completion`: the script that lets a shell complete keyfob's arguments."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from vault.cli.parser import Parser

if TYPE_CHECKING:
    from vault.cli.desk import Desk

_EXAMPLE = """\
examples, for a shell's start file:
  bash  eval "$(keyfob completion bash)"
  zsh   eval "$(keyfob completion zsh)"
  fish  keyfob completion fish | source

Names of keys are completed from this machine's index, without the password."""


def configure(parser: Parser) -> None:
    """Add the argument of `completion`."""
    parser.epilog = _EXAMPLE
    parser.add_argument(
        "shell", metavar="SHELL", choices=("bash", "zsh", "fish"), help="bash, zsh or fish"
    )


def run(args: argparse.Namespace, desk: Desk) -> int:
    """Print the script."""
    from argcomplete.shell_integration import shellcode

    desk.put(shellcode(["keyfob"], shell=args.shell).rstrip())
    return 0
