"""cargo's configuration files ("Configuration" of the Cargo Book): where a registry's index is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from vault.clients.toml_file import toml_file


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


def _files(directory: Path, environ: Mapping[str, str]) -> Iterator[Path]:
    folders = [folder / ".cargo" for folder in (directory, *directory.parents)]
    home = environ.get("HOME") or environ.get("USERPROFILE")
    if own := environ.get("CARGO_HOME") or (home and f"{home}/.cargo"):
        folders.append(Path(own))
    for folder in folders:
        present = [folder / name for name in ("config", "config.toml") if (folder / name).is_file()]
        yield from present[:1]  # cargo takes the old name where there are both


def toml(path: Path) -> Mapping[str, Any]:
    """What a TOML file of cargo's says.

    Raises:
        ValueRefusedError: It cannot be read.
    """
    return toml_file(path, "which registry the command goes to", "Mend the file.")
