"""What is wrong with where the vault is: open to others, without a copy, or from the future."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from vault.doctor.finding import Finding, Kind, Mend
from vault.doctor.keys import SKEW
from vault.sealing.header import Header

_AFTER = 1
"""Saves after which there must be a backup: the first one has nothing to keep."""


def examine_place(
    header: Header, backups: Sequence[Path], notes: Sequence[str], now: datetime
) -> Iterator[Finding]:
    """What is wrong with a vault's file and the files around it.

    Args:
        header: What the file says of itself.
        backups: Copies beside it.
        notes: What was said of modes and owners when it was read.
        now: The current time.
    """
    for note in notes:
        yield Finding(Kind.OPEN_TO_OTHERS, note, "See who could read or change it.", Mend.BY_HAND)
    if not backups and header.generation > _AFTER:
        yield Finding(
            Kind.NO_BACKUP,
            "There is no backup beside the vault.",
            "The next save makes one. Keep another on a disk of its own.",
            Mend.BY_HAND,
        )
    if header.saved > now + SKEW:
        yield Finding(
            Kind.CLOCK,
            f"The vault was last saved in the future, on {header.saved:%Y-%m-%d}.",
            "Look at this machine's clock; it was wrong, or is.",
            Mend.BY_HAND,
        )
