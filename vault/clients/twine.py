"""twine: takes the key as the password of its environment, with the user name `__token__`."""

from __future__ import annotations

import configparser
from collections.abc import Mapping, Sequence
from pathlib import Path

from vault.clients.address import server
from vault.clients.base import Equipment, Invocation
from vault.clients.files import expanded, publishing
from vault.clients.program import program_of
from vault.clients.words import Options, Words
from vault.errors import ValueRefusedError
from vault.keys.secret import Secret
from vault.packages.reading import UnacceptableError, content
from vault.text import safe

TOKEN_USER = "__token__"  # noqa: S105 - a user name
"""The user name that goes with an API token of PyPI and of servers like it."""

_KNOWN = ("pypi", "testpypi")
_BESIDE = (".asc", ".attestation")  # go with a package of the same command
_OPTIONS = Options(
    "twine upload",
    "-r/--repository= --repository-url= --attestations -s/--sign --sign-with= -i/--identity= "
    "-u/--username= -p/--password= --non-interactive -c/--comment= --config-file= "
    "--skip-existing --cert= --client-cert= --verbose --disable-progress-bar -h/--help",
    abbreviated=True,
    glued=True,
)


class Twine:
    """The `twine` commands."""

    name = "twine"

    def read(
        self, command: Sequence[str], directory: Path, environ: Mapping[str, str]
    ) -> Invocation | None:
        """See `Client.read`."""
        program = program_of(command)
        if program is None or program.name != "twine":
            return None
        verb, *rest = [word for word in program.words if word != "--no-color"] or [""]
        if verb in {"check", "--version", "--help", "-h"}:
            return self._keyless(command, directory)
        if verb == "register":
            raise ValueRefusedError(
                "twine register is no longer served by PyPI.",
                "Upload the package: the first upload registers it.",
            )
        if verb != "upload":
            return None
        words = _OPTIONS.read(rest)
        if words.on("--help"):
            return self._keyless(command, directory)
        if words.value("--password") is not None:
            raise ValueRefusedError(
                "The command already has a password in it, where every process can read it.",
                "Leave it out: keyfob puts the key in, out of sight.",
            )
        address, registry = _target(words, directory, environ)
        dists = [path for path in words.plain if not path.endswith(_BESIDE)]
        found = [path for path in expanded(directory, dists) if path.suffix not in _BESIDE]
        if not found:
            raise ValueRefusedError(
                "The command names no package.", "Usually it is twine upload dist/*."
            )
        wanted = publishing(found, "python")
        return Invocation(self.name, tuple(command), "python", wanted, address, registry, directory)

    def equip(
        self,
        invocation: Invocation,
        secret: Secret,
        environ: Mapping[str, str],
        room: Path,  # noqa: ARG002 - no file is needed
        *,
        allow_argv: bool = False,  # noqa: ARG002 - nor argv
    ) -> Equipment:
        """See `Client.equip`."""
        user = TOKEN_USER
        if invocation.registry is None:  # another server may know users by name
            user = environ.get("TWINE_USERNAME") or _user(invocation, environ) or TOKEN_USER
        return Equipment(
            invocation.command,
            "the variable TWINE_PASSWORD",
            {
                "TWINE_USERNAME": user,
                "TWINE_PASSWORD": secret.reveal(),
                "TWINE_NON_INTERACTIVE": "1",
            },
        )

    def _keyless(self, command: Sequence[str], directory: Path) -> Invocation:
        return Invocation(self.name, tuple(command), "python", (), None, None, directory)


def _target(
    words: Words, directory: Path, environ: Mapping[str, str]
) -> tuple[str | None, str | None]:
    """The address and the registry; a URL counts before a name, even one of the environment."""
    url = words.only("--repository-url") or environ.get("TWINE_REPOSITORY_URL")
    if url:
        if (address := server(url)) is None:
            raise ValueRefusedError(
                f"{safe(url, 100)} is no address of a server.", "Write https://..."
            )
        return address, None
    name = words.only("--repository") or environ.get("TWINE_REPOSITORY") or "pypi"
    config = pypirc(words.only("--config-file"), directory, environ)
    listed = config.get("distutils", "index-servers", fallback=None)
    if listed is not None and name not in listed.split() and config.has_section(name):
        raise ValueRefusedError(  # twine would pass its section over, and take PyPI for `pypi`
            f"The configuration of twine does not list {safe(name, 100)} in its index-servers.",
            "Add it there, or name the server with --repository-url.",
        )
    if config.has_option(name, "repository"):
        if (address := server(config.get(name, "repository"))) is not None:
            return address, None
    elif name in _KNOWN:
        return None, name
    raise ValueRefusedError(
        f"The configuration of twine gives no address for {safe(name, 100)}.",
        "Name the server with --repository-url.",
    )


def _user(invocation: Invocation, environ: Mapping[str, str]) -> str | None:
    """The user name that `.pypirc` gives for the repository the command names."""
    program = program_of(invocation.command)
    rest = [word for word in program.words if word != "--no-color"][1:] if program else []
    words = _OPTIONS.read(rest)
    if words.only("--repository-url") or environ.get("TWINE_REPOSITORY_URL"):
        return None
    name = words.only("--repository") or environ.get("TWINE_REPOSITORY") or "pypi"
    config = pypirc(words.only("--config-file"), invocation.directory, environ)
    return config.get(name, "username", fallback=None)


def pypirc(
    named: str | None, directory: Path, environ: Mapping[str, str]
) -> configparser.RawConfigParser:
    """The user's `.pypirc`, or the file named instead; empty if there is none.

    Raises:
        ValueRefusedError: It cannot be understood.
    """
    parser = configparser.RawConfigParser()
    home = environ.get("HOME") or environ.get("USERPROFILE") or ""
    path = directory / (named or "~/.pypirc").replace("~", home, 1)
    try:
        parser.read_string(content(path).decode())
    except FileNotFoundError:
        return parser
    except (OSError, UnicodeDecodeError, UnacceptableError, configparser.Error):
        raise ValueRefusedError(  # what configparser says would quote a line, perhaps a password
            f"{safe(str(path), 200)} cannot be read, so that it is not known where the command "
            "would send the key.",
            "Mend the file, or name the server with --repository-url.",
        ) from None
    return parser
