"""npm: takes the key from a file of settings, in which only a variable's name stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from vault.clients.address import same, server
from vault.clients.base import Equipment, Invocation
from vault.clients.npm_commands import READERS, Manifest
from vault.clients.npmrc import (
    Layer,
    default_registry,
    global_file,
    is_credential_for,
    key_of,
    layer,
    lines_of,
    nerf_dart,
    project_file,
    sole_variable,
    user_file,
    variables,
)
from vault.clients.other import may_hold_a_key
from vault.clients.private import write_private
from vault.clients.program import program_of
from vault.clients.words import Options, Words
from vault.errors import ValueRefusedError
from vault.keys.secret import Secret
from vault.text import safe

VARIABLE = "KEYFOB_NPM_TOKEN"
"""Holds the key in the child's environment; the file only names it."""

_OPTIONS = Options(
    "npm",
    "-reg/--reg/--registry= --scope= --tag= --access= --otp= -w/--workspace= -ws/--ws/--workspaces "
    "--iwr/--include-workspace-root --dry-run --provenance --provenance-file= --json "
    "-f/--force --ignore-scripts --foreground-scripts --loglevel= -d/-dd/-ddd/-q/--quiet "
    "-s/--silent --verbose --color --unicode --progress --timing --long --cache= --cafile= "
    "--strict-ssl --https-proxy= --proxy= --noproxy= --fetch-retries= --fetch-timeout= "
    "--auth-type= -m/--message= -y/--yes --offline --prefer-online --prefer-offline "
    "--script-shell= --logs-dir= --logs-max= --update-notifier --workspaces-update "
    "-?/-H/-h/--help/--usage",
    booleans=True,
)
_SCOPED = re.compile(r"--(@[^/:=]+:registry)=(.*)")
_KEYLESS = {
    *("audit", "bugs", "cache", "ci", "config", "dedupe", "diff", "docs", "doctor", "explain"),
    *("find-dupes", "fund", "get", "help", "init", "install", "i", "link", "list", "ll", "ls"),
    *("outdated", "pack", "ping", "pkg", "prefix", "prune", "query", "rebuild", "repo", "root"),
    *("sbom", "search", "set", "shrinkwrap", "uninstall", "update", "version", "view"),
}
_REFUSED = {
    *("login", "adduser", "add-user", "logout", "token", "profile"),
}
_TRUST = {"strict-ssl", "ca", "cafile"}
"""Settings of which certificates are trusted."""


class Npm:
    """The `npm` commands."""

    name = "npm"

    def read(
        self, command: Sequence[str], directory: Path, environ: Mapping[str, str]
    ) -> Invocation | None:
        """See `Client.read`."""
        program = program_of(command)
        if program is None or program.name != "npm":
            return None
        at = _OPTIONS.before(program.words)
        verb = program.words[at] if at < len(program.words) else "help"
        if verb in _REFUSED:
            raise ValueRefusedError(
                f"npm {verb} manages npm's own session or tokens, for which keyfob lends no key.",
                "Run it without keyfob, or make and revoke keys on the registry's page.",
            )
        if verb in _KEYLESS:
            return Invocation(self.name, tuple(command), "npm", (), None, None, directory)
        if verb not in READERS:
            return None
        scoped = [match for each in program.words if (match := _SCOPED.fullmatch(each))]
        rest = [each for each in program.words if not _SCOPED.fullmatch(each)]
        words = _OPTIONS.read(rest)
        if words.on("--usage", "--dry-run"):
            return Invocation(self.name, tuple(command), "npm", (), None, None, directory)
        wanted, at_home = READERS[verb](words.plain[1:], words, directory)
        if not wanted:
            return Invocation(self.name, tuple(command), "npm", (), None, None, directory)
        _refuse_unchecked(layer(lines_of(project_file(directory)), environ), at_home)
        said = {match[1]: match[2] for match in scoped}
        if registry := words.only("--registry"):
            said["registry"] = registry
        layers = [Layer(said, said), *_layers(directory, environ)]
        found = {_registry(each.package_id, at_home, layers, words) for each in wanted}
        if len(found) > 1:
            raise ValueRefusedError(
                "The packages of this command go to several registries.", "Publish them one by one."
            )
        address, registry = _told(found.pop(), environ)
        return Invocation(self.name, tuple(command), "npm", wanted, address, registry, directory)

    def equip(
        self,
        invocation: Invocation,
        secret: Secret,
        environ: Mapping[str, str],
        room: Path,
        *,
        allow_argv: bool = False,  # noqa: ARG002 - nothing goes there
    ) -> Equipment:
        """See `Client.equip`."""
        address = invocation.address or default_registry(environ)
        if address is None:
            raise ValueRefusedError(
                "keyfob cannot see which registry this npm goes to.", "Name it with --registry."
            )
        place = nerf_dart(address)
        project = layer(lines_of(project_file(invocation.directory)), environ)
        given = {VARIABLE: secret.reveal()}
        given |= dict.fromkeys(_taken_by_project(project, place), secret.reveal())
        mine = user_file(environ)
        kept = [
            line
            for line in (lines_of(mine) if mine else [])
            if not is_credential_for(key_of(line), place)
        ]
        lines = [*kept, f"{place}:_authToken=${{{VARIABLE}}}", ""]
        given["npm_config_userconfig"] = str(write_private(room / "npmrc", "\n".join(lines)))
        said = {name: key for name in environ if (key := _setting(name)) is not None}
        unset = tuple(
            name
            for name, key in said.items()
            if is_credential_for(key, place) or (key == "userconfig" and name not in given)
        )
        return Equipment(invocation.command, "a private npmrc that names a variable", given, unset)


def _layers(directory: Path, environ: Mapping[str, str]) -> Iterator[Layer]:
    """The settings outside the command, the nearest first."""
    yield variables(environ)
    for path in (project_file(directory), user_file(environ), global_file(environ)):
        if path is not None:
            yield layer(lines_of(path), environ)


def _registry(
    package: str, manifests: Sequence[Manifest], layers: Sequence[Layer], words: Words
) -> str | None:
    """Where npm would publish a package: its scope's registry counts before the general one.

    What `publishConfig` of the package says counts before all but the command's own options.
    """
    config: dict[str, str] = {}
    for said in manifests:
        if said.get("name") == package and isinstance(found := said.get("publishConfig"), dict):
            config = {key: value for key, value in found.items() if isinstance(value, str)}
    order = [layers[0].values, config, *(each.values for each in layers[1:])]
    scopes = [package.partition("/")[0]] if package.startswith("@") else []
    if own := words.only("--scope"):
        scopes.append("@" + own.removeprefix("@"))
    for key in (*(f"{scope}:registry" for scope in scopes), "registry"):
        for values in order:
            if values.get(key):
                return values[key]
    return None


def _refuse_unchecked(project: Layer, manifests: Sequence[Manifest]) -> None:
    """Refuse a project that says itself which server is the right one; `publishConfig` may, too."""
    configs = [found for said in manifests if isinstance(found := said.get("publishConfig"), dict)]
    for settings in (project.values, *configs):
        for key in _TRUST & settings.keys():
            if settings[key] not in ("true", True):
                raise ValueRefusedError(
                    f"The project sets {key}, so that another server could pass for the registry.",
                    "Take that out of its .npmrc or package.json; your own ~/.npmrc may say it.",
                )


def _told(found: str | None, environ: Mapping[str, str]) -> tuple[str | None, str | None]:
    """The address and the registry."""
    if found is None:
        return None, "npm"
    if (address := server(found)) is None:
        raise ValueRefusedError(
            f"{safe(found, 100)} is no address of a registry.", "Name one with --registry."
        )
    default = default_registry(environ)
    return (None, "npm") if default and same(address, default) else (address, None)


def _taken_by_project(project: Layer, place: str) -> list[str]:
    """Variables from which the project's `.npmrc`, which counts first, takes the credential.

    Raises:
        ValueRefusedError: It holds a credential of its own.
    """
    found: list[str] = []
    for key, value in project.raw.items():
        if not is_credential_for(key, place):
            continue
        name = sole_variable(value) if key == f"{place}:_authToken" else None
        if name is None or not may_hold_a_key(name):
            raise ValueRefusedError(
                f"The project's .npmrc holds a credential for {safe(urlsplit(place).netloc, 100)}, "
                "which npm would take instead of the key.",
                "Remove that line from the project's .npmrc.",
            )
        found.append(name)
    return found


def _setting(name: str) -> str | None:
    """The key that a variable of the environment sets; None if it is none of npm's."""
    return next(iter(variables({name: "x"}).raw), None)
