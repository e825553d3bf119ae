"""Client programs that publish packages: what their commands want, and how they take a key.

A client is loaded when a command of it is met: `keyfob run` must not pay for the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path

from vault.clients.base import Client, Equipment, Invocation, Wanted
from vault.clients.other import Other
from vault.clients.program import program_of

__all__ = ["CLIENTS", "Client", "Equipment", "Invocation", "Other", "Wanted", "recognise"]

_PROGRAMS = {
    "cargo": "cargo",
    "dotnet": "dotnet nuget",
    "gem": "gem",
    "npm": "npm",
    "nuget": "nuget",
    "twine": "twine",
    "uv": "uv publish",
}
"""A client's name by that of the program its commands start with."""


class _Clients(Mapping[str, Client]):
    """Every client by its name, each loaded when it is first asked for."""

    _HOMES = {
        "dotnet nuget": ("vault.clients.dotnet", "DotnetNuget"),
        "nuget": ("vault.clients.nuget", "Nuget"),
        "twine": ("vault.clients.twine", "Twine"),
        "uv publish": ("vault.clients.uv", "UvPublish"),
        "npm": ("vault.clients.npm", "Npm"),
        "cargo": ("vault.clients.cargo", "Cargo"),
        "gem": ("vault.clients.gem", "Gem"),
    }

    def __init__(self) -> None:
        self._loaded: dict[str, Client] = {}

    def __getitem__(self, name: str) -> Client:
        """The client of this name."""
        if name not in self._loaded:
            module, kind = self._HOMES[name]
            self._loaded[name] = getattr(import_module(module), kind)()
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        """The names."""
        return iter(self._HOMES)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._HOMES)


CLIENTS: Mapping[str, Client] = _Clients()
"""Every client keyfob knows, by name. `Other` is for the rest."""


def recognise(
    command: Sequence[str], directory: Path, environ: Mapping[str, str]
) -> Invocation | None:
    """What a command is about to do, if it is one of a client keyfob knows; else None.

    Args:
        command: Program and arguments.
        directory: Where it will run.
        environ: The environment it will run in.

    Raises:
        ValueRefusedError: It is one, but what it would publish, or where, cannot be told; or it
            does something keyfob must not hand a key for.
    """
    program = program_of(command)
    name = _PROGRAMS.get(program.name) if program is not None else None
    return None if name is None else CLIENTS[name].read(command, directory, environ)
