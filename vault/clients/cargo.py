"""cargo: asks keyfob itself for the key, by cargo's credential provider protocol.

The provider is named in the environment ("Registry Authentication" of the Cargo Book); cargo tells
it the index, the crate and the operation, so that the key meets nothing but what it was picked for.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from vault.artifacts import read_project
from vault.clients.address import server
from vault.clients.base import Equipment, Invocation, Wanted
from vault.clients.cargo_config import configured, refuse_unchecked, toml
from vault.clients.files import unique
from vault.clients.program import program_of
from vault.clients.words import Options, Words
from vault.errors import ValueRefusedError
from vault.keys.request import Ask
from vault.keys.secret import Secret
from vault.text import safe

PROVIDER = "keyfob-cargo"
"""The program cargo asks; installed with keyfob."""

_CRATES_IO = "crates-io"
_OPTIONS = Options(
    "cargo",
    "-n/--dry-run --index= --registry= --token= --no-verify --allow-dirty -v/--verbose -q/--quiet "
    "--color= --config= -Z= -h/--help -p/--package= --workspace --all --exclude= -F/--features= "
    "--all-features --no-default-features -j/--jobs= --keep-going --target= --target-dir= "
    "--manifest-path= --lockfile-path= --locked --offline --frozen -C= "
    "--version/--vers= --undo -a/--add= -r/--remove= -l/--list",
    glued=True,
)
_GLOBAL = Options(
    "cargo",
    "-v/--verbose -q/--quiet --color= --config= -Z= -C= --locked --offline --frozen "
    "-V/--version --list --explain= -h/--help",
    glued=True,
)
_KEYLESS = {
    *("add", "bench", "b", "build", "c", "check", "clean", "clippy", "d", "doc", "fetch", "fix"),
    *("fmt", "generate-lockfile", "help", "info", "init", "install", "locate-project", "metadata"),
    *("miri", "new", "package", "pkgid", "r", "read-manifest", "remove", "report", "rm", "run"),
    *("rustc", "rustdoc", "search", "t", "test", "tree", "uninstall", "update", "vendor"),
    *("verify-project", "version"),
}


class Cargo:
    """The `cargo` commands."""

    name = "cargo"

    def read(
        self, command: Sequence[str], directory: Path, environ: Mapping[str, str]
    ) -> Invocation | None:
        """See `Client.read`."""
        program = program_of(command)
        if program is None or program.name != "cargo":
            return None
        given, at = _after_toolchain(program.words)
        verb = given[at] if at < len(given) else "help"
        if verb in {"login", "logout"}:
            raise ValueRefusedError(
                f"cargo {verb} manages a token of its own in a file that is not encrypted.",
                "It is not needed: keyfob run hands a key to cargo publish.",
            )
        if verb in _KEYLESS:
            return self._told(command, (), (None, None), directory)
        if verb not in {"publish", "yank", "owner"}:
            return None
        _, words = _words(program.words)
        if words.on("--help", "--dry-run"):
            return self._told(command, (), (None, None), directory)
        if words.value("--token") is not None:
            raise ValueRefusedError(
                "The command already has a token in it, where every process can read it.",
                "Leave it out: keyfob hands one over, out of sight.",
            )
        if words.value("--index") is not None:
            raise ValueRefusedError(
                "cargo takes the token for --index only in its command.",
                "Give the index a name in .cargo/config.toml, and name it with --registry.",
            )
        if any(_may_say_where(each) for each in words.values("--config")):
            raise ValueRefusedError(
                "The command changes with --config where cargo publishes to.",
                "Write that into .cargo/config.toml, and name the registry with --registry.",
            )
        there = directory / (words.only("-C") or "")
        wanted, allowed = _READERS[verb](words, there)
        if not wanted:
            return self._told(command, (), (None, None), directory)
        name = _registry(words, allowed, there, environ)
        return self._told(command, wanted, _target(name, there, environ), directory)

    def equip(
        self,
        invocation: Invocation,
        secret: Secret,  # noqa: ARG002 - lent to the provider, not handed to cargo
        environ: Mapping[str, str],
        room: Path,  # noqa: ARG002 - no file is needed
        *,
        allow_argv: bool = False,  # noqa: ARG002 - nor argv
    ) -> Equipment:
        """See `Client.equip`."""
        path, words = _provider(environ)
        given = {_told_to(invocation, environ): words}
        if path is not None:
            given["PATH"] = path
        unset = tuple(
            name
            for name in environ
            if name.startswith(("CARGO_REGISTRY_", "CARGO_REGISTRIES_"))
            and name.endswith(("_TOKEN", "_SECRET_KEY", "_CREDENTIAL_PROVIDER"))
            and name not in given
        )
        how = "cargo's credential provider, which asks for it"
        return Equipment(invocation.command, how, given, unset, lends=True)

    def _told(
        self,
        command: Sequence[str],
        wanted: tuple[Wanted, ...],
        where: tuple[str | None, str | None],
        directory: Path,
    ) -> Invocation:
        return Invocation(self.name, tuple(command), "cargo", wanted, *where, directory)


def _may_say_where(config: str) -> bool:
    """Whether a value of `--config` is a file, or a setting of registries."""
    key, given, _ = config.partition("=")
    return not given or key.strip(" \t\"'").startswith(("registr", "source", "credential"))


def _published(words: Words, directory: Path) -> tuple[tuple[Wanted, ...], list[str]]:
    if words.on("--workspace", "--all"):
        raise ValueRefusedError(
            "The command publishes a whole workspace.", "Name its crates: -p ONE -p OTHER."
        )
    if words.plain:
        raise ValueRefusedError("cargo publish takes no plain word.", "Name a crate with -p.")
    named = words.only("--manifest-path")
    folder = (directory / named).parent if named else directory
    crates = words.values("--package")
    for each in crates:
        if any(char in each for char in "*?[/:"):
            raise ValueRefusedError(
                f"keyfob cannot tell which crates {safe(each, 100)} stands for.",
                "Name each with -p.",
            )
    found = [
        read_project(folder, "cargo", package=each.partition("@")[0] if each else None)
        for each in (crates or (None,))
    ]
    wanted = unique(
        Wanted(Ask.PUBLISH, each.package_id, each.version, source=each.path.name) for each in found
    )
    allowed = [_publish_list(each.path) for each in found]
    return wanted, allowed[0] if all(each == allowed[0] for each in allowed) else []


def _publish_list(manifest: Path) -> list[str]:
    """The registries a crate may go to; empty where that is not limited."""
    package = toml(manifest).get("package")
    allowed = package.get("publish") if isinstance(package, dict) else None
    return [each for each in allowed if isinstance(each, str)] if isinstance(allowed, list) else []


def _yanked(words: Words, directory: Path) -> tuple[tuple[Wanted, ...], list[str]]:
    ask = Ask.RELIST if words.on("--undo") else Ask.UNLIST
    return (_crate(ask, words, directory),), []


def _owned(words: Words, directory: Path) -> tuple[tuple[Wanted, ...], list[str]]:
    return (_crate(Ask.OWNERS, words, directory),), []


def _crate(ask: Ask, words: Words, directory: Path) -> Wanted:
    """The crate that `yank` and `owner` are about: the one named, or the directory's."""
    if len(words.plain) > 1:
        raise ValueRefusedError("The command names more than one crate.", "Name one at a time.")
    if words.plain:
        name, _, version = words.plain[0].partition("@")
        return Wanted(ask, name, version or words.value("--vers") or "", exists=True)
    found = read_project(directory, "cargo")
    version = words.value("--vers") or ""
    return Wanted(ask, found.package_id, version, exists=True, source=found.path.name)


_READERS = {"publish": _published, "yank": _yanked, "owner": _owned}


def _registry(
    words: Words, allowed: list[str], directory: Path, environ: Mapping[str, str]
) -> str | None:
    """The registry's name; None for crates.io."""
    refuse_unchecked(directory, environ)
    name = words.only("--registry")
    if name is None and len(allowed) == 1:
        name = allowed[0]
    if name is None:
        name = environ.get("CARGO_REGISTRY_DEFAULT") or configured(
            ("registry", "default"), directory, environ
        )
    return None if name == _CRATES_IO else name


def _target(
    name: str | None, directory: Path, environ: Mapping[str, str]
) -> tuple[str | None, str | None]:
    """The index and the registry's id."""
    if name is None:
        return None, "crates.io"
    index = environ.get(_variable(name, "INDEX")) or configured(
        ("registries", name, "index"), directory, environ
    )
    if index is None:
        raise ValueRefusedError(
            f"No configuration of cargo gives an index for {safe(name, 100)}.",
            "Add it to .cargo/config.toml.",
        )
    if (address := server(index)) is None:
        raise ValueRefusedError(
            f"{safe(index, 100)} is no address of a registry's index.",
            "Correct it in .cargo/config.toml.",
        )
    return address, None


def _told_to(invocation: Invocation, environ: Mapping[str, str]) -> str:
    """The variable that names the provider for the invocation's registry."""
    if invocation.address is None:
        return "CARGO_REGISTRY_CREDENTIAL_PROVIDER"
    program = program_of(invocation.command)
    verb, words = _words(program.words if program else ())
    there = invocation.directory / (words.only("-C") or "")
    name = _registry(words, _READERS[verb](words, there)[1], there, environ)
    return _variable(name or _CRATES_IO, "CREDENTIAL_PROVIDER")


def _words(given: tuple[str, ...]) -> tuple[str, Words]:
    """The verb and the rest of a publishing command."""
    given, at = _after_toolchain(given)
    return given[at], _OPTIONS.read((*given[:at], *given[at + 1 :]))


def _after_toolchain(given: tuple[str, ...]) -> tuple[tuple[str, ...], int]:
    """The words without a toolchain before them, and where the verb stands."""
    given = given[1:] if given and given[0].startswith("+") else given
    return given, _GLOBAL.before(given)


def _variable(name: str, end: str) -> str:
    return f"CARGO_REGISTRIES_{name.upper().replace('-', '_')}_{end}"


def _provider(environ: Mapping[str, str]) -> tuple[str | None, str]:
    """A changed `PATH` or None, and the words that start the provider; cargo splits at blanks.

    It lies beside keyfob: nothing of the current directory is taken for it.
    """
    programs = filter(os.path.isabs, (sys.argv[0], sys.executable))
    beside = [str(Path(each).parent) for each in programs]
    search = [*beside, environ.get("PATH", "")]
    found = next((path for each in search if (path := shutil.which(PROVIDER, path=each))), None)
    if found is not None:
        program = Path(found).absolute()
        if not any(char.isspace() for char in str(program)):
            return None, str(program)
        return f"{program.parent}{os.pathsep}{environ.get('PATH', '')}", program.name
    if any(char.isspace() for char in sys.executable):
        raise ValueRefusedError(
            f"{PROVIDER} is not installed beside keyfob.", "Install keyfob again."
        )
    return None, f"{sys.executable} -P -m vault.hooks.cargo"
