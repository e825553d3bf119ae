"""`dotnet nuget`: takes the key from `NUGET_API_KEY` since .NET SDK 10.0.300 (NuGet 7.6)."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from vault.clients.base import Equipment, Invocation
from vault.clients.nuget_key import in_argv, in_environment, key_given
from vault.clients.nuget_push import Given, invocation, keyless
from vault.clients.program import program_of
from vault.clients.words import Options
from vault.keys.secret import Secret

FIRST = (10, 0, 300)
"""The first SDK that reads `NUGET_API_KEY`."""

_COMMON = (
    "-s/--source= -k/--api-key= --no-service-endpoint --interactive --force-english-output "
    "--allow-insecure-connections --configfile= -?/-h/--help"
)
_OPTIONS = {
    "push": Options(
        "dotnet nuget push",
        f"{_COMMON} -ss/--symbol-source= -sk/--symbol-api-key= -t/--timeout= "
        "-d/--disable-buffering -n/--no-symbols --skip-duplicate",
        separators="=:",
    ),
    "delete": Options("dotnet nuget delete", f"{_COMMON} --non-interactive", separators="=:"),
}
_KEYLESS = {
    *("add", "build", "build-server", "clean", "format", "help", "list", "new", "pack", "package"),
    *("publish", "reference", "remove", "restore", "run", "sdk", "sln", "store", "test"),
    *("tool", "vstest", "watch", "workload", "--version", "--info", "--help", "-h"),
}
_KEYLESS_NUGET = {
    *("add", "config", "disable", "enable", "list", "locals", "remove", "search", "sign"),
    *("trust", "update", "verify", "why", "--help", "-h", "--version"),
}
_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")


class DotnetNuget:
    """The `dotnet nuget` commands."""

    name = "dotnet nuget"

    def read(
        self, command: Sequence[str], directory: Path, environ: Mapping[str, str]
    ) -> Invocation | None:
        """See `Client.read`."""
        program = program_of(command)
        if program is None or program.name != "dotnet":
            return None
        first, verb = (*program.words[:2], "", "")[:2]
        if first in _KEYLESS or (first == "nuget" and verb in _KEYLESS_NUGET):
            return keyless(self.name, command, directory)
        if first != "nuget" or verb not in _OPTIONS:
            return None
        words = _OPTIONS[verb].read(program.words[2:])
        if words.on("--help"):
            return keyless(self.name, command, directory)
        if words.value("--api-key") is not None or words.value("--symbol-api-key") is not None:
            raise key_given()
        given = Given(
            verb,
            words.plain,
            words.only("--source"),
            words.only("--symbol-source"),
            not words.on("--no-symbols"),
            words.only("--configfile"),
        )
        return invocation(self.name, command, given, directory, environ)

    def equip(
        self,
        invocation: Invocation,
        secret: Secret,
        environ: Mapping[str, str],
        room: Path,  # noqa: ARG002 - no file is needed
        *,
        allow_argv: bool = False,
    ) -> Equipment:
        """See `Client.equip`."""
        program = program_of(invocation.command)
        path = shutil.which(program.path, path=environ.get("PATH")) if program else None
        newest = _newest_sdk(Path(path)) if path else None
        if newest is None or newest >= FIRST:
            return in_environment(invocation.command, secret, ".NET SDK 10.0.300")
        return in_argv(invocation.command, "--api-key", secret, _said(newest), allow=allow_argv)


def _said(version: tuple[int, ...]) -> str:
    number = ".".join(map(str, version))
    return f".NET SDK {number} takes a key only in its command"


def _newest_sdk(program: Path) -> tuple[int, ...] | None:
    """The newest SDK beside the `dotnet` program; None if that cannot be seen."""
    try:
        names = [path.name for path in (program.resolve().parent / "sdk").iterdir()]
    except OSError:
        return None
    found = [tuple(map(int, match.groups())) for name in names if (match := _VERSION.match(name))]
    return max(found, default=None)
