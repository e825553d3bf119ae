"""Package ids lying in a directory: what a user about to make a key will want to cover.

Reads built packages, project files and manifests, never runs a build. Everything read may be
hostile: sizes, depth, entries and time are bounded, and what cannot be read is passed over.
"""

from vault.packages.discovery import PackageId, package_ids, select_ids

__all__ = ["PackageId", "package_ids", "select_ids"]
