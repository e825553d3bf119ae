"""Tokens known by their prefix and shape alone; nothing in them can be checked offline."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vault.keys.formats.recognition import Outcome, Recognition, damaged


@dataclass(frozen=True, slots=True)
class Prefixed:
    """One format of this kind.

    Attributes:
        prefix: How it starts.
        body: What follows, as a regular expression.
        name: The format's name.
        registry: Who issues it.
        what: What it is, with its article, for a sentence.
    """

    prefix: str
    body: str
    name: str
    registry: str
    what: str


FORMATS = (
    Prefixed(
        "github_pat_",
        r"\w{82}",
        "github fine-grained token",
        "github-fine-grained",
        "a GitHub fine-grained token",
    ),
    Prefixed("rubygems_", r"[0-9a-f]{48}", "rubygems key", "rubygems", "a RubyGems key"),
    Prefixed("glpat-", r"[\w.-]{20,320}", "gitlab token", "gitlab-pat", "a GitLab token"),
    Prefixed(
        "gldt-", r"[\w-]{20,64}", "gitlab deploy token", "gitlab-deploy", "a GitLab deploy token"
    ),
    Prefixed("dckr_pat_", r"[\w-]{27}", "docker hub token", "dockerhub", "a Docker Hub token"),
    Prefixed(
        "dckr_oat_",
        r"[\w-]{32}",
        "docker hub organization token",
        "dockerhub",
        "a Docker Hub organization token",
    ),
)
"""GitLab's personal, project and group tokens look the same. The lengths are those of the
registries' own documentation and of common secret scanners."""

_ENOUGH = 12
"""Characters behind a prefix from which on a text is more likely a token than a name."""


def recognise_prefixed(text: str) -> Recognition | None:
    """A recognition if the text has one of the prefixes above, and enough behind it."""
    form = next((form for form in FORMATS if text.startswith(form.prefix)), None)
    if form is None or len(text) < len(form.prefix) + _ENOUGH or not text.isascii():
        return None
    if re.fullmatch(form.body, text.removeprefix(form.prefix), re.ASCII):
        note = f"This is {form.what}."
        return Recognition(form.name, form.registry, Outcome.OK, note, form.what)
    cut = "it is not whole: was it cut off while copying?"
    return damaged(form.name, form.registry, form.what, cut)
