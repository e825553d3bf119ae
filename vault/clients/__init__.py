"""Client programs that publish packages: what their commands want, and how they take a key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from vault.clients.base import Client, Equipment, Invocation, Wanted
from vault.clients.cargo import Cargo
from vault.clients.dotnet import DotnetNuget
from vault.clients.gem import Gem
from vault.clients.npm import Npm
from vault.clients.nuget import Nuget
from vault.clients.other import Other
from vault.clients.twine import Twine
from vault.clients.uv import UvPublish

__all__ = ["CLIENTS", "Client", "Equipment", "Invocation", "Other", "Wanted", "recognise"]

_ALL: tuple[Client, ...] = (DotnetNuget(), Nuget(), Twine(), UvPublish(), Npm(), Cargo(), Gem())

CLIENTS: Mapping[str, Client] = {client.name: client for client in _ALL}
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
    found = (client.read(command, directory, environ) for client in CLIENTS.values())
    return next((each for each in found if each is not None), None)
