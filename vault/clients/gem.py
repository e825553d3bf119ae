"""gem: takes the key from `GEM_HOST_API_KEY`.

Two traps. A gem's own metadata may name a server, to which `gem push` would send the key: it is
read, and the command is always told the server. And refused for want of a scope, gem asks for the
password and widens the key: it gets no terminal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from vault.clients.address import has_host, server
from vault.clients.base import Equipment, Invocation, Wanted
from vault.clients.files import expanded, publishing
from vault.clients.gem_server import named_server
from vault.clients.program import program_of
from vault.clients.words import Options, Words
from vault.errors import ValueRefusedError
from vault.keys.request import Ask
from vault.keys.secret import Secret
from vault.text import safe

DEFAULT = "https://rubygems.org"
"""Where gem goes when nothing names a server."""

_OPTIONS = Options(
    "gem",
    "-k/--key= --otp= --host= -p/--http-proxy= --no-http-proxy --attestation= --platform= "
    "-v/--version= -a/--add= -r/--remove= -h/--help -V/--verbose --no-verbose -q/--quiet "
    "--silent --config-file= --backtrace --debug --norc",
    abbreviated=True,
    glued=True,
)
_VERBS = ("push", "yank", "owner")
_KEYLESS = {
    *("build", "cert", "check", "cleanup", "contents", "dependency", "env", "environment"),
    *("fetch", "generate_index", "help", "info", "install", "list", "lock", "mirror", "open"),
    *("outdated", "pristine", "query", "rdoc", "rebuild", "search", "server", "sources"),
    *("specification", "stale", "uninstall", "unpack", "update", "which", "--help", "--version"),
}


class Gem:
    """The `gem` commands."""

    name = "gem"

    def read(
        self, command: Sequence[str], directory: Path, environ: Mapping[str, str]
    ) -> Invocation | None:
        """See `Client.read`."""
        program = program_of(command)
        if program is None or program.name != "gem" or not program.words:
            return None
        verb = program.words[0]
        if verb in {"signin", "signout"}:
            raise ValueRefusedError(
                f"gem {verb} manages a key of its own in a file that is not encrypted.",
                "It is not needed: keyfob run hands a key to gem push.",
            )
        if verb in _KEYLESS:
            return self._told(command, (), None, directory)
        if verb not in _VERBS:
            return None
        words = _OPTIONS.read(program.words[1:])
        if words.on("--help"):
            return self._told(command, (), None, directory)
        wanted = _wanted(verb, words, directory)
        host = words.only("--host")
        if host is None and verb == "push":
            host = named_server(directory / words.plain[0])
        host = host or environ.get("RUBYGEMS_HOST")
        if host and server(host) is None:
            raise ValueRefusedError(
                f"{safe(host, 100)} is no address of a server.",
                "Name the server with --host https://...",
            )
        return self._told(command, wanted, host or None, directory)

    def equip(
        self,
        invocation: Invocation,
        secret: Secret,
        environ: Mapping[str, str],  # noqa: ARG002 - what matters is in the invocation
        room: Path,  # noqa: ARG002 - no file is needed
        *,
        allow_argv: bool = False,  # noqa: ARG002 - nor argv
    ) -> Equipment:
        """See `Client.equip`."""
        address = invocation.address or DEFAULT
        program = program_of(invocation.command)
        words = program.words if program else ()
        verb = len(invocation.command) - len(words) + 1  # where the words after the verb begin
        command = (*invocation.command[:verb], "--host", address, *invocation.command[verb:])
        key = f"Bearer {secret.reveal()}" if has_host(address, "github.com") else secret.reveal()
        return Equipment(
            command, "the variable GEM_HOST_API_KEY", {"GEM_HOST_API_KEY": key}, terminal=False
        )

    def _told(
        self,
        command: Sequence[str],
        wanted: tuple[Wanted, ...],
        address: str | None,
        directory: Path,
    ) -> Invocation:
        registry = "rubygems" if wanted and address is None else None
        return Invocation(self.name, tuple(command), "gem", wanted, address, registry, directory)


def _wanted(verb: str, words: Words, directory: Path) -> tuple[Wanted, ...]:
    if words.value("--key") is not None:
        raise ValueRefusedError(
            "The command names a key of gem's own file.", "Leave --key out: keyfob gives one."
        )
    if len(words.plain) != 1:
        raise ValueRefusedError(f"gem {verb} takes one gem at a time.", "Run it once for each gem.")
    if verb == "push":
        return publishing(expanded(directory, words.plain), "gem")
    if verb == "yank":
        version = words.value("--version") or ""
        return (Wanted(Ask.UNLIST, words.plain[0], version, exists=True),)
    if words.value("--add") is None and words.value("--remove") is None:
        return ()  # lists them
    return (Wanted(Ask.OWNERS, words.plain[0], exists=True),)
