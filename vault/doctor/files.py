"""Secrets of the vault that also lie in files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vault.doctor.finding import Finding, Kind, Mend
from vault.lending import Lender
from vault.scanning.holders import Holders
from vault.scanning.scan import scan


def examine_files(lender: Lender, root: Path, *, ignored: bool = False) -> Iterator[Finding]:
    """Each place in the files of a directory where a secret of the vault lies open.

    Args:
        lender: Opens the secrets to compare with.
        root: A file or a directory.
        ignored: Whether also to read what `.gitignore` leaves out.
    """
    with Holders(lender) as holders:
        for hit in scan(root, ignored=ignored):
            with hit.secret as secret:
                key = holders.of(secret, hit.recognition.format)
            if key is not None:
                where = str(hit.path) if hit.line is None else f"{hit.path}:{hit.line}"
                yield Finding(
                    Kind.LYING,
                    f"{key.name}'s secret also lies in {where}.",
                    "Take it out of there; if others could read it, give the key a new one.",
                    Mend.ROTATE,
                    key.id,
                    key.name,
                )
