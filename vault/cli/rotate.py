"""`keyfob rotate`: a new secret for the same key; its clock restarts."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from vault.cli.intake import (
    add_secret_options,
    check_source,
    examine,
    own_lifetime,
    take_secret,
)
from vault.cli.names import add_name
from vault.cli.parser import Parser
from vault.errors import ValueRefusedError

if TYPE_CHECKING:  # only --help and completion go without the vault
    from vault.cli.desk import Desk
    from vault.keys.key import Key
    from vault.keys.lifetime import Lifetime
    from vault.registries.profile import Profile

_EXAMPLE = """\
examples:
  keyfob rotate contoso-push
  keyfob rotate feed --generate --copy

Name, owner, scope and packages stay, and so does the length of its life, counted from now.
Works for expired and revoked keys too."""


def configure(parser: Parser) -> None:
    """Add the arguments of `rotate`."""
    parser.epilog = _EXAMPLE
    add_name(parser, "the key")
    parser.add_argument(
        "--expires", metavar="WHEN", help="30d, 2026-12-24 or never, instead of the old length"
    )
    add_secret_options(parser)


def run(args: argparse.Namespace, desk: Desk) -> int:
    """Put the new secret in place of the old one."""
    from vault.cli.session import opened
    from vault.cli.words import say_until
    from vault.registries.loader import load

    with opened(args, desk) as vault:
        old = vault.find(args.name)
        profile = load(old.registry)
        check_source(args, desk, profile)
        asked = _lifetime(old, profile, args, desk)
        page = profile.page("manage")
        if page and not args.secret_stdin:
            desk.note(f"Get the new value at {page}, then paste it here.")
        with take_secret(args, desk, old.name) as secret:
            found = examine(vault, profile, secret, args, own=old)
            if not args.generate:
                desk.note(found.note)
            lifetime = own_lifetime(found, asked, desk)
            key = vault.rotate(old.id, secret, lifetime=lifetime, recognised=found.format)
        desk.note(f"Rotated {key.name}; {say_until(key.lifetime, desk)}.")
        desk.note(profile.rotation.note)
        if args.copy:
            from vault.cli.handover import hand_over

            hand_over(vault, key, desk)
    return 0


def _lifetime(key: Key, profile: Profile, args: argparse.Namespace, desk: Desk) -> Lifetime:
    """The dates of the new secret: as asked, else the old length from now."""
    from vault.keys.duration import format_duration

    now = desk.clock()
    if args.expires is not None:
        lifetime, note = profile.parse_lifetime(args.expires, now)
        desk.notes(note)
        return lifetime
    length = key.lifetime.duration
    if length is not None:
        try:
            profile.parse_lifetime(format_duration(length), now)
        except ValueRefusedError as error:
            desk.note(f"{error.message} If it gave less, say so with --expires.")
    return key.lifetime.renewed(now)
