"""A client program as keyfob sees it: what a command of it wants, and how it takes a key.

A client is a table row's worth of knowledge in a file of its own: `read` tells from the command
line, without running anything, which packages are to be touched and on which server; `equip` says
what to give the child process so that it has the key, and nobody else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from vault.keys.kind import Kind
from vault.keys.request import Ask, Request
from vault.keys.secret import Secret


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing a command is about to do to one package.

    Attributes:
        ask: What.
        package_id: To which package.
        version: Which version of it; empty if the command does not say.
        exists: Whether the id exists on the registry, as far as the command tells; None if not.
        source: Where the id was read, for a sentence: a file's name, or `the command`.
    """

    ask: Ask
    package_id: str
    version: str = ""
    exists: bool | None = None
    source: str = "the command"

    @property
    def request(self) -> Request:
        """The same as a question to a key."""
        return Request(self.ask, self.package_id, exists=self.exists)


@dataclass(frozen=True, slots=True)
class Invocation:
    """A command that was recognised, and what it is about to do.

    Attributes:
        client: The client's name, as its row in `CLIENTS`.
        command: The command's words.
        kind: Kind of package it handles; None for a program keyfob knows nothing of.
        wanted: Everything it will ask of the registry; empty if it changes no package there, as
            `dotnet build`, `npm publish --dry-run` or a push into a directory: it needs no key,
            gets none, and whoever runs it says so.
        address: The server it names, as a URL; None if it leaves that to its configuration.
        registry: Id of the registry it goes to when it names none, or by a name it knows.
        directory: Where it runs.
    """

    client: str
    command: tuple[str, ...]
    kind: Kind | None
    wanted: tuple[Wanted, ...]
    address: str | None
    registry: str | None
    directory: Path


@dataclass(frozen=True, slots=True)
class Equipment:
    """What the child process gets.

    Attributes:
        command: What to start; the words of the invocation, or those with some added. It holds
            the secret only where `allow_argv` was said.
        how: How the key gets in, without the key, to complete "The key goes in by ...".
        environ: Variables to set; they may hold the secret and are never printed.
        unset: Variables to take away, because the client would prefer them to the key.
        terminal: Whether the child may talk to the terminal.
        lends: Whether the child asks keyfob for the key itself, over a socket lent to it.
    """

    command: tuple[str, ...] = field(repr=False)
    how: str
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    unset: tuple[str, ...] = ()
    terminal: bool = True
    lends: bool = False


class Client(Protocol):
    """A program that publishes packages.

    Attributes:
        name: What it is called, e.g. `dotnet nuget`.
    """

    name: str

    def read(
        self, command: Sequence[str], directory: Path, environ: Mapping[str, str]
    ) -> Invocation | None:
        """What a command of this client is about to do; None if it is no command of it.

        None is also the answer for a subcommand keyfob does not know, such as a plug-in's: nobody
        can tell whether it publishes something.

        Args:
            command: Program and arguments.
            directory: Where it will run; relative artifacts are found from here.
            environ: The environment it will run in.

        Raises:
            ValueRefusedError: It is one, but what it would publish cannot be told: the file is
                missing or no package, or the client does something keyfob must not hand a key for.
        """

    def equip(
        self,
        invocation: Invocation,
        secret: Secret,
        environ: Mapping[str, str],
        room: Path,
        *,
        allow_argv: bool = False,
    ) -> Equipment:
        """What to give the child process so that it has the key.

        Args:
            invocation: What `read` answered.
            secret: The key's value, or what it was narrowed to.
            environ: The environment it will run in.
            room: A private directory for files; removed when the child has ended.
            allow_argv: Whether the key may stand in the command where there is no other way; all
                processes of the machine can read it there.

        Raises:
            ValueRefusedError: The client takes a key in no safe way here; the hint says what would.
        """
