"""Whether a package's file name and its metadata tell the same package.

Registries and clients that look at the file name must not see another package than the one a key
is picked for. npm and RubyGems ignore the name of the file; so does this.
"""

from __future__ import annotations

import re

from vault.keys.glob import normalise_project
from vault.packages.reading import UnacceptableError

_ZEROS = re.compile(r"0*([0-9]+)")


def check_nuget(stem: str, package_id: str, version: str) -> None:
    """`ID.VERSION`, or the id alone; case and how many zeros a version ends in do not count.

    Args:
        stem: The file's name without its suffixes.
        package_id: The id in the nuspec.
        version: The version in the nuspec.

    Raises:
        UnacceptableError: The name tells another package or version.
    """
    rest = stem[len(package_id) :]
    same_id = stem[: len(package_id)].casefold() == package_id.casefold()
    said = _nuget_version(rest[1:]) if rest[:1] == "." else None
    if not same_id or (rest and said != _nuget_version(version)):
        raise _different(stem, f"{package_id}.{version}")


def check_wheel(stem: str, folder: str, package_id: str) -> None:
    """`NAME-VERSION[-BUILD]-PYTHON-ABI-PLATFORM`, names compared as PEP 503 says.

    Args:
        stem: The file's name without `.whl`.
        folder: The name of the `.dist-info` directory, without that ending.
        package_id: The name in the metadata.

    Raises:
        UnacceptableError: It is no name of a wheel, or tells another project.
    """
    parts = stem.split("-")
    if len(parts) not in {5, 6}:
        hint = "A wheel is called NAME-VERSION-PYTHON-ABI-PLATFORM.whl; restore its name."
        raise UnacceptableError(f"{stem!r} is no name of a wheel", hint)
    for name in (parts[0], folder.partition("-")[0]):
        if normalise_project(name) != normalise_project(package_id):
            raise _different(name, package_id)


def check_sdist(stem: str, package_id: str) -> None:
    """`NAME-VERSION`, names compared as PEP 503 says; old ones have hyphens in the name.

    Raises:
        UnacceptableError: The name tells another project.
    """
    project = normalise_project(package_id)
    if not re.fullmatch(re.escape(project) + r"-v?\d.*", normalise_project(stem)):
        raise _different(stem, package_id)


def check_crate(stem: str, folder: str, package_id: str, version: str) -> None:
    """`NAME-VERSION`, for the file and for the only directory inside, character for character.

    Raises:
        UnacceptableError: One of them tells another crate or version.
    """
    for name in (stem, folder):
        if name != f"{package_id}-{version}":
            raise _different(name, f"{package_id}-{version}")


def _different(said: str, inside: str) -> UnacceptableError:
    return UnacceptableError(
        f"its name says {said!r}, but its metadata {inside!r}",
        "Give the file its own name back, or build the package again.",
    )


def _nuget_version(text: str) -> str:
    """A version as NuGet compares it: no build metadata, no zeros before or at the end."""
    numbers, hyphen, label = text.partition("+")[0].casefold().partition("-")
    parts = [_ZEROS.sub(r"\1", part) if part.isdecimal() else part for part in numbers.split(".")]
    while len(parts) > 1 and parts[-1] == "0":
        parts.pop()
    return ".".join(parts) + hyphen + label
