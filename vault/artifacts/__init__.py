"""Which package a file or project is, from its own metadata and never by guessing from names.

Everything read may be hostile: memory and time are bounded, nothing is unpacked to disk or run,
and what two programs could read differently is refused with a sentence.

What reads files and what reads projects is loaded when it is needed: a client does one of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vault.artifacts.artifact import Artifact, ArtifactError

if TYPE_CHECKING:
    from vault.artifacts.packages import read_artifact
    from vault.artifacts.projects import read_project

__all__ = ["Artifact", "ArtifactError", "read_artifact", "read_project"]


def __getattr__(name: str) -> Any:
    """One of the names above."""
    if name == "read_artifact":
        from vault.artifacts.packages import read_artifact

        return read_artifact
    if name == "read_project":
        from vault.artifacts.projects import read_project

        return read_project
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
