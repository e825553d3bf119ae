"""Project files that describe one package each: npm's, Python's and RubyGems'."""

from __future__ import annotations

import configparser
import re
from itertools import islice
from pathlib import Path

from vault.artifacts.artifact import ArtifactError, told_of
from vault.packages.manifests import json_object, table, text, toml
from vault.packages.reading import UnacceptableError, content

Described = tuple[Path, str, str]
"""The manifest that was read, and the name and version in it; no version if a build makes it."""

_MOST_ENTRIES = 10_000
_BUILD = "Build the package and name the file that comes out."
_COMPUTED = ("attr:", "file:")

_BLOCK = re.compile(
    r"^[^#\n]*\bGem::Specification\.new\s*(?:do|\{)\s*\|\s*(\w+)\s*\|", re.MULTILINE
)
_LITERAL = r"""\s*=\s*(?:"([^"\\#\n]*)"|'([^'\\\n]*)')(?:\.freeze)?[ \t]*(?:\#.*)?$"""


def manifest_in(directory: Path, name: str) -> Path | None:
    """A manifest of this name in the directory, or None.

    Raises:
        ArtifactError: There is something of this name that is not a file, or cannot be looked at.
    """
    path = directory / name
    with told_of(path, "a manifest"):
        if path.is_file():
            return path
        if path.exists():
            raise UnacceptableError("it is not a file", "Name the project's own directory.")
    return None


def files_in(directory: Path, suffixes: tuple[str, ...]) -> list[Path]:
    """The files of a directory whose names end like this, in order of their names.

    Raises:
        ArtifactError: The directory cannot be listed.
    """
    with told_of(directory, "a project's directory"):
        inside = sorted(islice(directory.iterdir(), _MOST_ENTRIES))
        return [path for path in inside if path.name.lower().endswith(suffixes) and path.is_file()]


def nothing_in(directory: Path, names: str) -> ArtifactError:
    """The error for a directory that holds none of the manifests looked for."""
    return ArtifactError(
        f"{directory} holds no {names}.", "Run it in the project's directory, or name the package."
    )


def read_npm(directory: Path) -> Described:
    """What the `package.json` of a directory describes.

    Raises:
        ArtifactError: There is none, it is private, or cannot be read.
    """
    path = manifest_in(directory, "package.json")
    if path is None:
        raise nothing_in(directory, "package.json")
    with told_of(path, "an npm package's manifest"):
        data = json_object(path)
        if data.get("private") is True:
            raise UnacceptableError("it is marked private, and npm publishes none of those")
        version = text(data, "version")
        if not version:
            raise UnacceptableError("it gives no version, and npm publishes nothing without")
        return path, text(data, "name"), version


def read_python(directory: Path) -> Described:
    """What the `pyproject.toml`, else the `setup.cfg`, of a directory describes.

    Raises:
        ArtifactError: Neither names the project, or one cannot be read.
    """
    for name, read in (("pyproject.toml", _pyproject), ("setup.cfg", _setup_cfg)):
        path = manifest_in(directory, name)
        if path is None:
            continue
        with told_of(path, "a Python project's manifest"):
            project, version = read(path)
        if project:
            return path, project, version
    if manifest_in(directory, "setup.py"):
        raise ArtifactError(f"{directory} says its name only when setup.py is run.", _BUILD)
    raise nothing_in(directory, "pyproject.toml or setup.cfg that names the project")


def read_gem(directory: Path) -> Described:
    """What the only `*.gemspec` of a directory describes, as far as it says so in plain text.

    Raises:
        ArtifactError: There is not exactly one, or its name is made by running it.
    """
    paths = files_in(directory, (".gemspec",))
    if not paths:
        raise nothing_in(directory, "*.gemspec")
    if len(paths) > 1:
        names = f"{paths[0].name} and {paths[1].name}"
        raise ArtifactError(f"{directory} holds more than one gemspec: {names}.", _BUILD)
    with told_of(paths[0], "a gemspec that can be read"):
        source = content(paths[0]).decode()
        blocks = _BLOCK.findall(source)
        if len(blocks) != 1 or re.search(r"^(?:=begin|__END__)\b", source, re.MULTILINE):
            raise UnacceptableError("only running it would tell what it describes", _BUILD)
        name = _assigned(source, blocks[0], "name")
        if not name:
            raise UnacceptableError(
                "its name is not one plain text, only running it would tell", _BUILD
            )
        return paths[0], name, _assigned(source, blocks[0], "version")


def _pyproject(path: Path) -> tuple[str, str]:
    data = toml(path)
    project, poetry = table(data, "project"), table(table(data, "tool"), "poetry")
    named = project if text(project, "name") else poetry
    return text(named, "name"), text(project, "version") or text(poetry, "version")


def _setup_cfg(path: Path) -> tuple[str, str]:
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(content(path).decode("utf-8-sig"))
    except configparser.Error as error:
        raise UnacceptableError("it is not in the form of a setup.cfg") from error
    name = parser.get("metadata", "name", fallback="").strip()
    version = parser.get("metadata", "version", fallback="").strip()
    return name, "" if version.startswith(_COMPUTED) else version


def _assigned(source: str, block: str, attribute: str) -> str:
    """The text assigned to an attribute, if that happens once and with a literal."""
    target = rf"\b{re.escape(block)}\.{attribute}"
    if len(re.findall(rf"{target}\s*=[^=~]", source)) != 1:
        return ""
    found = re.search(rf"^[ \t]*{target}{_LITERAL}", source, re.MULTILINE)
    return (found[1] or found[2] or "") if found else ""
