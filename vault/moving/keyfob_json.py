"""keyfob's own export, in clear text: each key with all that another vault knew of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vault.errors import NewerFormatError, ValueRefusedError
from vault.exporting.document import FORMAT
from vault.exporting.reading import read_export
from vault.moving.document import whole
from vault.moving.found import Found
from vault.packages.reading import UnacceptableError, plain_file

_HEAD = 64


def recognises(path: Path) -> bool:
    """Whether a file begins as an export of keyfob does."""
    try:
        with plain_file(path) as stream:
            head = stream.read(_HEAD)
    except (OSError, UnacceptableError):
        return False
    return head.lstrip().startswith(b"{") and FORMAT.encode() in head


def read(path: Path) -> Iterator[Found]:
    """The keys of an export of keyfob.

    Raises:
        UnacceptableError: It is none, a newer keyfob wrote it, or a value in it is refused.
        OSError: It cannot be read.
    """
    try:
        kept = read_export(whole(path))
    except (ValueRefusedError, NewerFormatError) as error:
        reason = error.message[0].lower() + error.message[1:].removesuffix(".")
        raise UnacceptableError(reason, error.hint) from None
    for key, secret in kept:
        yield Found(secret, None, "", key.name, registry=key.registry, owner=key.owner, key=key)
