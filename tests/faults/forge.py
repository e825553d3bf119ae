"""Vault files that keyfob did not write: headers changed by hand, their check made to fit."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, TypeAlias
from zlib import crc32

from tests.faults.place import PASSWORD
from vault.sealing import vaultfile
from vault.sealing.beginning import MAGIC, header_end

Fields: TypeAlias = dict[str, Any]
_CHECK = re.compile(rb'KEYFOB1\n\{"format":[0-9]+,"check":"([0-9a-f]{8})"[^\n]*\n')


def fields_of(data: bytes) -> Fields:
    """The header of a vault file as its JSON."""
    fields: Fields = json.loads(data[len(MAGIC) : header_end(data)])
    return fields


def with_header(data: bytes, line: bytes) -> bytes:
    """The file with another header line; its MAC no longer fits."""
    return checked(MAGIC + line + b"\n" + data[header_end(data) :])


def checked(data: bytes) -> bytes:
    """The file with the check of its header made to fit, as whoever changes it on purpose can."""
    match = _CHECK.match(data)
    if match is None:
        return data
    blank = data[: match.start(1)] + b"00000000" + data[match.end(1) :]
    check = f"{crc32(blank[: match.end()]):08x}".encode()
    return data[: match.start(1)] + check + data[match.end(1) :]


def changed(data: bytes, change: Callable[[Fields], object]) -> bytes:
    """The file with its header's fields changed; its MAC no longer fits."""
    fields = fields_of(data)
    change(fields)
    return with_header(data, json.dumps(fields, separators=(",", ":")).encode())


def sealed(data: bytes, change: Callable[[Fields], object]) -> bytes:
    """The file with its header's fields changed by somebody who has the vault key."""
    key = vaultfile.unlock(data, PASSWORD)
    body = vaultfile.open_body(data, key)
    forged = changed(data, change)
    head = forged[: header_end(forged)]
    above = head + vaultfile._mac(head, key) + bytes(vaultfile.SALT_BYTES)
    padded = body.ljust(-(-len(body) // vaultfile.BODY_STEP) * vaultfile.BODY_STEP, b"\n")
    return above + vaultfile._cipher(key, bytes(vaultfile.SALT_BYTES)).encrypt(
        bytes(12), padded, above
    )
