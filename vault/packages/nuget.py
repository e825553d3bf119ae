"""NuGet package ids: from built packages, and from MSBuild's project and property files.

A project's id is its `PackageId`, else that of the nearest `Directory.Build.props`, else its
`AssemblyName`, else the file's name (Microsoft's "MSBuild pack target"). No MSBuild is run: an id
made of any property but `$(AssemblyName)` and `$(MSBuildProjectName)` is passed over, and
conditions are not evaluated: the last value counts.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from vault.packages.reading import LARGEST, content, plain_file, texts
from vault.packages.zips import open_zip, unzipped

_ID, _ASSEMBLY, _PACKABLE, _PACKAGE_VERSION, _VERSION = (
    f"project/propertygroup/{name}"
    for name in ("packageid", "assemblyname", "ispackable", "packageversion", "version")
)
_PROPERTY = re.compile(r"\$\((\w+)\)")

_MOST_FILES = 5_000
_LARGEST_DIRECTORY = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Properties:
    """What a `Directory.Build.props` or a project file says of packing.

    Attributes:
        id: The `PackageId` as written, or empty.
        assembly: The `AssemblyName` as written, or empty.
        packable: Whether `IsPackable` is anything but false, or None if it is not said.
        version: The `PackageVersion`, else `Version`, as written, or empty.
    """

    id: str = ""
    assembly: str = ""
    packable: bool | None = None
    version: str = ""


def properties(path: Path) -> Properties:
    """The properties one file sets.

    Raises:
        OSError: It cannot be read.
        ValueError: It is too large, or XML of a kind that is refused.
        expat.ExpatError: It is not XML.
    """
    found = texts(content(path), _ID, _ASSEMBLY, _PACKABLE, _PACKAGE_VERSION, _VERSION)
    last = {name: values[-1] if values else "" for name, values in found.items()}
    packable = last[_PACKABLE].lower() != "false" if last[_PACKABLE] else None
    version = last[_PACKAGE_VERSION] or last[_VERSION]
    return Properties(last[_ID], last[_ASSEMBLY], packable, version)


def project_id(path: Path, inherited: Properties) -> str:
    """The id of the package a project makes; empty if it makes none, or it cannot be told.

    Args:
        path: The project file.
        inherited: The properties of the nearest `Directory.Build.props`.

    Raises:
        OSError: It cannot be read.
        ValueError: It is too large, or XML of a kind that is refused.
        expat.ExpatError: It is not XML.
    """
    own = properties(path)
    if (inherited.packable if own.packable is None else own.packable) is False:
        return ""
    known = {"msbuildprojectname": path.stem, "assemblyname": path.stem}
    known["assemblyname"] = _expand(own.assembly or inherited.assembly, known) or path.stem
    return _expand(own.id or inherited.id or "$(AssemblyName)", known)


def built_id(path: Path) -> str:
    """The id in a built package's nuspec; empty for symbols and for packages only restored.

    Raises:
        OSError: It cannot be read.
        ValueError: It is not a package, or one that is refused unopened.
        zipfile.BadZipFile: It is not a package.
        expat.ExpatError: Its nuspec is not XML.
    """
    if path.name.lower().endswith(".symbols.nupkg") or _restored(path):
        return ""
    with plain_file(path) as stream:
        package = open_zip(stream, files=_MOST_FILES, directory=_LARGEST_DIRECTORY)
        with package:
            return _nuspec_id(package)


def _expand(text: str, known: dict[str, str]) -> str:
    """The text with the known properties filled in, or empty if it needs others."""
    filled = _PROPERTY.sub(lambda found: known.get(found[1].lower(), found[0]), text)
    return "" if "$(" in filled else filled


def _restored(path: Path) -> bool:
    """Whether this lies in a folder of installed packages: `id.version/id.version.nupkg`."""
    stem, folder = path.stem.lower(), path.parent
    versioned = f"{folder.parent.name}.{folder.name}".lower()  # id/version/id.version.nupkg
    return stem in {folder.name.lower(), versioned}


def _nuspec_id(package: zipfile.ZipFile) -> str:
    for entry in package.infolist():
        if "/" in entry.filename or not entry.filename.lower().endswith(".nuspec"):
            continue
        data = unzipped(package, entry, LARGEST)
        ids = texts(data, "package/metadata/id")["package/metadata/id"]
        return ids[0] if ids else ""
    return ""
