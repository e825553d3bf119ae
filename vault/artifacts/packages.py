"""Built packages: which file is read as what, and what it tells."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from vault.artifacts.artifact import Artifact, ArtifactError, described, told_of
from vault.artifacts.metadata import (
    Found,
    in_cargo_toml,
    in_gem_metadata,
    in_headers,
    in_nuspec,
    in_package_json,
)
from vault.artifacts.names import check_crate, check_nuget, check_sdist, check_wheel
from vault.artifacts.streams import Gunzipped, Plain
from vault.artifacts.tars import from_tar
from vault.artifacts.wanted import LARGEST, Member, Wanted
from vault.artifacts.zips import from_zip
from vault.keys.kind import Kind
from vault.packages.reading import UnacceptableError, plain_file

_Check = Callable[[str, str, str, str], None]
"""Takes the file's stem, the member's first directory, id and version; refuses what differs."""


def _from_tar(stream: BinaryIO, wanted: Wanted) -> Member:
    return from_tar(Plain(stream), wanted)


def _from_tar_gz(stream: BinaryIO, wanted: Wanted) -> Member:
    return from_tar(Gunzipped(stream), wanted)


def _gem_metadata(data: bytes) -> Found:
    unpacked = Gunzipped(io.BytesIO(data)).read(LARGEST + 1)
    if len(unpacked) > LARGEST:
        raise UnacceptableError("its metadata is too large")
    return in_gem_metadata(unpacked)


def _nuget(stem: str, _folder: str, package_id: str, version: str) -> None:
    check_nuget(stem, package_id, version)


def _wheel(stem: str, folder: str, package_id: str, _version: str) -> None:
    check_wheel(stem, folder.removesuffix(".dist-info"), package_id)


def _sdist(stem: str, _folder: str, package_id: str, _version: str) -> None:
    check_sdist(stem, package_id)


def _any(*_names: str) -> None:
    """Any name will do: npm and RubyGems do not look at it."""


@dataclass(frozen=True, slots=True)
class _Format:
    kind: Kind
    noun: str
    find: Callable[[BinaryIO, Wanted], Member]
    wanted: Wanted
    found: Callable[[bytes], Found]
    check: _Check
    symbols: bool = False


_NUSPEC = Wanted("nuspec", r"[^/]+\.(?i:nuspec)")
_PKG_INFO = Wanted("PKG-INFO", r"[^/]+/PKG-INFO")
_METADATA = Wanted("METADATA", r"[^/]+\.dist-info/METADATA")
_PACKAGE_JSON = Wanted("package.json", r"[^/]+/package\.json")
_CARGO_TOML = Wanted("Cargo.toml", r"[^/]+/Cargo\.toml")
_GEM_METADATA = Wanted("metadata.gz", r"metadata\.gz")

_SYMBOLS = _Format(
    "nuget", "a NuGet symbol package", from_zip, _NUSPEC, in_nuspec, _nuget, symbols=True
)

_FORMATS: dict[str, _Format] = {
    ".symbols.nupkg": _SYMBOLS,
    ".snupkg": _SYMBOLS,
    ".nupkg": _Format("nuget", "a NuGet package", from_zip, _NUSPEC, in_nuspec, _nuget),
    ".whl": _Format("python", "a wheel", from_zip, _METADATA, in_headers, _wheel),
    ".tar.gz": _Format(
        "python", "a source distribution", _from_tar_gz, _PKG_INFO, in_headers, _sdist
    ),
    ".zip": _Format("python", "a source distribution", from_zip, _PKG_INFO, in_headers, _sdist),
    ".tgz": _Format("npm", "an npm package", _from_tar_gz, _PACKAGE_JSON, in_package_json, _any),
    ".crate": _Format("cargo", "a crate", _from_tar_gz, _CARGO_TOML, in_cargo_toml, check_crate),
    ".gem": _Format("gem", "a gem", _from_tar, _GEM_METADATA, _gem_metadata, _any),
}


def read_artifact(path: Path) -> Artifact:
    """The package in a file, from the metadata inside; the file's ending says what it should be.

    Zip archives are read at their end and at the one member, whatever their size; tar archives
    are walked once. Memory and time are bounded, and nothing is unpacked to disk or run.

    Raises:
        ArtifactError: The file is missing, unreadable, no package, damaged, made to be read in two
            ways, or named as another package than it is.
    """
    name = path.name.lower()
    suffix = next((each for each in _FORMATS if name.endswith(each)), None)
    if suffix is None:
        known = ", ".join(each for each in _FORMATS if each.count(".") == 1 or each == ".tar.gz")
        raise ArtifactError(
            f"{path} is no package by its ending.", f"keyfob reads files ending in {known}."
        )
    form = _FORMATS[suffix]
    with told_of(path, form.noun), plain_file(path) as stream:
        member = form.find(stream, form.wanted)
        package_id, version = described(form.kind, *form.found(member.data))
        folder = member.path.partition("/")[0]
        form.check(path.name[: -len(suffix)], folder, package_id, version)
    return Artifact(form.kind, package_id, version, path, form.symbols)
