"""The manifests of cargo, Python and npm packages: one name each, unless it is not published.

Each function raises whatever a malformed file breaks; the caller passes it over.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

from vault.packages.reading import LARGEST, UnacceptableError, content

_MOST_DOTS = 1000  # in one line


def crate_name(path: Path) -> str:
    """The crate a `Cargo.toml` describes; empty for a workspace or with `publish = false`."""
    package = table(toml(path), "package")
    return "" if package.get("publish") in (False, []) else text(package, "name")


def project_name(path: Path) -> str:
    """The project a `pyproject.toml` describes, in the standard's or in Poetry's table."""
    data = toml(path)
    poetry = table(table(data, "tool"), "poetry")
    return text(table(data, "project"), "name") or text(poetry, "name")


def npm_name(path: Path) -> str:
    """The package a `package.json` describes; empty if it is private."""
    data = json_object(path)
    return "" if data.get("private") is True else text(data, "name")


def toml(path: Path) -> dict[str, Any]:
    """The content of a TOML file.

    Raises:
        UnacceptableError: It would take long to read.
    """
    return toml_in(content(path))


def toml_in(data: bytes) -> dict[str, Any]:
    """The content of TOML text, with or without a byte order mark.

    Raises:
        UnacceptableError: It is too large, or has a key of so many parts that `tomllib`, whose
            time grows with the square of them, would take long.
    """
    if len(data) > LARGEST:
        raise UnacceptableError("it is too large")
    if any(line.count(b".") > _MOST_DOTS for line in data.split(b"\n")):
        raise UnacceptableError("it has a key of too many parts")
    return tomllib.loads(data.decode("utf-8-sig"))


def json_object(path: Path) -> dict[str, Any]:
    """The content of a JSON file.

    Raises:
        UnacceptableError: It holds no object.
    """
    return json_object_in(content(path))


def json_object_in(data: bytes) -> dict[str, Any]:
    """The object in JSON text, with or without a byte order mark.

    Raises:
        UnacceptableError: It holds no object.
    """
    found = json.loads(data.decode("utf-8-sig"))
    if not isinstance(found, dict):
        raise UnacceptableError("its metadata is not a JSON object")
    return found


def table(data: dict[str, Any], name: str) -> dict[str, Any]:
    """A table inside another; empty if there is none."""
    inner = data.get(name)
    return inner if isinstance(inner, dict) else {}


def text(data: dict[str, Any], key: str) -> str:
    """A text inside a table; empty if there is none."""
    value = data.get(key)
    return value if isinstance(value, str) else ""
