"""The manifests of cargo, Python and npm packages: one name each, unless it is not published.

Each function raises whatever a malformed file breaks; the caller passes it over.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

from vault.packages.reading import content


def crate_name(path: Path) -> str:
    """The crate a `Cargo.toml` describes; empty for a workspace or with `publish = false`."""
    package = _table(_toml(path), "package")
    return "" if package.get("publish") in (False, []) else _name(package)


def project_name(path: Path) -> str:
    """The project a `pyproject.toml` describes, in the standard's or in Poetry's table."""
    data = _toml(path)
    return _name(_table(data, "project")) or _name(_table(_table(data, "tool"), "poetry"))


def npm_name(path: Path) -> str:
    """The package a `package.json` describes; empty if it is private."""
    data = json.loads(content(path).decode("utf-8-sig"))
    return "" if data.get("private") is True else _name(data)


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(content(path).decode("utf-8-sig"))


def _table(data: dict[str, Any], name: str) -> dict[str, Any]:
    table = data.get(name)
    return table if isinstance(table, dict) else {}


def _name(table: dict[str, Any]) -> str:
    name = table.get("name")
    return name if isinstance(name, str) else ""
