"""Which package a file or project is, from its own metadata and never by guessing from names.

Everything read may be hostile: memory and time are bounded, nothing is unpacked to disk or run,
and what two programs could read differently is refused with a sentence.
"""

from vault.artifacts.artifact import Artifact, ArtifactError
from vault.artifacts.packages import read_artifact
from vault.artifacts.projects import read_project

__all__ = ["Artifact", "ArtifactError", "read_artifact", "read_project"]
