"""uv publish: takes the key from `UV_PUBLISH_TOKEN`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from vault.clients.address import server
from vault.clients.base import Equipment, Invocation
from vault.clients.files import expanded, publishing
from vault.clients.program import program_of
from vault.clients.toml_file import toml_file
from vault.clients.words import Options, Words
from vault.errors import ValueRefusedError
from vault.keys.secret import Secret
from vault.text import safe

_OPTIONS = Options(
    "uv publish",
    "--index= -u/--username= -p/--password= -t/--token= --trusted-publishing= "
    "--keyring-provider= --publish-url= --check-url= --skip-existing --dry-run "
    "--no-attestations --direct "
    "-n/--no-cache-dir/--no-cache --cache-dir= --managed-python --no-managed-python "
    "--no-python-downloads --python-preference= --offline --preview --no-preview "
    "--preview-features= -q/--quiet -v/--verbose --color= --system-certs --native-tls "
    "--allow-insecure-host= --no-progress --directory= --project= --config-file= --no-config "
    "-h/--help",
    glued=True,
)
_KEYLESS = {
    *("add", "audit", "auth", "build", "cache", "export", "format", "generate-shell-completion"),
    *("help", "init", "lock", "pip", "python", "remove", "self", "sync", "tree", "venv", "version"),
}
_DISTRIBUTIONS = (".whl", ".tar.gz", ".zip", ".tar.bz2", ".tar.xz", ".tar.zst", ".tgz")
_VARIABLES = ("UV_PUBLISH_TOKEN", "UV_PUBLISH_PASSWORD", "UV_PUBLISH_USERNAME")


class UvPublish:
    """`uv publish`, and the other commands of uv."""

    name = "uv publish"

    def read(
        self, command: Sequence[str], directory: Path, environ: Mapping[str, str]
    ) -> Invocation | None:
        """See `Client.read`."""
        program = program_of(command)
        if program is None or program.name != "uv":
            return None
        at = _OPTIONS.before(program.words)
        verb = program.words[at] if at < len(program.words) else "help"
        if verb in _KEYLESS:
            return self._keyless(command, directory)
        if verb != "publish":
            return None
        words = _OPTIONS.read((*program.words[:at], *program.words[at + 1 :]))
        if words.on("--help", "--dry-run"):
            return self._keyless(command, directory)
        if words.value("--token") is not None or words.value("--password") is not None:
            raise ValueRefusedError(
                "The command already has a key in it, where every process can read it.",
                "Leave it out: keyfob puts its own in, out of sight.",
            )
        there = directory / (words.only("--directory") or environ.get("UV_WORKING_DIR") or "")
        address = _address(words, there, environ)
        _refuse_unchecked(address, _configuration(words, there, environ))
        found = expanded(there, words.plain or ("dist/*",), deep=True)
        wanted = publishing(
            [path for path in found if path.name.endswith(_DISTRIBUTIONS)], "python"
        )
        if not wanted:
            raise ValueRefusedError(
                "The command names no package of Python.", "Build one first: uv build."
            )
        registry = None if address else "pypi"
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
        program = program_of(invocation.command)
        at = _OPTIONS.before(program.words) if program else 0
        words = _OPTIONS.read((*program.words[:at], *program.words[at + 1 :]) if program else ())
        user = words.value("--username") or environ.get("UV_PUBLISH_USERNAME")
        if user:  # a server that knows users by name; uv takes no token together with one
            given = {"UV_PUBLISH_USERNAME": user, "UV_PUBLISH_PASSWORD": secret.reveal()}
        else:
            given = {"UV_PUBLISH_TOKEN": secret.reveal()}
        if invocation.address and not (words.only("--index") or environ.get("UV_PUBLISH_INDEX")):
            given["UV_PUBLISH_URL"] = invocation.address  # uv goes where keyfob looked
        unset = tuple(each for each in _VARIABLES if each not in given)
        how = "UV_PUBLISH_PASSWORD" if user else "UV_PUBLISH_TOKEN"
        return Equipment(invocation.command, f"the variable {how}", given, unset)

    def _keyless(self, command: Sequence[str], directory: Path) -> Invocation:
        return Invocation(self.name, tuple(command), "python", (), None, None, directory)


def _address(words: Words, directory: Path, environ: Mapping[str, str]) -> str | None:
    """The server; None if nothing names one, which means PyPI."""
    url = words.only("--publish-url")
    index = words.only("--index")
    if url is None and index is None:
        url, index = environ.get("UV_PUBLISH_URL"), environ.get("UV_PUBLISH_INDEX")
    if index:
        url = _index(index, words, directory, environ)
    elif not url:
        said = (table.get("publish-url") for table in _configuration(words, directory, environ))
        url = next((each for each in said if isinstance(each, str)), None)
    if not url:
        return None
    if (address := server(url)) is None:
        raise ValueRefusedError(f"{safe(url, 100)} is no address of a server.", "Write https://...")
    return address


def _refuse_unchecked(address: str | None, tables: Iterable[Mapping[str, Any]]) -> None:
    """Refuse a server whose certificate uv would not check: a file of the project may say that."""
    host = "pypi" if address is None else urlsplit(address).hostname or ""
    for table in tables:
        named = table.get("allow-insecure-host")
        for each in named if isinstance(named, list) else []:
            if host in str(each).lower() or "*" in str(each):
                raise ValueRefusedError(
                    "A configuration of uv turns off the check of this server's certificate.",
                    "Take allow-insecure-host out, or say --allow-insecure-host in the command.",
                )


def _index(name: str, words: Words, directory: Path, environ: Mapping[str, str]) -> str:
    said = {
        url
        for table in _configuration(words, directory, environ)
        for each in _listed(table.get("index"))
        if each.get("name") == name and isinstance(url := each.get("publish-url"), str) and url
    }
    if len(said) == 1:
        return said.pop()
    if said:  # which one counts depends on where the workspace begins
        raise ValueRefusedError(
            f"Configurations of uv give several addresses for the index {safe(name, 100)}.",
            "Name the server with --publish-url.",
        )
    raise ValueRefusedError(
        f"No configuration of uv gives a publish-url for the index {safe(name, 100)}.",
        "Name the server with --publish-url.",
    )


def _listed(found: Any) -> list[Mapping[str, Any]]:
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _configuration(
    words: Words, directory: Path, environ: Mapping[str, str]
) -> Iterator[Mapping[str, Any]]:
    """The configuration tables that uv reads, the nearest first."""
    if words.on("--no-config") or environ.get("UV_NO_CONFIG", "").lower() in {"1", "true", "yes"}:
        return
    named = words.only("--config-file") or environ.get("UV_CONFIG_FILE")
    if named:
        yield _toml(directory / named)
        return
    project = directory / (words.only("--project") or environ.get("UV_PROJECT") or "")
    for folder in (project, *project.parents):
        if (folder / "uv.toml").is_file():
            yield _toml(folder / "uv.toml")
        elif (folder / "pyproject.toml").is_file():
            tool = _toml(folder / "pyproject.toml").get("tool")
            own = tool.get("uv") if isinstance(tool, dict) else None
            yield own if isinstance(own, dict) else {}
    home = environ.get("HOME")
    base = environ.get("XDG_CONFIG_HOME") or environ.get("APPDATA") or (home and f"{home}/.config")
    for path in (Path(base, "uv", "uv.toml") if base else None, Path("/etc/uv/uv.toml")):
        if path is not None and path.is_file():
            yield _toml(path)


def _toml(path: Path) -> Mapping[str, Any]:
    return toml_file(
        path,
        "where the command would send the key",
        "Mend the file, or name the server with --publish-url.",
    )
