"""What npm's commands ask for: `publish`, `unpublish`, `deprecate`, `dist-tag` and `owner`."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from vault.artifacts import read_project
from vault.artifacts.artifact import told_of
from vault.artifacts.streams import Gunzipped
from vault.artifacts.tars import from_tar
from vault.artifacts.wanted import Wanted as Inside
from vault.artifacts.workspaces import folders_named
from vault.clients.base import Wanted
from vault.clients.files import expanded, publishing, unique
from vault.clients.npmrc import package_json
from vault.clients.words import Words
from vault.errors import ValueRefusedError
from vault.keys.request import Ask
from vault.packages.reading import plain_file
from vault.text import safe

Manifest: TypeAlias = Mapping[str, Any]
Found: TypeAlias = tuple[tuple[Wanted, ...], list[Manifest]]
"""What is asked for, and each `package.json` whose `publishConfig` has a say in where."""

_NAME = re.compile(r"(?P<name>@?[^@]+)(?:@(?P<version>.*))?")
_PACKED = Inside("package.json", r"[^/]+/package\.json")
_FILE = re.compile(r"\.|/|[A-Za-z]:|.*\.(tgz|tar\.gz|tar)$", re.IGNORECASE)


def _published(plain: tuple[str, ...], words: Words, directory: Path) -> Found:
    if words.on("--workspaces") or words.value("--workspace"):
        folders = list(_workspaces(words, directory))
        return unique(map(_project, folders)), [package_json(folder) for folder in folders]
    path = plain[0] if plain else "."
    if len(plain) > 1 or not _FILE.match(path):
        raise ValueRefusedError(
            f"npm publish takes one folder or .tgz file, and {safe(path, 100)} would be fetched "
            "from elsewhere.",
            "Write ./ before a folder's name.",
        )
    if (directory / path).is_dir():
        return (_project(directory / path),), [package_json(directory / path)]
    found = expanded(directory, [path])
    return publishing(found, "npm"), [_packed(each) for each in found]


def _packed(path: Path) -> Manifest:
    """The `package.json` in a package that is built: npm heeds its `publishConfig`, too."""
    with told_of(path, "an npm package"), plain_file(path) as stream:
        data = from_tar(Gunzipped(stream), _PACKED).data
        manifest = json.loads(data.decode("utf-8-sig"))
    return manifest if isinstance(manifest, dict) else {}


def _project(folder: Path) -> Wanted:
    found = read_project(folder, "npm")
    return Wanted(Ask.PUBLISH, found.package_id, found.version, source=found.path.name)


def _workspaces(words: Words, directory: Path) -> Iterator[Path]:
    """The folders of the workspaces a command names; npm leaves out private ones."""
    declared = package_json(directory).get("workspaces")
    patterns = declared.get("packages") if isinstance(declared, dict) else declared
    found = folders_named(directory, patterns if isinstance(patterns, list) else [])
    below = {Path(os.path.normpath(each)) for each in found if (each / "package.json").is_file()}
    named = words.values("--workspace")
    chosen = 0
    for folder in sorted(below):
        manifest = package_json(folder)
        if named and not any(
            each == manifest.get("name")
            or (directory / each).resolve() in (folder, *folder.parents)
            for each in named
        ):
            continue
        chosen += 1
        if manifest.get("private") is not True:
            yield folder
    if not chosen:
        raise ValueRefusedError("No workspace of that name is here.", "Name its folder with -w.")


def _unpublished(plain: tuple[str, ...], words: Words, directory: Path) -> Found:
    if plain:
        return (_named(Ask.UNLIST, plain[0]),), []
    if words.on("--workspaces") or words.value("--workspace"):
        raise _name_it()
    return _here(Ask.UNLIST, directory), [package_json(directory)]


def _deprecated(plain: tuple[str, ...], _words: Words, _directory: Path) -> Found:
    if not plain:
        raise _name_it()
    return (_named(Ask.DEPRECATE, plain[0]),), []


def _tagged(plain: tuple[str, ...], words: Words, _directory: Path) -> Found:
    if not plain or plain[0] not in {"add", "a", "set", "s", "rm", "r", "del", "d", "remove"}:
        return (), []
    if len(plain) == 1 or words.on("--workspaces") or words.value("--workspace"):
        raise _name_it()
    return (_named(Ask.PUBLISH, plain[1]),), []


def _owned(plain: tuple[str, ...], words: Words, directory: Path) -> Found:
    if not plain or plain[0] not in {"add", "rm", "remove"}:
        return (), []
    if len(plain) > 2:  # noqa: PLR2004 - `add USER PACKAGE`
        return (_named(Ask.OWNERS, plain[2]),), []
    if words.on("--workspaces") or words.value("--workspace"):
        raise _name_it()
    return _here(Ask.OWNERS, directory), [package_json(directory)]


def _here(ask: Ask, directory: Path) -> tuple[Wanted, ...]:
    found = read_project(directory, "npm")
    return (Wanted(ask, found.package_id, exists=True, source=found.path.name),)


def _named(ask: Ask, text: str) -> Wanted:
    match = _NAME.fullmatch(text)
    if match is None:
        raise _name_it()
    return Wanted(ask, match["name"], match["version"] or "", exists=True)


def _name_it() -> ValueRefusedError:
    return ValueRefusedError(
        "The command does not say which package it is about.", "Name the package in the command."
    )


READERS: Mapping[str, Callable[[tuple[str, ...], Words, Path], Found]] = {
    "publish": _published,
    "unpublish": _unpublished,
    "deprecate": _deprecated,
    "undeprecate": _deprecated,
    "dist-tag": _tagged,
    "dist-tags": _tagged,
    "owner": _owned,
    "author": _owned,
}
"""By verb; each takes the plain words after it, all options and the directory."""
