"""`keyfob show`: one key in full; its secret only when it is asked for by name."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from vault.cli.names import add_name
from vault.cli.parser import Parser

if TYPE_CHECKING:  # only --help and completion go without the vault
    from vault.apis.base import Facts
    from vault.cli.desk import Desk
    from vault.keys.key import Key
    from vault.lending import Lender

_EXAMPLE = """\
examples:
  keyfob show contoso-push
  keyfob show contoso-push --reveal | some-program --key-from-stdin
  keyfob show gitlab-ci --ask

--ask sends the key to its registry's API, and to nobody else, and shows what that says of it. Exit
status 1: it says something else than the vault."""


def configure(parser: Parser) -> None:
    """Add the arguments of `show`."""
    parser.epilog = _EXAMPLE
    add_name(parser, "its name, or the beginning of it")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one object, for programs")
    form.add_argument(
        "--reveal", action="store_true", help="print the secret, and nothing else, on stdout"
    )
    form.add_argument(
        "--ask", action="store_true", help="ask the registry what it says of the key, too"
    )


def run(args: argparse.Namespace, desk: Desk) -> int:
    """Print one key, or its secret."""
    from vault.cli.describe import key_json
    from vault.cli.session import lent

    with lent(args, desk) as vault:
        key = vault.find(args.name, prefix=True)
        if args.reveal:
            _reveal(vault, key, desk)
        elif args.json:
            import json

            desk.put(json.dumps(key_json(key, desk.clock()), indent=2))
        else:
            _print(key, desk)
            if args.ask:
                return _ask(vault, key, desk)
    return 0


def _ask(vault: Lender, key: Key, desk: Desk) -> int:
    """What the registry says of the key; 1 if that is not what the vault says.

    Raises:
        ApiError: It refused, was not reached, or has no such call.
    """
    from vault.apis import api_of
    from vault.apis.base import ApiUnsupportedError
    from vault.registries.loader import load
    from vault.rotation.facts import differences

    profile = load(key.registry)
    api = api_of(profile)
    if api is None or not api.inspects:
        raise ApiUnsupportedError(
            f"keyfob cannot ask {profile.title} about a key by the key alone.",
            "See: keyfob registries",
        )
    desk.notes(api.warning)
    with vault.secret(key.id) as secret:
        facts = api.inspect(secret)
    _print_facts(facts, api.title, desk)
    found = differences(key, profile, facts)
    for difference in found:
        desk.note(difference.sentence)
        if difference.fix:
            desk.note(f"  {difference.fix}")
    if not found:
        desk.note(f"{api.title} says the same as the vault.")
    return 1 if found else 0


def _print_facts(facts: Facts, title: str, desk: Desk) -> None:
    from vault.cli.words import say_time
    from vault.text import safe

    times = {"created": facts.created, "expires": facts.expires, "used": facts.last_used}
    rows = {
        "state": "it works" if facts.active else "it works no more",
        "name": safe(facts.name, 80),
        "may": safe(", ".join(facts.scopes), 200),
        **{name: say_time(time, desk) for name, time in times.items() if time is not None},
    }
    desk.put(f"  {safe(title)} says")
    for label, value in rows.items():
        if value:
            desk.put(f"    {label:<9} {value}")


def _reveal(vault: Lender, key: Key, desk: Desk) -> None:
    """The secret as it is, whatever the encoding of stdout."""
    from vault.cli.handover import record_use

    with vault.secret(key.id) as secret:
        raw = getattr(desk.stdout, "buffer", None)
        if raw is None:
            desk.put(secret.reveal())
        else:
            desk.stdout.flush()
            raw.write(secret.reveal_bytes() + b"\n")
    record_use(vault, key, desk)


def _print(key: Key, desk: Desk) -> None:
    from vault.cli.describe import say_grants
    from vault.cli.words import paint, say_state, say_time
    from vault.text import safe

    life = key.lifetime
    state = life.state(desk.clock())
    rows = {
        "state": paint(say_state(state), state, desk),
        "registry": safe(key.registry),
        "owner": safe(key.owner),
        "may": say_grants(key),
        "created": say_time(life.created, desk),
        "expires": "never"
        if life.expires is None
        else f"{say_time(life.expires, desk)}, {life.say(desk.clock())}",
        "revoked": "" if life.revoked is None else say_time(life.revoked, desk),
        "secret": safe(f"{key.format or 'unknown format'}, fingerprint {key.fingerprint}"),
        "rotated": _times(key.revision - 1),
        "copied": "never" if key.copied is None else say_time(key.copied, desk),
        "used": "" if key.used is None else say_time(key.used, desk),
        "note": safe(key.note),
    }
    desk.put(safe(key.name))
    for label, value in rows.items():
        if value:
            desk.put(f"  {label:<9} {value}")
    _print_places(key, desk)


def _print_places(key: Key, desk: Desk) -> None:
    """Where it is installed, and the rotations that were made, the newest first."""
    from vault.cli.describe import say_standing
    from vault.cli.words import say_time
    from vault.text import safe

    if key.places:
        desk.put("  places")
    for place in key.places:
        desk.put(f"    {say_standing(place, key):<11} {safe(place.kind):<9} {safe(place.where)}")
        if place.command:
            desk.put(f"{'':<26}{safe(place.command)}")
    if key.retire is not None:
        desk.put("  old value still to be revoked or deleted at the registry")
    if key.asked is not None:
        desk.put(
            f"  asked for a new value {say_time(key.asked, desk)}; no answer came: the present one "
            "may be dead"
        )
    if key.history:
        desk.put("  history")
    for turn in reversed(key.history):
        at = f", at {', '.join(turn.places)}" if turn.places else ""
        desk.put(f"    {say_time(turn.at, desk)}  {safe((turn.why or 'rotated') + at)}")


def _times(number: int) -> str:
    return {0: "", 1: "once", 2: "twice"}.get(number, f"{number:,} times")
