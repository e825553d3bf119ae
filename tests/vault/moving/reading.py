"""Reading a made-up source in a test."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from vault.moving.found import MASK, Found
from vault.moving.sources import read_file

NPM = "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"
GITHUB = "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"
LOGIN = "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"
GEM = "rubygems_" + "0123456789abcdef" * 3
CRATES = "cio" + "EXAMPLEexample01" * 2
GITLAB = "glpat-EXAMPLE-example_0001"


class Seen(NamedTuple):
    """A found key with its secret in the open."""

    secret: str
    line: int | None
    title: str
    address: str
    registry: str
    owner: str


class Read(NamedTuple):
    """What a source held."""

    seen: list[Seen]
    reasons: dict[str, str]
    found: tuple[Found, ...]


def read(tmp_path: Path, kind: str, content: str | bytes) -> Read:
    """What a source with this content holds."""
    path = tmp_path / f"source-{kind}"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    haul = read_file(path, kind)
    for found in haul.found:
        assert found.secret.reveal() not in found.remove
        assert found.secret.reveal() not in repr(found)
    seen = [
        Seen(one.secret.reveal(), one.line, one.title, one.address, one.registry, one.owner)
        for one in haul.found
    ]
    return Read(seen, {one.title: one.reason for one in haul.passed}, haul.found)


def only(read: Read) -> dict[str, Any]:
    """The one key of a source, and nothing passed over."""
    [seen] = read.seen
    assert not read.reasons
    return seen._asdict()


def removed(read: Read) -> list[str]:
    """The lines to remove, each with its secret masked."""
    assert all(MASK in found.remove for found in read.found)
    return [found.remove for found in read.found]
