"""Tokens known by their prefix and shape alone; nothing in them can be checked offline."""

from __future__ import annotations

import re

from vault.keys.formats.recognition import Outcome, Recognition

_SHAPES: tuple[tuple[str, str, str, str], ...] = (
    (r"github_pat_\w{82}", "github fine-grained token", "github-fine-grained", "a GitHub token"),
    (r"rubygems_[0-9a-f]{48}", "rubygems key", "rubygems", "a RubyGems key"),
    (r"glpat-[\w.-]{20,320}", "gitlab token", "gitlab-pat", "a GitLab token"),
    (r"gldt-[\w-]{20,64}", "gitlab deploy token", "gitlab-deploy", "a GitLab deploy token"),
    (r"dckr_[po]at_[\w-]{27,32}", "docker hub token", "dockerhub", "a Docker Hub token"),
    (r"\w{52}JQQJ99\w{18}AZDO\w{4}", "azure token", "azure-artifacts", "an Azure DevOps token"),
)
"""Shape, format, registry, and what it is with its article."""


def recognise_prefixed(text: str) -> Recognition | None:
    """A recognition if the text has one of the shapes above."""
    for shape, name, registry, what in _SHAPES:
        if re.fullmatch(shape, text, re.ASCII):
            return Recognition(name, registry, Outcome.OK, f"This is {what}.", what)
    return None
