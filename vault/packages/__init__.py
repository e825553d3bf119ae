"""Package ids lying in a directory: what a user about to make a key will want to cover.

Reads built packages, project files and manifests, never runs a build. Everything read may be
hostile: sizes, depth, entries and time are bounded, and what cannot be read is passed over.

The names below are loaded on first use: who reads one package does not pay for finding them all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vault.packages.discovery import PackageId, package_ids, select_ids

__all__ = ["PackageId", "package_ids", "select_ids"]


def __getattr__(name: str) -> Any:
    """One of the names above."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from vault.packages import discovery

    return getattr(discovery, name)
