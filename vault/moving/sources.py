"""Every kind of source: how it is recognised, where it usually lies, and reading one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from vault.clients import npmrc as npm_files
from vault.clients import nuget_config
from vault.errors import ValueRefusedError
from vault.moving import (
    bitwarden,
    cargo,
    environment,
    forges,
    gem,
    keepass,
    keyfob_json,
    netrc,
    npmrc,
    nuget,
    onepassword,
    pypirc,
    tables,
)
from vault.moving.found import Found, Passed
from vault.packages.reading import UnacceptableError
from vault.text import safe

Reader: TypeAlias = Callable[[Path], Iterator[Found | Passed]]
"""Answers what a file holds; raises `UnacceptableError` or `OSError`."""

MOST = 10_000
"""Most keys taken from one source: as many as a vault is measured with."""

READERS: Mapping[str, Reader] = {
    "nuget": nuget.read,
    "npmrc": npmrc.read,
    "pypirc": pypirc.read,
    "cargo": cargo.read,
    "gem": gem.read,
    "gh": forges.read_gh,
    "glab": forges.read_glab,
    "netrc": netrc.read,
    "bitwarden": bitwarden.read,
    "1password": onepassword.read,
    "keepass": keepass.read,
    "csv": tables.read,
    "keyfob": keyfob_json.read,
}
"""How each kind of file is read, by the kind's name."""

EXPORTS = frozenset({"bitwarden", "1password", "keepass", "csv", "keyfob"})
"""Kinds that were written to be moved, and hold every password in clear text."""

_NAMES = {
    "nuget.config": "nuget",
    ".npmrc": "npmrc",
    "npmrc": "npmrc",
    ".pypirc": "pypirc",
    "credentials.toml": "cargo",
    "hosts.yml": "gh",
    ".netrc": "netrc",
    "_netrc": "netrc",
}
_IN_FOLDER = {
    (".cargo", "credentials"): "cargo",
    (".gem", "credentials"): "gem",
    ("gem", "credentials"): "gem",
    ("glab-cli", "config.yml"): "glab",
}
_ENDINGS = {".1pux": "1password", ".json": "bitwarden", ".xml": "keepass", ".csv": "csv"}


@dataclass(frozen=True, slots=True)
class Haul:
    """What one source holds.

    Attributes:
        where: The file, or the name of the environment.
        kind: Its kind, a key of `READERS`, or `environment`.
        found: The keys.
        passed: What cannot be taken in.
        changed: When the file was last written; a key in it is no younger. None if unknown.
    """

    where: str
    kind: str
    found: tuple[Found, ...]
    passed: tuple[Passed, ...]
    changed: datetime | None = None


def kind_of(path: Path) -> str:
    """The kind of source a file is by its name; keyfob's own export by how it begins.

    Raises:
        ValueRefusedError: Its name does not say.
    """
    if keyfob_json.recognises(path):
        return "keyfob"
    name = path.name.casefold()
    kind = (
        _IN_FOLDER.get((path.absolute().parent.name.casefold(), name))
        or _NAMES.get(name)
        or _ENDINGS.get(path.suffix.casefold())
    )
    if kind is None:
        raise ValueRefusedError(
            f"The name of {safe(str(path), 200)} does not say what it is.",
            f"Say so with --from: {', '.join(READERS)}.",
        )
    return kind


def read_file(path: Path, kind: str) -> Haul:
    """What a file holds; one that is not what it should be holds nothing, and the reason."""
    rows: list[Found | Passed] = []
    changed = None
    try:
        changed = datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
        rows.extend(islice(READERS[kind](path), MOST + 1))
        if len(rows) > MOST:
            rows[MOST:] = [Passed(None, "", f"Only its first {MOST:,} entries were looked at.")]
    except (UnacceptableError, OSError, OverflowError, ValueError) as error:
        _wipe(rows)
        rows = [Passed(None, "", _why(error))]
    return _haul(str(path), kind, rows, changed)


def read_environment(environ: Mapping[str, str]) -> Haul:
    """What the environment holds."""
    return _haul(environment.NAME, environment.NAME, list(environment.read(environ)), None)


def standard_places(directory: Path, environ: Mapping[str, str]) -> list[tuple[Path, str]]:
    """The files that clients of this user would read, as far as they are there, and their kinds.

    Args:
        directory: Where projects' own files are looked for.
        environ: Tells where the user's are.
    """
    home = environ.get("HOME") or environ.get("USERPROFILE")
    places = [(path, "nuget") for path in nuget_config.files(directory, environ)]
    user = npm_files.user_file(environ)
    places += [(path, "npmrc") for path in (npm_files.project_file(directory), user) if path]
    if home:
        places += _in_home(Path(home), environ)
    found: dict[str, tuple[Path, str]] = {}
    for path, kind in places:
        if path.is_file():
            found.setdefault(os.path.realpath(path), (path, kind))
    return list(found.values())


def _in_home(home: Path, environ: Mapping[str, str]) -> list[tuple[Path, str]]:
    config = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    data = Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    cargo_home = Path(environ.get("CARGO_HOME") or home / ".cargo")
    gh = Path(environ.get("GH_CONFIG_DIR") or config / "gh")
    glab = Path(environ.get("GLAB_CONFIG_DIR") or config / "glab-cli")
    windows = [
        Path(base) / name
        for base, name in (
            (environ.get("APPDATA"), "GitHub CLI/hosts.yml"),
            (environ.get("LOCALAPPDATA"), "glab-cli/config.yml"),
        )
        if base
    ]
    return [
        *((path, kind_of(path)) for path in windows),
        (home / "Library" / "Application Support" / "glab-cli" / "config.yml", "glab"),
        (home / ".pypirc", "pypirc"),
        (cargo_home / "credentials.toml", "cargo"),
        (cargo_home / "credentials", "cargo"),
        (home / ".gem" / "credentials", "gem"),
        (data / "gem" / "credentials", "gem"),
        (gh / "hosts.yml", "gh"),
        (glab / "config.yml", "glab"),
        (Path(environ.get("NETRC") or home / ".netrc"), "netrc"),
        (home / "_netrc", "netrc"),
    ]


def _haul(where: str, kind: str, rows: list[Found | Passed], changed: datetime | None) -> Haul:
    found = tuple(row for row in rows if isinstance(row, Found))
    passed = tuple(row for row in rows if isinstance(row, Passed))
    return Haul(where, kind, found, passed, changed)


def _why(error: Exception) -> str:
    if isinstance(error, UnacceptableError):
        return f"It was skipped: {error.reason}. {error.hint}".strip()
    if isinstance(error, OSError):
        return f"It cannot be read: {error.strerror or type(error).__name__}."
    return "It was skipped: it is not what its name says."


def _wipe(rows: list[Found | Passed]) -> None:
    for row in rows:
        if isinstance(row, Found):
            row.secret.wipe()
