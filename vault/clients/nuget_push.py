"""What `dotnet nuget` and `nuget.exe` have in common: sources, packages, symbols."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from vault.clients.address import same, server
from vault.clients.base import Invocation, Wanted
from vault.clients.files import publishing, unique
from vault.clients.nuget_config import files, settings
from vault.clients.nuget_files import EXTENSION, packages
from vault.errors import ValueRefusedError
from vault.keys.request import Ask
from vault.text import safe

REGISTRY = "nuget.org"
"""Where a push goes when neither the command nor a configuration says."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a push or delete command says, in either client's spelling.

    Attributes:
        verb: `push` or `delete`.
        plain: Packages, or an id and a version.
        source: Where to.
        symbol_source: Where to with the symbols.
        symbols: Whether symbols are pushed at all.
        config: The configuration file.
    """

    verb: str
    plain: tuple[str, ...]
    source: str | None
    symbol_source: str | None
    symbols: bool
    config: str | None


def invocation(
    client: str, command: Sequence[str], given: Given, directory: Path, environ: Mapping[str, str]
) -> Invocation:
    """The invocation of a push or delete command.

    Raises:
        ValueRefusedError: It goes nobody knows where, or names no package that can be read.
    """
    where = target(given.source, directory, environ, given.config)
    if where is None:
        return keyless(client, command, directory)
    if given.verb == "delete":
        wanted = _removed(given.plain)
    else:
        if given.symbols and given.symbol_source is not None:
            symbols = target(given.symbol_source, directory, environ, given.config)
            _check_symbols(where, symbols)
        wanted = _pushed(directory, given.plain, symbols=given.symbols)
    return Invocation(
        client, tuple(command), "nuget", wanted, where.address, where.registry, directory
    )


def keyless(client: str, command: Sequence[str], directory: Path) -> Invocation:
    """The invocation of a command that needs no key."""
    return Invocation(client, tuple(command), "nuget", (), None, None, directory)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a command goes.

    Attributes:
        address: The server; None if nothing names one.
        registry: `nuget.org` if nothing names one.
    """

    address: str | None
    registry: str | None


def target(
    source: str | None, directory: Path, environ: Mapping[str, str], config: str | None
) -> Target | None:
    """Where a command with this source goes; None if that is a directory, which takes no key.

    Args:
        source: The address, path or name the command gives.
        directory: Where the command runs.
        environ: Its environment.
        config: The configuration file the command names.

    Raises:
        ValueRefusedError: It is neither an address, a directory nor a source's name, or anybody
            could answer in the server's place.
    """
    only = directory / config if config else None
    known = settings(files(directory, environ, only=only))
    named = known.resolve(known.push if source is None else source)
    if (address := server(named)) is not None:
        if any(same(address, each) for each in known.unchecked):
            raise ValueRefusedError(
                "A NuGet configuration turns off the check of this server's certificate.",
                "Take disableTLSCertificateValidation out; trust the certificate on this machine.",
            )
        return Target(address, None)
    if (source is None and not named) or named.lower() == REGISTRY:
        return Target(None, REGISTRY)
    if (directory / named).is_dir() or named.lower().startswith("file:"):
        return None
    raise ValueRefusedError(
        f"{safe(named, 100)} is neither an address nor a source of a NuGet configuration.",
        "Give the server's address with --source.",
    )


def _check_symbols(packages: Target, symbols: Target | None) -> None:
    if symbols is None or symbols == packages:
        return
    if packages.address and symbols.address and same(packages.address, symbols.address):
        return
    raise ValueRefusedError(
        "The command sends packages to one server and symbols to another.",
        "Push without symbols, and the symbols with a command of their own.",
    )


def _pushed(directory: Path, paths: Iterable[str], *, symbols: bool) -> tuple[Wanted, ...]:
    """What pushing these packages asks for.

    A package's symbols lie beside it and go with it: `X.snupkg`, or `X.symbols.nupkg`, beside
    `X.nupkg` ("Creating symbol packages" of NuGet's documentation).

    Args:
        directory: Where the command runs.
        paths: Packages or patterns as the command gives them.
        symbols: Whether symbols are pushed with them.

    Raises:
        ValueRefusedError: No package is named, or one cannot be read.
    """
    found = packages(directory, paths)
    if not found:
        raise ValueRefusedError("The command names no package.", "Name the .nupkg file to push.")
    wanted = publishing(found, "nuget")
    if not symbols:
        return wanted
    beside = [each for path in found for each in _symbols_of(path) if each.is_file()]
    return unique((*wanted, *publishing(beside, "nuget")))


def _removed(plain: tuple[str, ...]) -> tuple[Wanted, ...]:
    """What `delete ID VERSION` asks for: on nuget.org it unlists.

    Raises:
        ValueRefusedError: Id or version is missing.
    """
    if len(plain) < 2:  # noqa: PLR2004 - an id and a version
        raise ValueRefusedError(
            "The command does not say which package and version to delete.",
            "Write delete ID VERSION.",
        )
    return (Wanted(Ask.UNLIST, plain[0], plain[1], exists=True),)


def _symbols_of(path: Path) -> tuple[Path, ...]:
    name = path.name
    if not name.lower().endswith(EXTENSION) or name.lower().endswith(".symbols.nupkg"):
        return ()
    stem = name[: -len(EXTENSION)]
    return path.with_name(stem + ".snupkg"), path.with_name(stem + ".symbols.nupkg")
