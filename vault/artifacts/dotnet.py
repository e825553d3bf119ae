"""Which NuGet package a directory makes, from its nuspec or project file; MSBuild is not run."""

from __future__ import annotations

from pathlib import Path

from vault.artifacts.artifact import ArtifactError, described, told_of
from vault.artifacts.manifests import Described, files_in, manifest_in, nothing_in
from vault.artifacts.metadata import in_nuspec
from vault.packages.discovery import PROJECTS
from vault.packages.nuget import Properties, project_id, properties
from vault.packages.reading import UnacceptableError, content

_MOST_SHOWN = 3


def read_dotnet(directory: Path, package: str | None = None) -> Described:
    """The package that the directory's only nuspec, else its only project, makes.

    A nuspec whose id is a token (`$id$`) takes it from the project, which is read instead.

    Args:
        directory: The project's directory.
        package: An id, or a file's name without its ending, where there are several.

    Raises:
        ArtifactError: There is no such file, more than one, it says no id that can be told without
            a build, or one cannot be read.
    """
    made = [each for path in files_in(directory, (".nuspec",)) if (each := _nuspec(path))[1]]
    if not made:
        inherited = _inherited(directory)
        made = [_project(path, inherited) for path in files_in(directory, PROJECTS)]
    if not made:
        raise nothing_in(directory, "nuspec or project file")
    if package is not None:
        wanted = package.casefold()
        made = [each for each in made if wanted in {each[1].casefold(), each[0].stem.casefold()}]
    if len(made) != 1:
        raise _not_one(directory, package, made)
    path, package_id, _ = made[0]
    if not package_id:
        with told_of(path, "a project that makes a package"):
            raise UnacceptableError(
                "it is not packable, or only a build would tell its id",
                "Build the package and name the file that comes out.",
            )
    return made[0]


def _nuspec(path: Path) -> Described:
    with told_of(path, "a nuspec"):
        names, versions = in_nuspec(content(path))
        if any("$" in name for name in names):
            return path, "", ""
        literal = [version for version in versions if "$" not in version]
        return path, *described("nuget", names, literal, built=False)


def _project(path: Path, inherited: Properties) -> Described:
    with told_of(path, "a project file"):
        version = properties(path).version or inherited.version
        return path, project_id(path, inherited), "" if "$(" in version else version


def _inherited(directory: Path) -> Properties:
    """What the nearest `Directory.Build.props` says, as MSBuild looks for it."""
    folders = (directory, *directory.absolute().parents)
    for folder in folders:
        path = manifest_in(folder, "Directory.Build.props")
        if path is not None:
            with told_of(path, "a property file"):
                return properties(path)
    return Properties()


def _not_one(directory: Path, package: str | None, made: list[Described]) -> ArtifactError:
    if not made:
        return ArtifactError(
            f"{directory} makes no package called {package!r}.", "Check the name, or the directory."
        )
    names = ", ".join(path.name for path, _, _ in made[:_MOST_SHOWN])
    return ArtifactError(
        f"{directory} makes more than one package ({names}).", "Say which one, by its id or file."
    )
