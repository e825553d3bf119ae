"""cargo's configuration files ("Configuration" of the Cargo Book): where a registry's index is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from vault.clients.toml_file import toml_file
from vault.errors import ValueRefusedError
from vault.text import safe

_TRUST = {"cainfo", "proxy-cainfo"}


def configured(keys: Sequence[str], directory: Path, environ: Mapping[str, str]) -> str | None:
    """A setting of cargo's configuration files, the nearest first; None if none gives a text.

    Args:
        keys: The tables it lies in, then its own key.
        directory: Where cargo runs.
        environ: Tells where the user's file is.

    Raises:
        ValueRefusedError: A file cannot be read.
    """
    for path in _files(directory, environ):
        found: Any = toml(path)
        for key in keys:
            found = found.get(key) if isinstance(found, dict) else None
        if isinstance(found, str):
            return found
    return None


def refuse_unchecked(directory: Path, environ: Mapping[str, str]) -> None:
    """Refuse a project that says itself which certificates cargo trusts.

    Raises:
        ValueRefusedError: It does, or a file cannot be read.
    """
    own = _own(environ)
    for path in _files(directory, environ):
        http = toml(path).get("http") if path.parent != own else None
        if isinstance(http, dict) and _TRUST & http.keys():
            raise ValueRefusedError(
                f"{safe(str(path), 200)} says which certificates cargo trusts, so that another "
                "server could pass for the registry.",
                "Take that out; your own ~/.cargo/config.toml may say it.",
            )


def _own(environ: Mapping[str, str]) -> Path | None:
    """The directory of the user's own configuration."""
    home = environ.get("HOME") or environ.get("USERPROFILE")
    own = environ.get("CARGO_HOME") or (home and f"{home}/.cargo")
    return Path(own) if own else None


def _files(directory: Path, environ: Mapping[str, str]) -> Iterator[Path]:
    folders = [folder / ".cargo" for folder in (directory, *directory.parents)]
    own = _own(environ)
    for folder in (*folders, own) if own else folders:
        present = [folder / name for name in ("config", "config.toml") if (folder / name).is_file()]
        yield from present[:1]  # cargo takes the old name where there are both


def toml(path: Path) -> Mapping[str, Any]:
    """What a TOML file of cargo's says.

    Raises:
        ValueRefusedError: It cannot be read.
    """
    return toml_file(path, "which registry the command goes to", "Mend the file.")
