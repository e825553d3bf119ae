"""How a secret gets in: typed without echo, piped, or generated; then looked at before it is kept.

Never as an argument, which every user of the machine could read.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from vault.cli.parser import Parser, UsageError
from vault.errors import NoPasswordError, ValueRefusedError, VaultError

if TYPE_CHECKING:  # only --help and completion go without the vault
    from vault.cli.desk import Desk
    from vault.cli.terminal import Terminal
    from vault.keys.formats.recognition import Recognition
    from vault.keys.key import Key
    from vault.keys.lifetime import Lifetime
    from vault.keys.secret import Secret
    from vault.registries.profile import Profile
    from vault.vault import Vault

_TRIES = 3
_LONGEST = 64 * 1024
_LINE = 4095
"""Most bytes of one line that Linux's terminals pass on; the rest is lost without a word."""


def add_secret_options(parser: Parser) -> None:
    """The options of every verb that takes a secret."""
    source = parser.add_mutually_exclusive_group()
    source.add_argument(
        "--secret-stdin",
        action="store_true",
        help="read the secret from stdin instead of asking for it",
    )
    source.add_argument(
        "--generate",
        action="store_true",
        help="let keyfob make the secret, for a feed of your own",
    )
    parser.add_argument(
        "--allow-duplicate",
        action="store_true",
        help="accept a secret that another key of the vault holds already",
    )
    parser.add_argument("--copy", action="store_true", help="copy the secret afterwards")


def check_source(args: argparse.Namespace, desk: Desk, profile: Profile) -> None:
    """Refuse what cannot work before any password is asked for.

    Raises:
        UsageError: The options do not fit this registry, or stdin is no pipe.
        NoPasswordError: The secret must be asked for, and there is no terminal.
    """
    if args.generate and not _makes(profile):
        raise UsageError(
            f"{profile.title} issues its keys itself, so --generate makes none it would take.",
            "Leave --generate out and paste the key when asked, or pipe it with --secret-stdin.",
        )
    if args.secret_stdin and desk.stdin.isatty():
        raise UsageError(
            "--secret-stdin reads a pipe, and stdin is a terminal, which would show the secret.",
            "Leave --secret-stdin out to be asked without echo.",
        )
    if not args.secret_stdin and not _makes(profile) and desk.terminal() is None:
        raise NoPasswordError(
            "There is no terminal to ask for the secret on.", "Pipe it in with --secret-stdin."
        )


def _makes(profile: Profile) -> bool:
    return profile.secret_source == "generated"  # noqa: S105 - a kind, no secret


def accepted(
    vault: Vault,
    profile: Profile,
    args: argparse.Namespace,
    desk: Desk,
    name: str,
    *,
    own: Key | None = None,
) -> tuple[Secret, Recognition]:
    """A secret that is fine or was confirmed; where it was typed and is not, asked for again.

    Args:
        vault: Where it will go.
        profile: Its registry.
        args: The options of `add_secret_options`.
        desk: Its terminal is asked.
        name: Of the key.
        own: The key that is to get it, when it has one already.

    Raises:
        ValueRefusedError: It cannot be kept, or is not to be.
    """
    terminal = None if args.secret_stdin else desk.terminal()
    for left in reversed(range(_TRIES)):
        try:
            secret = take_secret(args, desk, name, profile)
            try:
                found = examine(vault, profile, secret, args, own=own)
                if not args.generate:
                    desk.note(found.note)
                    _confirm(found, profile, terminal, desk)
            except VaultError:
                secret.wipe()
                raise
        except ValueRefusedError as error:
            if terminal is None or args.generate or not left:
                raise
            desk.complain(error)
        else:
            return secret, found
    raise AssertionError("the last try answers or raises")


def _confirm(found: Recognition, profile: Profile, terminal: Terminal | None, desk: Desk) -> None:
    """Ask about a secret that keyfob doubts; say that it is kept where nobody can be asked.

    Raises:
        ValueRefusedError: It is not to be kept.
    """
    if not profile.doubts(found):
        return
    if terminal is None:
        desk.note("Kept all the same, unasked: look at it again while its page still shows it.")
        return
    from vault.cli.terminal import agrees

    if not agrees(terminal, "Keep it all the same?"):
        raise ValueRefusedError("It was not kept.", "Nothing was changed.")


def take_secret(args: argparse.Namespace, desk: Desk, name: str, profile: Profile) -> Secret:
    """The secret, from where the options say. The caller wipes it.

    For a feed of the user's own, keyfob makes it where none is typed or nobody can be asked;
    `args.generate` then says so to the rest of the verb.

    Raises:
        ValueRefusedError: It is empty, more than one line, or no text.
    """
    from vault.keys.own_secret import generate_own_secret

    if args.generate:
        return generate_own_secret()
    if args.secret_stdin:
        return _clean(_piped(desk))
    terminal, makes = desk.terminal(), _makes(profile)
    if terminal is None and not makes:
        raise NoPasswordError("The terminal is gone.")
    more = "; Enter alone makes one" if makes else ""
    asked = f"Secret of {name} (not shown{more}): "
    typed = "" if terminal is None else terminal.ask_hidden(asked)
    if makes and not typed.strip():
        args.generate = True
        return generate_own_secret()
    if len(typed) >= _LINE:
        raise ValueRefusedError(
            "The terminal cut the secret off: it is too long to be typed or pasted.",
            "Pipe it in with --secret-stdin.",
        )
    return _clean(typed)


def examine(
    vault: Vault, profile: Profile, secret: Secret, args: argparse.Namespace, own: Key | None = None
) -> Recognition:
    """What a new secret looks like; refused if it is in the vault already.

    Args:
        vault: Where it will go.
        profile: Its registry.
        secret: The secret.
        args: Whether a duplicate is allowed.
        own: The key that is to get it, when it has one already.

    Raises:
        ValueRefusedError: It is the key's present secret, or another key's.
    """
    holder = vault.holder(secret)
    if holder is not None and own is not None and holder.id == own.id:
        raise ValueRefusedError(
            f"This is the value {holder.name} has already.", "Nothing was changed."
        )
    if holder is not None and not args.allow_duplicate:
        raise ValueRefusedError(
            f"The key {holder.name} holds this very secret already.",
            "Use --allow-duplicate if both are meant to.",
        )
    return profile.recognise(secret.reveal())


def own_lifetime(found: Recognition, asked: Lifetime, desk: Desk) -> Lifetime:
    """The lifetime a secret states itself, where it does; else the one that was asked for."""
    from vault.cli.words import say_time
    from vault.keys.formats.recognition import Outcome

    if found.verdict is not Outcome.OK or found.expires is None:
        return asked
    desk.note(
        f"The key itself says that it expires at {say_time(found.expires, desk)}; recorded so."
    )
    return asked._replace(created=found.created or asked.created, expires=found.expires)


def _piped(desk: Desk) -> str:
    raw = getattr(desk.stdin, "buffer", None)
    data = desk.stdin.read(_LONGEST + 1).encode() if raw is None else raw.read(_LONGEST + 1)
    if len(data) > _LONGEST:
        raise ValueRefusedError("What stdin holds is too long for a secret.")
    try:
        return str(data, "utf-8")
    except UnicodeDecodeError:
        raise ValueRefusedError("The secret is no text in UTF-8.") from None


def _clean(text: str) -> Secret:
    from vault.keys.formats.recognise import clean_pasted, refuse_unfit
    from vault.keys.secret import Secret

    value = clean_pasted(text)
    if not value:
        raise ValueRefusedError("The secret is empty.", "Nothing was changed.")
    if len(value.splitlines()) > 1:
        raise ValueRefusedError("The secret is more than one line.", "Nothing was changed.")
    refuse_unfit(value)
    try:
        return Secret(value)
    except UnicodeEncodeError:
        raise ValueRefusedError("The secret is not text.") from None


def note_made(key: Key, desk: Desk) -> None:
    """Say that keyfob made a key's secret, and how it gets to the feed."""
    from shlex import quote

    desk.note(f"keyfob made its secret. Enter it at the feed: keyfob copy {quote(key.name)}")
