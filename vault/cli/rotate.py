"""`keyfob rotate`: a new secret for the same key, then every place that has the old one."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from vault.cli.by_api import add_api_options, chosen
from vault.cli.intake import (
    accepted,
    add_secret_options,
    check_source,
    note_made,
    own_lifetime,
)
from vault.cli.names import completes, key_names
from vault.cli.parser import Parser, UsageError
from vault.errors import ValueRefusedError, VaultError

if TYPE_CHECKING:  # only --help and completion go without the vault
    from vault.cli.by_api import ApiTurn
    from vault.cli.desk import Desk
    from vault.cli.guiding import Guide
    from vault.cli.terminal import Terminal
    from vault.keys.key import Key
    from vault.keys.lifetime import Lifetime
    from vault.registries.profile import Profile
    from vault.vault import Vault

_EXAMPLE = """\
examples:
  keyfob rotate contoso-push
  keyfob rotate contoso-push --continue
  keyfob rotate --all-due
  keyfob rotate feed --generate --run-commands
  keyfob rotate --all-due --api --run-commands

Name, owner, scope and packages stay, and so does the length of its life, counted from now.
Works for expired and revoked keys too. Then the places of the key are gone through one by one:
see keyfob place. A place's command gets the secret on its stdin, without a line end. What is not
done now is kept, and --continue goes on with it.

Where the registry's API makes new values, keyfob offers to have it make this one. --api does so
unasked, also without a terminal if no login is needed (GitLab, Hex), as from cron.

Without a terminal, or with --secret-stdin, the places that are behind are listed.
Exit status 1: a command of --run-commands failed, or --all-due --api left a key to be done by hand.
Exit status 7: the registry refused; 8: it was asked, and no answer came."""

_ALONE = (
    "Rotate one key: keyfob rotate NAME. Or let registries do it: keyfob rotate --all-due --api"
)


def configure(parser: Parser) -> None:
    """Add the arguments of `rotate`."""
    parser.epilog = _EXAMPLE
    completes(
        parser.add_argument("name", metavar="NAME", nargs="?", help="the key"),
        key_names,
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--continue",
        dest="going_on",
        action="store_true",
        help="go on with what is left of the last rotation, of all keys if none is named",
    )
    which.add_argument(
        "--all-due", action="store_true", help="go through all that is due, the most urgent first"
    )
    parser.add_argument(
        "--expires", metavar="WHEN", help="30d, 2026-12-24 or never, instead of the old length"
    )
    parser.add_argument("--why", metavar="TEXT", help="the reason, for the key's history")
    parser.add_argument(
        "--run-commands", action="store_true", help="run the commands of places without asking"
    )
    parser.add_argument(
        "--open", action="store_true", help="open the registry's page in the browser"
    )
    add_api_options(parser)
    add_secret_options(parser)


def run(args: argparse.Namespace, desk: Desk) -> int:
    """Put new secrets in place of old ones, and go through their places.

    Raises:
        UsageError: The options do not go together, or no key is named.
        NoPasswordError: There is no terminal to go through what is due.
    """
    _check(args)
    from vault.cli.guiding import Guide
    from vault.cli.session import opened

    terminal = None if args.secret_stdin else desk.terminal()
    with opened(args, desk) as vault:
        guide = Guide(vault, desk, terminal, run_commands=args.run_commands, end_old=args.api)
        if args.all_due:
            from vault.cli.passwords import need_terminal

            if args.api and terminal is None:
                return _all_due_alone(vault, guide, args, desk)
            _all_due(vault, guide, need_terminal(desk, _ALONE), args, desk)
        elif args.going_on:
            _go_on(vault, guide, args.name, desk)
        else:
            old = vault.find(args.name)
            if not _goes_on(old, terminal, args, desk):
                old = _new_secret(vault, old, terminal, args, desk)
            guide.finish(old)
            if args.copy:
                from vault.cli.handover import hand_over

                hand_over(vault, vault.key(old.id), desk)
    return 1 if args.run_commands and guide.failed else 0


def _check(args: argparse.Namespace) -> None:
    if args.name is None and not args.going_on and not args.all_due:
        raise UsageError("Name a key, or use --all-due or --continue.", "See: keyfob rotate --help")
    if args.name is not None and args.all_due:
        raise UsageError("--all-due is about every key: give no NAME with it.")
    if args.api and (args.secret_stdin or args.generate):
        raise UsageError("--api has the registry make the secret: give none with it.")
    if args.going_on and (args.api or args.by_hand):
        raise UsageError("--continue makes no new secret: leave out --api and --by-hand.")
    takes = args.secret_stdin or args.generate or args.copy or args.expires is not None
    if takes and args.all_due:
        raise UsageError("--all-due asks for each secret: it takes no option about one.")
    if (takes or args.why is not None) and args.going_on:
        raise UsageError("--continue takes no new secret: leave out the options about one.")


def _goes_on(key: Key, terminal: Terminal | None, args: argparse.Namespace, desk: Desk) -> bool:
    """Whether a rotation that was left half done is to be gone on with, instead of a new one."""
    from vault.rotation.pending import is_half_done

    if terminal is None or args.generate or not (key.history and is_half_done(key)):
        return False
    if key.asked is not None:  # another secret is what finishes that
        return False
    desk.note(f"The last rotation of {key.name} is not finished.")
    answer = terminal.ask("[c]ontinue with it, or give it a [n]ew secret once more? [C/n] ")
    return answer.strip().lower()[:1] != "n"


def _go_on(vault: Vault, guide: Guide, name: str | None, desk: Desk) -> None:
    from vault.rotation.pending import half_done

    keys = half_done(vault.keys if name is None else [vault.find(name)])
    if not keys:
        desk.note("Nothing is left to do.")
    for key in keys:
        if name is None:
            desk.note(f"{key.name}, {key.registry}:")
        if not guide.finish(key):
            break


def _all_due(
    vault: Vault, guide: Guide, terminal: Terminal, args: argparse.Namespace, desk: Desk
) -> None:
    """What was left half done first, then every key that is due."""
    from vault.cli.words import say_end
    from vault.rotation.pending import due, half_done

    keys = due(vault.keys, desk.clock())
    ids = {key.id for key in keys}
    for key in half_done(vault.keys):
        if key.history and key.id not in ids:
            desk.note(f"Not finished: {key.name}, {key.registry}.")
            if not guide.finish(key):
                return
    if not keys:
        desk.note("No key is due.")
    for number, key in enumerate(keys, 1):
        end = say_end(key.lifetime, desk)
        desk.note(f"Key {number} of {len(keys)}: {key.name}, {key.registry}, {end}.")
        answer = terminal.ask("[Enter] rotate it, [s]kip, [q]uit: ").strip().lower()[:1]
        if answer == "q":
            return
        if answer == "s":
            continue
        try:
            turned = _new_secret(vault, vault.key(key.id), terminal, args, desk)
        except ValueRefusedError as error:
            desk.complain(error)
            continue
        if not guide.finish(turned):
            return


def _all_due_alone(vault: Vault, guide: Guide, args: argparse.Namespace, desk: Desk) -> int:
    """Every due key whose registry makes the new value without a login; 1 if one is left."""
    from vault.rotation.pending import due

    left = 0
    for key in due(vault.keys, desk.clock()):
        desk.note(f"{key.name}, {key.registry}:")
        try:
            guide.finish(_new_secret(vault, key, None, args, desk))
        except VaultError as error:
            desk.complain(error)
            left += 1
    return 1 if left or (args.run_commands and guide.failed) else 0


def _new_secret(
    vault: Vault, old: Key, terminal: Terminal | None, args: argparse.Namespace, desk: Desk
) -> Key:
    """Take a key's new secret in and record it."""
    from vault.cli.by_api import ApiTurn
    from vault.cli.words import say_until
    from vault.keys.turn import check_why
    from vault.registries.loader import load
    from vault.registries.trusted import ask_keyless, keyless_places
    from vault.rotation.steps import leaves_old

    profile = load(old.registry)
    if terminal is not None:
        desk.notes(ask_keyless(keyless_places(profile, old)))
    if args.all_due:
        makes = profile.secret_source == "generated"  # noqa: S105 - a kind, no secret
        args = argparse.Namespace(**{**vars(args), "generate": makes})
    why = check_why(args.why or "")
    api = chosen(old, profile, terminal, args, desk)
    if api is not None:
        turned = _through(ApiTurn(vault, old, profile, api, why), terminal, args, desk)
        if turned is not None:
            return turned
    check_source(args, desk, profile)
    asked = _lifetime(old, profile, args, desk)
    if terminal is not None:
        _introduce(old, profile, args, desk)
    secret, found = accepted(vault, profile, args, desk, old.name, own=old)
    with secret:
        lifetime = own_lifetime(found, asked, desk)
        key = vault.rotate(
            old.id,
            secret,
            lifetime=lifetime,
            recognised=found.format,
            why=why,
            retire=leaves_old(old, profile, desk.clock()),
        )
    desk.note(f"Rotated {key.name}; {say_until(key.lifetime, desk)}.")
    if args.generate and not (args.copy or key.places):
        note_made(key, desk)
    if terminal is None:
        desk.note(profile.rotation.note)
    return key


def _through(
    turn: ApiTurn, terminal: Terminal | None, args: argparse.Namespace, desk: Desk
) -> Key | None:
    """The key with the value that its registry made; None if that refused, to go on by hand."""
    from vault.apis.base import ApiError
    from vault.rotation.by_api import renewal

    if args.expires is None:
        lifetime = renewal(turn.key, turn.profile, desk.clock())
    else:
        lifetime = _lifetime(turn.key, turn.profile, args, desk)
    try:
        return turn.make(lifetime.expires, terminal, desk)
    except ApiError as error:
        if terminal is None or args.api:
            raise
        desk.complain(error)
        desk.note("So it is done by hand.")
        return None


def _introduce(key: Key, profile: Profile, args: argparse.Namespace, desk: Desk) -> None:
    """What happens to the old value, and what to do at the registry's page."""
    from vault.cli.guiding import browse
    from vault.rotation.steps import steps

    desk.note(profile.rotation.note)
    first = steps(key, profile, desk.clock())[0]
    desk.note(f"{first.sentence}{f': {first.page}' if first.page else '.'}")
    for field in first.fields:
        desk.note(f"  {field.label}: {field.value}")
        if field.hint:
            desk.note(f"    {field.hint}")
    if key.places:
        count = len(key.places)
        desk.note(f"It is installed at {count} place{'s' * (count > 1)}, which come afterwards.")
    if args.open and first.page:
        browse(first.page, desk)


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
