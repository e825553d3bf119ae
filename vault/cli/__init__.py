"""The command line: one file per verb, and this table of them.

Data goes to stdout, talk to stderr, and the exit status says what came of it. Only the module of
the verb that is asked for is imported, so that `keyfob check` stays as quick as a prompt needs.

An imported verb becomes a name of this package: here, `list` may be a module.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

from vault.errors import StorageError, VaultError

if TYPE_CHECKING:  # a prompt that runs `check` does not pay for what it does not use
    from vault.cli.desk import Desk

INTERRUPTED = 130
"""Exit status after ctrl+c, as a shell gives it."""

PIPE_CLOSED = 141
"""Exit status when the reader of stdout went away, as a shell gives it."""

UNEXPECTED = 70
"""Exit status of an error nobody foresaw (`EX_SOFTWARE`)."""


VERBS = {
    "init": "create a vault",
    "new": "create a key",
    "list": "show what is there, the most urgent first",
    "show": "show one key",
    "copy": "copy a key's secret; the clipboard clears itself",
    "unlock": "need no password to read and copy, for a while",
    "lock": "forget what is unlocked, now",
    "agent": "tell whether the vault is unlocked, until when",
    "check": "tell what expires soon; needs no password",
    "remind": "tell on the desktop when a key newly falls due",
    "registries": "list the registries, or check a profile of yours",
    "which": "tell which keys may do what to a package, and why not",
    "run": "run a client with the narrowest key that will do",
    "hook": "let git, cargo, docker, uv, pip ask keyfob",
    "doctor": "tell what is wrong with the keys, and what mends it",
    "edit": "change a key's settings, or what check may tell",
    "rotate": "give a key a new secret, and replace it everywhere",
    "place": "remember where keys are installed",
    "revoke": "mark a key as revoked; its settings stay",
    "remove": "forget a key and its secret",
    "import": "take in keys that lie in other programs' files",
    "scan": "find keys that lie in files",
    "password": "change the password",
    "recover": "open with the recovery code and set a new password",
    "export": "write every key with its secret, encrypted for age",
    "backup": "make, list, check copies of the vault; put one back",
    "completion": "print the completion script for a shell",
}
"""Every verb and what it does, in the order of `keyfob --help`.

A verb's name is that of its module in this package, which has `configure(parser)` to add its
arguments and `run(args, desk)` to do it and answer the exit status.
"""


def main(argv: Sequence[str] | None = None, desk: Desk | None = None) -> int:
    """Run one verb and answer its exit status. Prints its own errors and raises none.

    Args:
        argv: What was typed after `keyfob`; the process's own arguments if None.
        desk: The world around it; the real one if None.
    """
    if desk is None:
        from vault.cli.desk import Desk

        desk = Desk()
    try:
        return _run(sys.argv[1:] if argv is None else argv, desk)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return PIPE_CLOSED
    except OSError as error:  # storage raises its own: this was an output
        why = error.strerror or type(error).__name__
        return _end(desk, StorageError(f"The output cannot be written: {why}."))
    except VaultError as error:
        return _end(desk, error)
    except Exception as error:  # noqa: BLE001 - the last resort: a traceback could show a secret
        with suppress(OSError, ValueError):
            desk.note(f"keyfob: stopped by an unexpected error ({type(error).__name__}).")
        return UNEXPECTED
    finally:
        _settle(desk.stdout)
        _settle(desk.stderr)


def _run(argv: Sequence[str], desk: Desk) -> int:
    from vault.cli.parser import parse

    try:
        verb, args = parse(argv, VERBS, desk.environ)
        status = int(verb.run(args, desk))
    except SystemExit as end:  # --help and --version
        status = end.code if isinstance(end.code, int) else 0
    desk.stdout.flush()
    return status


def _end(desk: Desk, error: VaultError) -> int:
    with suppress(OSError, ValueError):
        desk.complain(error)
    return error.exit_code


def _settle(stream: TextIO) -> None:
    """Write out what waits; if nobody takes it, let the interpreter's last flush go nowhere.

    Else that flush fails, and the exit status is 120 whatever was done.
    """
    try:
        stream.flush()
    except (OSError, ValueError):
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
