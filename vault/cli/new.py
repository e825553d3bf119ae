"""`keyfob new`: create a key."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

from vault.cli.choices import add_choices, parse_created, parse_lifetime
from vault.cli.intake import (
    accepted,
    add_secret_options,
    check_source,
    note_made,
    own_lifetime,
)
from vault.cli.names import completes, registries
from vault.cli.parser import Parser
from vault.errors import NameTakenError

if TYPE_CHECKING:  # only --help and completion go without the vault
    from vault.cli.desk import Desk
    from vault.keys.key import Draft, Key
    from vault.registries.profile import Profile
    from vault.vault import Vault

_EXAMPLE = """\
examples:
  keyfob new contoso-push --registry nuget.org --owner contoso --scope push \\
      --glob 'Contoso.*' --expires 30d
  keyfob new feed --registry own-feed --owner build --scope push --glob 'Contoso.*' --generate

The secret is asked for without echo. --fields shows what to fill in on the registry's page."""


def configure(parser: Parser) -> None:
    """Add the arguments of `new`."""
    parser.epilog = _EXAMPLE
    parser.add_argument("name", metavar="NAME", help="what you call it")
    completes(
        parser.add_argument(
            "--registry",
            metavar="ID",
            required=True,
            help="such as nuget.org, pypi or own-feed; keyfob registries lists them all",
        ),
        registries,
    )
    add_choices(parser, required=True)
    parser.add_argument(
        "--created", metavar="DATE", help="when it was made, for a key that exists already"
    )
    parser.add_argument(
        "--fields",
        action="store_true",
        help="only print what to fill in on the registry's page; needs no vault",
    )
    add_secret_options(parser)


def run(args: argparse.Namespace, desk: Desk) -> int:
    """Create the key, or print the registry's form for it."""
    from vault.registries.loader import load

    profile = load(args.registry)
    draft, note = _draft(args, profile, desk)
    if args.fields:
        _print_fields(profile, draft, desk)
        desk.notes(note)
        return 0
    check_source(args, desk, profile)
    from vault.cli.session import opened

    with opened(args, desk) as vault:
        _refuse_taken(vault, draft.name)
        key = _add(vault, draft, profile, args, desk)
        _tell(key, args, desk)
        desk.notes(note)
        if args.copy:
            from vault.cli.handover import hand_over

            hand_over(vault, key, desk)
    return 0


def _draft(args: argparse.Namespace, profile: Profile, desk: Desk) -> tuple[Draft, str]:
    """What was asked for, checked, and what the registry's rules say to its lifetime."""
    from vault.keys.grant import grants_for
    from vault.keys.key import Draft, check_name, check_note, check_owner

    name = check_name(args.name)
    owner = check_owner(args.owner)
    globs = profile.parse_globs(args.glob)
    profile.refuse_too_many(globs)
    grants = grants_for(profile.parse_actions(args.scope), globs)
    lifetime, note = parse_lifetime(args, profile, parse_created(args.created, desk.clock()))
    draft = Draft(name, profile.id, owner, grants, lifetime, check_note(args.note or ""))
    return draft, note


def _print_fields(profile: Profile, draft: Draft, desk: Desk) -> None:
    from vault.text import safe

    fields = profile.fields_for(draft)
    if not fields:
        desk.note(f"There is no form to fill in for {profile.title}.")
        return
    page = profile.page("create")
    if page:
        desk.put(f"Page: {safe(page)}")
    for field in fields:
        desk.put(f"{safe(field.label)}: {safe(field.value)}")
        if field.hint:
            desk.put(f"  {safe(field.hint)}")


def _refuse_taken(vault: Vault, name: str) -> None:
    """Before anybody pastes a secret; the vault itself refuses it again when it saves."""
    from vault.keys.key import name_key

    if any(name_key(key.name) == name_key(name) for key in vault.keys):
        raise NameTakenError(f"A key called {name!r} exists already.", "Pick another name.")


def _add(vault: Vault, draft: Draft, profile: Profile, args: argparse.Namespace, desk: Desk) -> Key:
    page = profile.page("create")
    if page and not args.secret_stdin:
        desk.note(f"Make the key at {page} (--fields lists what to fill in), then paste it here.")
    secret, found = accepted(vault, profile, args, desk, draft.name)
    with secret:
        draft = replace(draft, lifetime=own_lifetime(found, draft.lifetime, desk))
        return vault.add(draft, secret, recognised=found.format)


def _tell(key: Key, args: argparse.Namespace, desk: Desk) -> None:
    from vault.cli.advice import note_everything
    from vault.cli.describe import say_grants
    from vault.cli.words import say_until

    desk.note(
        f"Created {key.name}: {say_grants(key)}, at {key.registry} for {key.owner}; "
        f"{say_until(key.lifetime, desk)}."
    )
    note_everything(key, desk)
    if args.generate and not args.copy:
        note_made(key, desk)
