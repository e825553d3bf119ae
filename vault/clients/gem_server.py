"""The server a gem's own metadata names: `gem push` goes there unless the command says otherwise.

Source: RubyGems' `push_command.rb`. `default_gem_server` counts before `allowed_push_host`.
"""

from __future__ import annotations

import io
import re
from pathlib import Path

from vault.artifacts.artifact import told_of
from vault.artifacts.streams import Gunzipped, Plain
from vault.artifacts.tars import from_tar
from vault.artifacts.wanted import LARGEST, Wanted
from vault.packages.reading import plain_file

_METADATA = Wanted("metadata.gz", r"metadata\.gz")
_KEYS = ("default_gem_server", "allowed_push_host")
_BLOCK = re.compile(r"^metadata:[^\S\n]*\n((?:[ ].*\n|\n)*)", re.MULTILINE)
_ENTRY = re.compile(r"^  ([\"']?)(?P<key>[a-z_]+)\1:[^\S\n]*(?P<value>.*)$", re.MULTILINE)


def named_server(path: Path) -> str | None:
    """What a built gem's metadata names as its server, as written; None if it names none.

    Raises:
        ArtifactError: It is no gem.
    """
    with told_of(path, "a gem"), plain_file(path) as stream:
        packed = from_tar(Plain(stream), _METADATA).data
        text = Gunzipped(io.BytesIO(packed)).read(LARGEST).decode()
    block = _BLOCK.search(text.replace("\r\n", "\n") + "\n")
    found = {match["key"]: match["value"] for match in _ENTRY.finditer(block[1] if block else "")}
    said = [found[key].strip().strip("\"'") for key in _KEYS if found.get(key)]
    return next(filter(None, said), None)
