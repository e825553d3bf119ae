"""`keyfob export`: every key with its secret, in one file that other programs can open."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from vault.cli.parser import Parser, UsageError, filled

if TYPE_CHECKING:  # only --help and completion go without the vault
    from pathlib import Path

    from vault.cli.desk import Desk

_EXAMPLE = """\
examples:
  keyfob export --age age1... --age "$(cat ~/.ssh/id_ed25519.pub)" keys.age
  keyfob export --age-passphrase keys.age
  age -d keys.age
  keyfob export --json --plaintext - | some-program

The file holds every key with its secret, as JSON; keyfob export --describe tells its fields. It
is made for other programs: keyfob backup create makes a copy that keyfob restores. The vault's
password is asked for even if the vault is unlocked."""


def configure(parser: Parser) -> None:
    """Add the arguments of `export`."""
    parser.epilog = _EXAMPLE
    parser.add_argument(
        "file", metavar="FILE", nargs="?", type=filled, help="what to write; - is stdout"
    )
    parser.add_argument("--json", action="store_true", help="as JSON, which is the only form")
    form = parser.add_mutually_exclusive_group()
    form.add_argument(
        "--plaintext", action="store_true", help="not encrypted: all secrets in clear text"
    )
    form.add_argument(
        "--age",
        metavar="RECIPIENT",
        action="append",
        type=filled,
        help="encrypted for this age1... or public SSH key; repeat it for several",
    )
    form.add_argument(
        "--age-passphrase",
        action="store_true",
        help="encrypted with a passphrase, which you are asked for, twice",
    )
    form.add_argument(
        "--age-passphrase-file",
        metavar="FILE",
        type=filled,
        help="encrypted with the passphrase in this file's first line",
    )
    parser.add_argument("--force", action="store_true", help="replace FILE if it is there")
    parser.add_argument(
        "--describe", action="store_true", help="only tell what stands in such a file"
    )


def run(args: argparse.Namespace, desk: Desk) -> int:
    """Export all keys. What can be refused is refused before a password is asked for.

    Raises:
        UsageError: No file is named, or the options do not go together.
    """
    if args.describe:
        desk.put(_description())
        return 0
    if args.file is None:
        raise UsageError("Name the FILE to write; - is stdout.", "See: keyfob export --help")
    from vault.cli.session import opened
    from vault.exporting.document import pieces

    whom = _recipients(args)
    path = _target(args, desk)
    with opened(args, desk) as vault:
        passphrase = "" if args.plaintext or whom else _passphrase(args, desk)
        count = len(vault.keys)
        write = partial(_write, args, pieces(vault, desk.clock()), whom, passphrase)
        if path is None:
            write(lambda data: desk.stdout.write(data.decode("ascii")))
        else:
            from vault.exporting.output import new_file

            with new_file(path, replace=args.force) as into:
                write(into)
    _tell(args, desk, count)
    return 0


def _description() -> str:
    from importlib.resources import files

    return files("vault.exporting").joinpath("FORMAT.md").read_text(encoding="utf-8").rstrip()


def _write(
    args: argparse.Namespace,
    document: Iterable[bytes],
    whom: list[Any],
    passphrase: str,
    into: Callable[[bytes], object],
) -> None:
    if args.plaintext:
        for piece in document:
            into(piece)
        return
    from vault.exporting.age import encrypt, encrypt_with_passphrase

    armored = args.file == "-"  # text, whatever stdout is
    if whom:
        encrypt(document, into, whom, armored=armored)
    else:
        encrypt_with_passphrase(document, into, passphrase, armored=armored)


def _target(args: argparse.Namespace, desk: Desk) -> Path | None:
    """The file to write, or None for stdout.

    Raises:
        VaultError: Something would be lost there.
    """
    if args.file == "-":
        return None
    from vault.cli.places import store_for
    from vault.exporting.output import check_target
    from vault.paths import expanded

    path = expanded(args.file)
    check_target(path, store_for(args, desk).path, replace=args.force)
    return path


def _recipients(args: argparse.Namespace) -> list[Any]:
    """Whom to encrypt for; empty with a passphrase, or in clear text.

    Raises:
        UsageError: Neither encryption nor clear text was asked for.
        AgeError: One is no recipient, or pyrage is missing.
    """
    if args.plaintext:
        return []
    if not (args.age or args.age_passphrase or args.age_passphrase_file):
        raise UsageError(
            "This would write every secret in clear text.",
            "Encrypt it with --age RECIPIENT or --age-passphrase, or say that you mean it with "
            "--plaintext.",
        )
    from vault.exporting.age import recipients

    return recipients(args.age or [])


def _passphrase(args: argparse.Namespace, desk: Desk) -> str:
    from vault.cli.choosing import choose_password

    return choose_password(
        desk,
        "Passphrase for age",
        file=args.age_passphrase_file,
        weak=args.age_passphrase_file is not None,
        hint="Use --age-passphrase-file FILE.",
    )


def _tell(args: argparse.Namespace, desk: Desk, count: int) -> None:
    what = "1 key" if count == 1 else f"{count:,} keys"
    where = "stdout" if args.file == "-" else args.file
    if args.plaintext:
        desk.note(f"Wrote {what} to {where}, every secret in clear text.")
        if args.file != "-":
            desk.note("Whoever reads that file has them: remove it once it has served.")
        return
    number = len(args.age or ())
    whom = f"{number} recipients" if number > 1 else "1 recipient"
    desk.note(f"Wrote {what} to {where}, encrypted {f'for {whom}' if number else 'by passphrase'}.")
    identity = "-i IDENTITY " if number else ""
    desk.note(f"Open it with: age -d {identity}{'FILE' if args.file == '-' else args.file}")
