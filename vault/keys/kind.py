"""Kinds of package: what a project publishes, and what a registry takes."""

from __future__ import annotations

from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["nuget", "cargo", "python", "npm", "gem"]
"""Kind of package, and of the registries that take it."""
