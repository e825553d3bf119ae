"""`keyfob run`: a client with the narrowest key that covers what it is about to do.

Where an agent holds the vault open, `vault.running.quick` has done it before this is imported, or
has left it to this, which can do all of it.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vault.cli.names import completes, key_names, registries
from vault.cli.parser import Parser

if TYPE_CHECKING:  # only --help and completion go without the vault
    from vault.cli.desk import Desk
    from vault.clients.base import Client
    from vault.lending import Lender
    from vault.running.errand import Errand, Task
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
    from vault.running.errand import keyless, needs_key, planned, recognised, say_keyless

    task = task_of(args, _here(), desk.environ)
    client, invocation = recognised(task)
    if not needs_key(client, invocation):
        desk.note(say_keyless(invocation))
        return 0 if args.dry_run else _start(keyless(task, invocation), desk)
    with lent(args, desk) as lender:
        plan = planned(task, invocation, lender, desk.clock())
        if args.dry_run:
            _explain(client, plan, task, desk)
            return 0
        return _with_key(task, client, plan, lender=lender, args=args, desk=desk)


def task_of(args: argparse.Namespace, directory: Path, environ: Mapping[str, str]) -> Task:
    """What the arguments of `run` ask for.

    Args:
        args: As parsed.
        directory: Where the command is to run.
        environ: The environment it is to run in.
    """
    from vault.cli.passwords import COMMAND_VARIABLE, FILE_VARIABLE
    from vault.running.errand import Task

    return Task(
        command=args.command[1:] if args.command[:1] == ["--"] else args.command,
        directory=directory,
        environ=environ,
        key=args.key,
        registry=args.registry,
        variables=args.variables,
        narrow=not args.no_narrow,
        allow_argv=args.allow_argv,
        withheld=(FILE_VARIABLE, COMMAND_VARIABLE),
    )


def _here() -> Path:
    from vault.errors import StorageError

    try:
        return Path.cwd()
    except OSError:
        raise StorageError("The current directory is gone.", "Change to another one.") from None


def _with_key(
    task: Task,
    client: Client,
    plan: Plan,
    *,
    lender: Lender,
    args: argparse.Namespace,
    desk: Desk,
) -> int:
    """Start the child with its key, record that, and look at what came of it."""
    from vault.running.errand import prepared, record_use
    from vault.running.explain import explain_refusal
    from vault.running.room import ended_in_order
    from vault.running.watch import Watch

    watch = Watch()
    with ended_in_order(), prepared(task, client, plan, lender, desk.clock()) as errand:
        desk.notes(*errand.said)
        status = _start(
            errand,
            desk,
            watch=watch if errand.watched else None,
            started=lambda: desk.notes(record_use(lender, plan.key.id)),
        )
    watch.end()
    if status and watch.refused:
        desk.notes(*explain_refusal(plan, desk.clock(), narrowed=errand.narrowed))
    if watch.days_left is not None:
        from vault.cli.believing import offer_end

        offer_end(plan.key, plan.profile, watch.days_left, args, desk)
    return status


def _start(
    errand: Errand,
    desk: Desk,
    *,
    watch: Watch | None = None,
    started: Callable[[], object] | None = None,
) -> int:
    from vault.running.child import not_started, run_child

    try:
        return run_child(
            errand.command,
            errand.environ(desk.environ),
            terminal=errand.terminal,
            look=None if watch is None else watch.feed,
            started=started,
        )
    except OSError as error:
        raise not_started(errand.command[0], error) from None


def believe(argv: Sequence[str], record: bytes, days: int) -> None:
    """Offer to believe a registry that a key ends in so many days; the client has run by now.

    Args:
        argv: What was typed after `keyfob`.
        record: The key, as it was handed out: its record in JSON.
        days: In how many days the registry says it ends.
    """
    import msgspec

    from vault.cli import VERBS
    from vault.cli.believing import offer_end
    from vault.cli.desk import Desk
    from vault.cli.parser import parse
    from vault.errors import VaultError
    from vault.records import Entry, Record
    from vault.registries.loader import load

    desk = Desk()
    _, args = parse(argv, VERBS, desk.environ)
    key = Entry(msgspec.json.decode(record, type=Record)).key
    try:
        offer_end(key, load(key.registry), days, args, desk)
    except VaultError as error:  # its registry's profile is gone by now
        desk.complain(error)


def _explain(client: Client, plan: Plan, task: Task, desk: Desk) -> None:
    """What would happen, on stdout; nothing is opened and nothing is started."""
    from vault.cli.describe import say_grants
    from vault.cli.words import say_end
    from vault.running.errand import narrows
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
        ("goes in by", safe(_how(client, plan, task))),
    ]
    if warning := say_unencrypted(plan.invocation):
        rows.append(("beware", safe(warning)))
    if narrows(task, plan):
        rows.append(("narrowed", "to these projects and ten minutes, if it is a token that can be"))
    for label, value in rows:
        desk.put(f"{label:<11} {value}")


def _how(client: Client, plan: Plan, task: Task) -> str:
    """How the key would go in: asked with a made-up one, so that no secret is opened."""
    from vault.keys.secret import Secret
    from vault.running.errand import equipped
    from vault.running.room import ended_in_order, private_room

    with ended_in_order(), private_room(task.environ) as room:
        return equipped(task, client, plan, Secret("made-up"), room).how
