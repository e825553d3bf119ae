"""`keyfob edit`: change a key's settings, or what `check` may tell of the vault."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from vault.cli.choices import add_choices
from vault.cli.names import completes, key_names
from vault.cli.parser import Parser, UsageError
from vault.records import INDEX_MODES

if TYPE_CHECKING:  # only --help and completion go without the vault
    from vault.cli.desk import Desk
    from vault.keys.grant import Grant
    from vault.keys.key import Key
    from vault.keys.lifetime import Lifetime
    from vault.vault import Change

_EXAMPLE = """\
examples:
  keyfob edit contoso-push --glob 'Contoso.*' --glob Fabrikam.Core
  keyfob edit --index dates

--scope and --glob replace all that there were. keyfob changes its own record only: where the
registry can change a key, do the same on its page."""

_KEY_OPTIONS = ("rename", "owner", "scope", "glob", "expires", "note")


def configure(parser: Parser) -> None:
    """Add the arguments of `edit`."""
    parser.epilog = _EXAMPLE
    completes(
        parser.add_argument("name", metavar="NAME", nargs="?", help="the key to change"), key_names
    )
    parser.add_argument("--name", dest="rename", metavar="NAME", help="its new name")
    add_choices(parser, required=False)
    parser.add_argument(
        "--index",
        choices=INDEX_MODES,
        help="without NAME: what `keyfob check` may tell without the password",
    )


def run(args: argparse.Namespace, desk: Desk) -> int:
    """Change one key, or the vault's own setting."""
    given = [name for name in _KEY_OPTIONS if getattr(args, name) is not None]
    if args.name is None and args.index is None:
        raise UsageError("Name a key to edit, or use --index.", "See: keyfob edit --help")
    if args.index is not None and (args.name is not None or given):
        raise UsageError("--index is about the whole vault: give no NAME with it.")
    if args.name is not None and not given:
        raise UsageError(
            "There is nothing to change.",
            "Use --name, --owner, --scope, --glob, --expires or --note.",
        )
    if args.index is not None:
        return _set_index(args, desk)
    return _edit(args, desk)


def _set_index(args: argparse.Namespace, desk: Desk) -> int:
    from vault.cli.session import opened

    with opened(args, desk) as vault:
        vault.set_index(args.index)
    told = {"names": "names and dates", "dates": "dates, but no names", "off": "nothing"}
    desk.note(f"Without the password, keyfob check now tells {told[args.index]}.")
    return 0


def _edit(args: argparse.Namespace, desk: Desk) -> int:
    from vault.cli.advice import note_edited, note_everything
    from vault.cli.describe import say_grants
    from vault.cli.session import opened
    from vault.cli.words import say_end

    with opened(args, desk) as vault:
        old = vault.find(args.name)
        key = vault.edit(old.id, _change(old, args, desk))
    desk.note(
        f"Changed {key.name}: {say_grants(key)}, at {key.registry} for {key.owner}. "
        f"Expires: {say_end(key.lifetime, desk)}."
    )
    note_everything(key, desk)
    note_edited(key, _differing(old, key), desk)
    return 0


def _change(key: Key, args: argparse.Namespace, desk: Desk) -> Change:
    from vault.keys.key import check_name, check_note, check_owner
    from vault.vault import Change

    return Change(
        name=None if args.rename is None else check_name(args.rename),
        owner=None if args.owner is None else check_owner(args.owner),
        grants=_grants(key, args),
        lifetime=_lifetime(key, args, desk),
        note=None if args.note is None else check_note(args.note),
    )


def _grants(key: Key, args: argparse.Namespace) -> tuple[Grant, ...] | None:
    """The new grants; what is not given stays, and every action holds on every glob."""
    from vault.keys.grant import grants_for
    from vault.registries.loader import load

    if args.scope is None and args.glob is None:
        return None
    profile = load(key.registry)
    actions = (
        key.actions if args.scope is None else profile.parse_actions(args.scope, offered_only=False)
    )
    globs = key.globs
    if args.glob is not None:
        globs = profile.parse_globs(args.glob)
        profile.refuse_too_many(globs)
    return grants_for(actions, globs)


def _lifetime(key: Key, args: argparse.Namespace, desk: Desk) -> Lifetime | None:
    """The new dates, counted from the key's creation; a revoked key stays revoked."""
    from vault.registries.loader import load

    if args.expires is None:
        return None
    lifetime, note = load(key.registry).parse_lifetime(args.expires, key.lifetime.created)
    desk.notes(note)
    return lifetime._replace(revoked=key.lifetime.revoked)


def _differing(old: Key, new: Key) -> list[str]:
    """Which settings, by the words of a profile's `editable`, are not what they were."""
    pairs = {
        "name": (old.name, new.name),
        "owner": (old.owner, new.owner),
        "actions": (set(old.actions), set(new.actions)),
        "globs": (set(old.globs), set(new.globs)),
        "lifetime": (old.lifetime, new.lifetime),
    }
    return [name for name, (before, after) in pairs.items() if before != after]
