"""What an agent is started with."""

from __future__ import annotations

import msgspec


class Order(msgspec.Struct, frozen=True):
    """What an agent is started with; the vault key follows it.

    Attributes:
        vault: Path of the vault's file.
        address: Where to listen.
        state: Directory of what this machine remembers of vaults.
        seconds: How long to hold the vault open.
    """

    vault: str
    address: str
    state: str
    seconds: float
