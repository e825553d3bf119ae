"""A command on its way to being run: recognised, given its key, ready to be started.

The same for whoever does it: `keyfob run` itself, with a vault it opened or an agent that lends to
it, or the agent for a `keyfob run` that only starts what it is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from vault.clients import CLIENTS, Other, recognise
from vault.clients.base import Client, Equipment, Invocation
from vault.errors import ValueRefusedError, VaultError
from vault.keys.secret import Secret
from vault.lending import Lender
from vault.registries.loader import load
from vault.running import narrowing
from vault.running.child import find_program
from vault.running.explain import say_depends, say_unencrypted
from vault.running.plan import NothingToldError, Plan, make_plan
from vault.running.room import private_room


@dataclass(frozen=True, slots=True)
class Task:
    """What the user wants run.

    Attributes:
        command: Program and arguments.
        directory: Where it runs: this process's own directory, or that of who asks the agent.
        environ: The environment it was asked for in.
        key: Name of the key to take, or None.
        registry: Id of the registry it goes to, or None.
        variables: Those that take the key, for a program keyfob does not know.
        narrow: Whether a PyPI token is narrowed before it is handed out.
        allow_argv: Whether the key may stand in the command where there is no other way.
        withheld: Variables that are no child's business.
    """

    command: Sequence[str]
    directory: Path
    environ: Mapping[str, str] = field(repr=False)
    key: str | None = None
    registry: str | None = None
    variables: Sequence[str] = ()
    narrow: bool = True
    allow_argv: bool = False
    withheld: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Errand:
    """A command that can be started.

    Attributes:
        command: The program's file, and its arguments.
        given: Variables to set; they may hold the secret and are never printed.
        unset: Variables to take away.
        terminal: Whether it may talk to the terminal.
        said: Sentences to say before.
        plan: What it is about to do, and with which key; None if it needs none.
        narrowed: Whether what it gets is less than the key.
    """

    command: tuple[str, ...] = field(repr=False)
    given: Mapping[str, str] = field(repr=False)
    unset: tuple[str, ...]
    terminal: bool
    said: tuple[str, ...]
    plan: Plan | None = None
    narrowed: bool = False

    @property
    def watched(self) -> bool:
        """Whether its output may tell what became of the key."""
        return self.plan is not None and bool(self.plan.invocation.wanted)

    def environ(self, base: Mapping[str, str]) -> dict[str, str]:
        """Its whole environment.

        Args:
            base: The environment it was asked for in.
        """
        kept = {name: value for name, value in base.items() if name not in self.unset}
        return kept | dict(self.given)


def recognised(task: Task) -> tuple[Client, Invocation]:
    """Whose command it is, and what it is about to do.

    Raises:
        ValueRefusedError: The command is none, or what it does cannot be told.
    """
    if not task.command or not task.command[0]:
        raise ValueRefusedError("There is no command to run.", "See: keyfob run --help")
    try:
        found = None if task.variables else recognise(task.command, task.directory, task.environ)
    except OSError as error:  # a name too long for the system, for one
        raise ValueRefusedError(
            f"A file of this command cannot be looked at: {(error.strerror or '?').lower()}.",
            "Check the paths in the command.",
        ) from None
    if found is not None:
        return CLIENTS[found.client], found
    other = Other(task.variables)
    if task.key is None:
        raise NothingToldError
    found = other.read(task.command, task.directory, task.environ)
    assert found is not None  # it takes any command  # noqa: S101
    return other, found


def needs_key(client: Client, invocation: Invocation) -> bool:
    """Whether a command gets a key at all."""
    return client.name == "other" or bool(invocation.wanted)


def say_keyless(invocation: Invocation) -> str:
    """Why a command gets no key, in a sentence."""
    return f"{invocation.client}: this command changes no package on a registry: it gets no key."


def keyless(task: Task, invocation: Invocation) -> Errand:
    """A command that gets none, ready to be started.

    Raises:
        ValueRefusedError: There is no such program.
    """
    program = find_program(invocation.command[0], task.environ, invocation.directory)
    command = (program, *invocation.command[1:])
    said = (say_keyless(invocation),)
    return Errand(command, {}, task.withheld, terminal=True, said=said)


def planned(task: Task, invocation: Invocation, lender: Lender, now: datetime) -> Plan:
    """The key a command gets.

    Raises:
        VaultError: As `make_plan`; or there is no such key or registry as the user names.
    """
    named = None if task.key is None else lender.find(task.key)
    registry = None if task.registry is None else load(task.registry).id
    return make_plan(invocation, lender.keys, now, registry=registry, named=named)


@contextmanager
def prepared(
    task: Task,
    client: Client,
    plan: Plan,
    lender: Lender,
    now: datetime,
    *,
    before: Callable[[], None] | None = None,
) -> Iterator[Errand]:
    """A command with its key, ready to be started; what it was given as files is gone afterwards.

    Args:
        task: What the user wants.
        client: Whose command it is.
        plan: The key it gets.
        lender: Where that is.
        now: The current time.
        before: Called before the key is lent to a child that asks for it itself; raises a
            `VaultError` to refuse that.

    Raises:
        VaultError: The secret cannot be had, the client takes it in no safe way, or there is no
            such program.
    """
    with ExitStack() as stack:
        room = stack.enter_context(private_room(task.environ))
        secret, narrowed = _handed(task, plan, lender, now)
        with secret:
            equipment = equipped(task, client, plan, secret, room)
        program = find_program(equipment.command[0], task.environ, task.directory)
        given = dict(equipment.environ)
        if equipment.lends:
            given |= stack.enter_context(_lent(lender, plan, room, before))
        yield Errand(
            (program, *equipment.command[1:]),
            given,
            (*equipment.unset, *task.withheld),
            equipment.terminal,
            _said(plan, now, narrowed=narrowed),
            plan,
            narrowed,
        )


def record_use(lender: Lender, key_id: str) -> str:
    """Remember that a key was handed out; failing to is worth the sentence that this answers."""
    try:
        lender.mark_used(key_id)
    except VaultError as error:
        return f"That it was handed out is not recorded: {error.message}"
    return ""


def equipped(task: Task, client: Client, plan: Plan, secret: Secret, room: Path) -> Equipment:
    """What the client says the child must get.

    Raises:
        ValueRefusedError: It takes a key in no safe way here.
    """
    return client.equip(plan.invocation, secret, task.environ, room, allow_argv=task.allow_argv)


def narrows(task: Task, plan: Plan) -> bool:
    """Whether what is handed out is narrowed, if it is a token that can be."""
    return task.narrow and plan.profile.id in narrowing.REGISTRIES and bool(plan.invocation.wanted)


def _handed(task: Task, plan: Plan, lender: Lender, now: datetime) -> tuple[Secret, bool]:
    """What is handed out, and whether it is less than the key."""
    secret = lender.secret(plan.key.id)
    if not narrows(task, plan):
        return secret, False
    projects = [one.package_id for one in plan.invocation.wanted]
    narrowed = narrowing.narrow(secret, projects, now)
    if narrowed is None:
        return secret, False
    secret.wipe()
    return narrowed, True


def _said(plan: Plan, now: datetime, *, narrowed: bool) -> tuple[str, ...]:
    """What the user is told before it runs."""
    life = plan.key.lifetime
    how = " (narrowed)" if narrowed else ""
    end = f"; it expires {life.say(now)}" if life.state(now).due else ""
    key = f"keyfob: {plan.profile.title} key {plan.key.name}{how}{end}."
    return tuple(filter(None, (*say_depends(plan, now), say_unencrypted(plan.invocation), key)))


@contextmanager
def _lent(
    lender: Lender, plan: Plan, room: Path, before: Callable[[], None] | None
) -> Iterator[dict[str, str]]:
    """Lend this one key to the child, which asks for it itself, for the one server it goes to."""
    from vault.agent.client import VARIABLE
    from vault.agent.server import lend
    from vault.hooks.asking import LENT_FOR

    address = room / "key.sock"
    with lend(lender, address, only=frozenset({plan.key.id}), before=before):
        yield {VARIABLE: str(address), LENT_FOR: plan.invocation.address or ""}
