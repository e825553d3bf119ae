"""Projects: which package a directory would publish, without building or running anything."""

from __future__ import annotations

from pathlib import Path

from vault.artifacts.artifact import Artifact, ArtifactError, described, told_of
from vault.artifacts.crates import read_crate
from vault.artifacts.dotnet import read_dotnet
from vault.artifacts.manifests import Described, read_gem, read_npm, read_python
from vault.keys.glob import normalise_project
from vault.keys.kind import Kind


def read_project(directory: Path, kind: Kind, *, package: str | None = None) -> Artifact:
    """The package that a project's directory describes, as far as that is told without running it.

    Args:
        directory: Where the client would run. cargo's manifest may lie above it.
        kind: Which kind of project to look for.
        package: Which of its packages: a crate of the workspace, or one of several .NET projects.
            With the other kinds it must be the one the directory describes.

    Returns:
        The package; `version` is empty where a build would make it.

    Raises:
        ArtifactError: There is no such project, it makes no package that is published, several and
            none was chosen, or its manifest is broken or says its name only when run.
    """
    path, name, version = _read(directory, kind, package)
    with told_of(path, "a manifest"):
        versions = [version] if version else []
        package_id, version = described(kind, [name] if name else [], versions, built=False)
    return Artifact(kind, package_id, version, path)


def _read(directory: Path, kind: Kind, package: str | None) -> Described:
    if kind == "cargo":
        return read_crate(directory, package)
    if kind == "nuget":
        return read_dotnet(directory, package)
    readers = {"npm": read_npm, "python": read_python, "gem": read_gem}
    found = readers[kind](directory)
    if package is not None and not _same(kind, found[1], package):
        raise ArtifactError(
            f"{found[0]} describes {found[1]!r}, not {package!r}.",
            "Run it in the directory of the package you mean.",
        )
    return found


def _same(kind: Kind, one: str, other: str) -> bool:
    if kind == "python":
        return normalise_project(one) == normalise_project(other)
    return one == other
