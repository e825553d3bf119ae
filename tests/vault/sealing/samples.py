"""A small vault to take apart: made once, with fixed randomness and the cheapest derivation."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from vault.keys.lifetime import Lifetime
from vault.sealing.header import Header, count_expiries
from vault.sealing.kdf import CHEAPEST
from vault.sealing.vaultfile import VaultKey, create, seal

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PASSWORD = "Grüße, tall ships"
BODY = b'{"index":"names"}\n{"name":"release-bot"}'


def fixed_entropy(seed: str) -> Callable[[int], bytes]:
    """A source of bytes that looks random and is the same in every run."""
    count = 0

    def draw(size: int) -> bytes:
        nonlocal count
        count += 1
        return hashlib.shake_256(f"{seed} {count}".encode()).digest(size)

    return draw


@dataclass(frozen=True)
class Sample:
    key: VaultKey
    code: str
    header: Header
    data: bytes


@cache
def sample(seed: str = "one") -> Sample:
    entropy = fixed_entropy(seed)
    key, vault_id, slots, code = create(PASSWORD, cost=CHEAPEST, entropy=entropy)
    lives = [Lifetime(NOON, NOON + timedelta(days=30)), Lifetime(NOON)]
    expiries, never, revoked = count_expiries(lives)
    header = Header(vault_id, 7, NOON, slots, expiries, never, revoked)
    return Sample(key, code, header, seal(header, key, BODY, entropy=entropy))
