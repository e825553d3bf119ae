"""`keyfob run`: a client with the narrowest key that covers what it is about to do."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from vault.cli.names import completes, key_names, registries
from vault.cli.parser import Parser

if TYPE_CHECKING:  # only --help and completion go without the vault
    from vault.cli.desk import Desk
    from vault.clients.base import Client, Invocation
    from vault.keys.key import Key
    from vault.keys.secret import Secret
    from vault.lending import Lender
    from vault.running.plan import Plan
    from vault.running.watch import Watch

_EXAMPLE = """\
examples:
  keyfob run -- dotnet nuget push Contoso.Core.1.2.0.nupkg -s nuget.org
  keyfob run -- twine upload dist/*
  keyfob run --dry-run -- npm publish
  keyfob run --key hex-ci --env HEX_API_KEY -- mix hex.publish

Which package it is about is read from the artifact or the project. The key is given to that one
process, never as an argument; where none may do it, nothing is started. The exit status is the
client's own, and 1 if no key may."""


def configure(parser: Parser) -> None:
    """Add the arguments of `run`."""
    parser.epilog = _EXAMPLE
    parser.usage = "%(prog)s [--key NAME] [--registry ID] [OPTIONS] -- COMMAND ..."
    completes(
        parser.add_argument("--key", metavar="NAME", help="take this key, if it may"), key_names
    )
    completes(
        parser.add_argument("--registry", metavar="ID", help="where the command publishes to"),
        registries,
    )
    parser.add_argument(
        "--env",
        dest="variables",
        metavar="VARIABLE",
        action="append",
        default=[],
        help="for a program keyfob does not know: the variable that takes the key",
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would happen, and stop")
    parser.add_argument(
        "--no-narrow", action="store_true", help="hand a PyPI token out as it is, not narrowed"
    )
    parser.add_argument(
        "--allow-argv",
        action="store_true",
        help="let a client that takes a key no other way have it as an argument, for all to see",
    )
    parser.add_argument("command", metavar="COMMAND", nargs=argparse.REMAINDER, help="what to run")


def run(args: argparse.Namespace, desk: Desk) -> int:
    """Run the command with its key, and answer its exit status.

    Raises:
        ValueRefusedError: The command is none, or what it does cannot be told.
        MayNotError: No key may do it; nothing was started.
    """
    from vault.cli.session import lent

    client, invocation = _recognise(args, desk)
    if client.name != "other" and not invocation.wanted:
        return _without_key(invocation, args, desk)
    with lent(args, desk) as lender:
        plan = _plan(invocation, lender, args, desk)
        if args.dry_run:
            _explain(client, plan, args, desk)
            return 0
        return _with_key(client, plan, lender, args, desk)


def _recognise(args: argparse.Namespace, desk: Desk) -> tuple[Client, Invocation]:
    from vault.clients import CLIENTS, Other, recognise
    from vault.errors import ValueRefusedError

    command = args.command[1:] if args.command[:1] == ["--"] else args.command
    if not command or not command[0]:
        raise ValueRefusedError("There is no command to run.", "See: keyfob run --help")
    here = _here()
    try:
        found = None if args.variables else recognise(command, here, desk.environ)
    except OSError as error:  # a name too long for the system, for one
        raise ValueRefusedError(
            f"A file of this command cannot be looked at: {(error.strerror or '?').lower()}.",
            "Check the paths in the command.",
        ) from None
    if found is not None:
        return CLIENTS[found.client], found
    other = Other(args.variables)
    if args.key is None:
        from vault.running.plan import NothingToldError

        raise NothingToldError
    found = other.read(command, here, desk.environ)
    assert found is not None  # it takes any command  # noqa: S101
    return other, found


def _here() -> Path:
    from vault.errors import StorageError

    try:
        return Path.cwd()
    except OSError:
        raise StorageError("The current directory is gone.", "Change to another one.") from None


def _without_key(invocation: Invocation, args: argparse.Namespace, desk: Desk) -> int:
    from vault.running.child import run_child

    desk.note(
        f"{invocation.client}: this command changes no package on a registry: it gets no key."
    )
    if args.dry_run:
        return 0
    return run_child(invocation.command, _plain(desk.environ), invocation.directory)


def _plan(invocation: Invocation, lender: Lender, args: argparse.Namespace, desk: Desk) -> Plan:
    from vault.registries.loader import load
    from vault.running.plan import make_plan

    named = None if args.key is None else lender.find(args.key)
    registry = None if args.registry is None else load(args.registry).id
    return make_plan(invocation, lender.keys, desk.clock(), registry=registry, named=named)


def _with_key(
    client: Client, plan: Plan, lender: Lender, args: argparse.Namespace, desk: Desk
) -> int:
    """Hand the key to the child, record that, and look at what came of it."""
    from vault.running.child import run_child
    from vault.running.room import private_room
    from vault.running.watch import Watch

    watch = Watch()
    with ExitStack() as stack:
        room = stack.enter_context(private_room(desk.environ))
        secret, narrowed = _secret(plan, lender, args, desk)
        with secret:
            equipment = client.equip(
                plan.invocation, secret, desk.environ, room, allow_argv=args.allow_argv
            )
        environ = _plain(desk.environ, *equipment.unset) | dict(equipment.environ)
        if equipment.lends:
            environ |= stack.enter_context(_lent(lender, plan, room))
        _tell(plan, narrowed=narrowed, desk=desk)
        status = run_child(
            equipment.command,
            environ,
            plan.invocation.directory,
            terminal=equipment.terminal,
            look=watch.feed if plan.invocation.wanted else None,
            started=lambda: _record(lender, plan.key, desk),
        )
    watch.end()
    _afterwards(plan, watch, status, narrowed=narrowed, args=args, desk=desk)
    return status


def _tell(plan: Plan, *, narrowed: bool, desk: Desk) -> None:
    from vault.running.explain import say_depends, say_unencrypted

    life = plan.key.lifetime
    ends = life.say(desk.clock())
    desk.notes(*say_depends(plan, desk.clock()), say_unencrypted(plan.invocation))
    how = " (narrowed)" if narrowed else ""
    end = f"; it expires {ends}" if life.state(desk.clock()).due else ""
    desk.note(f"keyfob: {plan.profile.title} key {plan.key.name}{how}{end}.")


def _secret(
    plan: Plan, lender: Lender, args: argparse.Namespace, desk: Desk
) -> tuple[Secret, bool]:
    """What is handed out, and whether it is less than the key."""
    from vault.running import narrowing

    secret = lender.secret(plan.key.id)
    wanted = plan.invocation.wanted
    if args.no_narrow or plan.profile.id not in narrowing.REGISTRIES or not wanted:
        return secret, False
    narrowed = narrowing.narrow(secret, [one.package_id for one in wanted], desk.clock())
    if narrowed is None:
        return secret, False
    secret.wipe()
    return narrowed, True


def _plain(environ: Mapping[str, str], *unset: str) -> dict[str, str]:
    """The environment without these: keyfob's own password sources are no child's business."""
    from vault.cli.passwords import COMMAND_VARIABLE, FILE_VARIABLE

    left = {*unset, FILE_VARIABLE, COMMAND_VARIABLE}
    return {name: value for name, value in environ.items() if name not in left}


@contextmanager
def _lent(lender: Lender, plan: Plan, room: Path) -> Iterator[dict[str, str]]:
    """Lend this one key to the child, which asks for it itself, for the one server it goes to."""
    from vault.agent.client import VARIABLE
    from vault.agent.server import lend
    from vault.hooks.asking import LENT_FOR

    address = room / "key.sock"
    with lend(lender, address, only=frozenset({plan.key.id})):
        yield {VARIABLE: str(address), LENT_FOR: plan.invocation.address or ""}


def _record(lender: Lender, key: Key, desk: Desk) -> None:
    """Remember the use; failing to is worth a note, no more."""
    from vault.errors import VaultError

    try:
        lender.mark_used(key.id)
    except VaultError as error:
        desk.note(f"That it was handed out is not recorded: {error.message}")


def _afterwards(
    plan: Plan,
    watch: Watch,
    status: int,
    *,
    narrowed: bool,
    args: argparse.Namespace,
    desk: Desk,
) -> None:
    from vault.running.explain import explain_refusal

    if status and watch.refused:
        desk.notes(*explain_refusal(plan, desk.clock(), narrowed=narrowed))
    if watch.days_left is not None:
        from vault.cli.believing import offer_end

        offer_end(plan.key, plan.profile, watch.days_left, args, desk)


def _explain(client: Client, plan: Plan, args: argparse.Namespace, desk: Desk) -> None:
    """What would happen, on stdout; nothing is opened and nothing is started."""
    from vault.cli.describe import say_grants
    from vault.cli.words import say_end
    from vault.running import narrowing
    from vault.running.explain import say_depends, say_unencrypted, say_wanted
    from vault.text import safe

    key = plan.key
    rows = [
        ("client", safe(client.name)),
        ("registry", safe(plan.profile.title)),
        *((("server", safe(plan.invocation.address)),) if plan.invocation.address else ()),
        *(("would", safe(phrase)) for phrase in say_wanted(plan.invocation)),
        ("key", f"{safe(key.name)}: {say_grants(key)}; ends {say_end(key.lifetime, desk)}"),
        *(("depends", safe(sentence)) for sentence in say_depends(plan, desk.clock())),
        ("goes in by", safe(_how(client, plan, args, desk))),
    ]
    if warning := say_unencrypted(plan.invocation):
        rows.append(("beware", safe(warning)))
    if plan.profile.id in narrowing.REGISTRIES and plan.invocation.wanted and not args.no_narrow:
        rows.append(("narrowed", "to these projects and ten minutes, if it is a token that can be"))
    for label, value in rows:
        desk.put(f"{label:<11} {value}")


def _how(client: Client, plan: Plan, args: argparse.Namespace, desk: Desk) -> str:
    """How the key would go in: asked with a made-up one, so that no secret is opened."""
    from vault.keys.secret import Secret
    from vault.running.room import private_room

    with private_room(desk.environ) as room:
        return client.equip(
            plan.invocation, Secret("made-up"), desk.environ, room, allow_argv=args.allow_argv
        ).how
