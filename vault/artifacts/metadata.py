"""Names and versions out of each kind of metadata, as bytes.

Each function answers all names and all versions it sees, so that the caller can refuse two.
"""

from __future__ import annotations

import re
from typing import Any

from vault.packages.manifests import json_object_in, table, text, toml_in
from vault.packages.reading import UnacceptableError, texts

Found = tuple[list[str], list[str]]
"""All names and all versions that metadata gives."""

_ID, _VERSION = "package/metadata/id", "package/metadata/version"
_LINE_END = re.compile(rb"\r\n|\r|\n")
_YAML_LINE_END = re.compile("\r\n|[\r\n\x85\u2028\u2029]")  # YAML 1.1, as RubyGems' parser has it
_FIELD = re.compile(r"([!-9;-~]+):(.*)")

_SPECIFICATION = re.compile(r"--- !ruby/object:Gem::Specification *")
_KEY = re.compile(r"([a-z_]+):(?: +(.*))?")
_SCALAR = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*) *|'([^'\\]*)' *|\"([^\"\\]*)\" *")
_VERSION_TAGS = ("!ruby/object:Gem::Version", "!ruby/object:Gem::Version::Requirement")


def in_nuspec(data: bytes) -> Found:
    """What a nuspec says.

    Raises:
        UnacceptableError: It has a document type, or is nested too deeply.
        expat.ExpatError: It is not XML.
    """
    found = texts(data, _ID, _VERSION)
    return found[_ID], found[_VERSION]


def in_headers(data: bytes) -> Found:
    """What the core metadata of a wheel or sdist says: header fields up to the first empty line.

    Raises:
        UnacceptableError: A line before that is no field and continues none.
        UnicodeError: A field is not UTF-8.
    """
    found: dict[str, list[str]] = {"name": [], "version": []}
    field = ""
    for raw in _LINE_END.split(data):
        line = raw.decode()
        if not line:
            break
        if line[0] in " \t":
            if field in {"", *found}:
                raise UnacceptableError(f"its metadata has a folded {field or 'first'} line")
            continue
        match = _FIELD.fullmatch(line)
        if match is None:
            raise UnacceptableError("its metadata has a line that is no field")
        field = match[1].lower()
        if field in found:
            found[field].append(match[2].strip())
    return found["name"], found["version"]


def in_package_json(data: bytes) -> Found:
    """What a `package.json` says.

    Raises:
        ValueError: It is not a JSON object in UTF-8.
    """
    return _both(json_object_in(data))


def in_cargo_toml(data: bytes) -> Found:
    """What the `Cargo.toml` that cargo writes into a crate says.

    Raises:
        ValueError: It is not TOML in UTF-8, or would take long to read.
    """
    return _both(table(toml_in(data), "package"))


def in_gem_metadata(data: bytes) -> Found:
    """What the YAML of a gem's specification says, the way RubyGems writes it.

    No YAML is interpreted: lines at the left edge must be plain keys or items of lists, so no other
    notation can bring in a second name, and tags name no class that anything would make.

    Raises:
        UnacceptableError: It is written in another way.
        UnicodeError: It is not UTF-8.
    """
    lines = _YAML_LINE_END.split(data.decode())
    if not _SPECIFICATION.fullmatch(lines[0]) or (len(lines) > 1 and lines[1][:1] in {"", " "}):
        raise UnacceptableError("its metadata is no gem specification")
    names: list[str] = []
    versions: list[str] = []
    for line, after in zip(lines[1:], [*lines[2:], ""], strict=True):
        if not line or line[0] == " " or line.startswith("- ") or line == "-":
            continue
        match = _KEY.fullmatch(line)
        if match is None:
            raise UnacceptableError("its metadata is not written the way RubyGems does")
        if match[1] == "name":
            names.append(_scalar(match[2]))
        if match[1] == "version":
            versions.append(_gem_version(match[2], after))
    return names, versions


def _gem_version(tag: str | None, after: str) -> str:
    match = _KEY.fullmatch(after.strip())
    if (tag or "").strip() not in _VERSION_TAGS or match is None or match[1] != "version":
        raise UnacceptableError("its metadata gives a version that is not written as one")
    return _scalar(match[2])


def _scalar(value: str | None) -> str:
    match = _SCALAR.fullmatch(value or "")
    if match is None:
        raise UnacceptableError("its metadata gives a name or version in an unusual notation")
    return match[1] or match[2] or match[3] or ""


def _both(data: dict[str, Any]) -> Found:
    name, version = text(data, "name"), text(data, "version")
    return [name] if name else [], [version] if version else []
