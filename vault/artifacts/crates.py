"""Which crate `cargo publish` would publish from a directory: its own, or one of its workspace."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vault.artifacts.artifact import ArtifactError, told_of
from vault.artifacts.manifests import Described, manifest_in, nothing_in
from vault.artifacts.workspaces import folders_named
from vault.packages.manifests import table, text, toml
from vault.packages.reading import UnacceptableError

_MANIFEST = "Cargo.toml"
_NOUN = "a crate's manifest"
_MOST_MANIFESTS = 1_000
_DEPENDENCIES = ("dependencies", "dev-dependencies", "build-dependencies")


def read_crate(directory: Path, package: str | None = None) -> Described:
    """The crate of the nearest manifest, or the workspace's crate of a name.

    Args:
        directory: Where cargo would run; like cargo, this looks in the directories above, too.
        package: What stands behind `-p`: a name, `@` and a version after it ignored.

    Raises:
        ArtifactError: There is no manifest, no such crate, it is not published, or a manifest
            cannot be read.
    """
    folders = (directory, *directory.absolute().parents)
    path = next((found for each in folders if (found := manifest_in(each, _MANIFEST))), None)
    if path is None:
        raise nothing_in(directory, _MANIFEST)
    data = _read(path)
    wanted = (package or "").partition("@")[0]
    if wanted and text(table(data, "package"), "name") != wanted:
        path, data = _member(path, data, wanted)
    return _described(path, data)


def _read(path: Path) -> dict[str, Any]:
    with told_of(path, _NOUN):
        return toml(path)


def _described(path: Path, data: dict[str, Any]) -> Described:
    crate = table(data, "package")
    with told_of(path, _NOUN):
        if not crate:
            raise UnacceptableError(
                "it describes a workspace, not a crate", "Say which crate with -p NAME."
            )
        if crate.get("publish") in (False, []):
            raise UnacceptableError("its crate is not to be published (publish = false)")
        version = text(crate, "version")
        if table(crate, "version").get("workspace") is True:
            inherited = table(table(_root(path, data)[1], "workspace"), "package")
            version = text(inherited, "version")
        if not version:
            raise UnacceptableError("it gives no version, and cargo publishes nothing without")
    return path, text(crate, "name"), version


def _root(path: Path, data: dict[str, Any]) -> tuple[Path, dict[str, Any]]:
    """The manifest of the workspace that this one belongs to; itself if there is none."""
    if "workspace" in data:
        return path, data
    named = text(table(data, "package"), "workspace")
    above = [path.parent / named] if named else list(path.absolute().parent.parents)
    for folder in above:
        found = manifest_in(folder, _MANIFEST)
        if found is not None and "workspace" in (inside := _read(found)):
            return found, inside
    return path, data


def _member(path: Path, data: dict[str, Any], wanted: str) -> tuple[Path, dict[str, Any]]:
    root, inside = _root(path, data)
    patterns = table(inside, "workspace").get("members")
    folders = folders_named(root.parent, patterns if isinstance(patterns, list) else [])
    queue = [root, *(folder / _MANIFEST for folder in folders)]
    seen: set[Path] = set()
    while queue and len(seen) < _MOST_MANIFESTS:
        each = Path(os.path.normpath(queue.pop(0)))
        if each in seen or not os.path.isfile(each):  # noqa: PTH113 - of any path, never raises
            continue
        seen.add(each)
        manifest = _read(each)
        if text(table(manifest, "package"), "name") == wanted:
            return each, manifest
        queue += _beside(each, manifest)
    raise ArtifactError(
        f"{root} has no crate called {wanted!r} in its workspace.",
        "Check the name behind -p, or run it in the crate's own directory.",
    )


def _beside(path: Path, data: dict[str, Any]) -> Iterator[Path]:
    """The manifests of dependencies by path: cargo takes them into the workspace unasked."""
    for kind in _DEPENDENCIES:
        for dependency in table(data, kind).values():
            if isinstance(dependency, dict) and (inside := text(dependency, "path")):
                yield path.parent / inside / _MANIFEST
