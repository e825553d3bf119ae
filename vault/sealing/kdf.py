"""From a password to a key: Argon2id (RFC 9106), its cost, and the bounds of that cost.

New slots get their cost from here and never from a file; a cost read from a file is checked
before a byte of memory is spent on it.
"""

from __future__ import annotations

import os
import sys
import threading
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from vault.errors import DamagedError, StorageError, ValueRefusedError
from vault.sealing.vaultkey import KEY_SIZE

MAX_PASSWORD_BYTES = 4096


@dataclass(frozen=True, slots=True)
class KdfCost:
    """What one guess at the password costs.

    Attributes:
        memory_kib: Memory in KiB (`m` in RFC 9106).
        passes: Passes over that memory (`t`).
        lanes: Lanes computed side by side (`p`).
    """

    memory_kib: int
    passes: int
    lanes: int


CHEAPEST = KdfCost(19 * 1024, 1, 1)
"""The least that reading accepts. For tests only: nothing a user does selects it."""

STANDARD = KdfCost(64 * 1024, 3, 4)
"""Where `calibrate` starts: the second recommended option of RFC 9106, section 4."""

_TARGET_SECONDS = 0.4
_MAX_NEW_KIB = 1024 * 1024
_MAX_KIB = 2 * 1024 * 1024
_MAX_PASSES = 64
_MAX_LANES = 16
_MAX_WORK_KIB = 8 * 1024 * 1024
_one_at_a_time = threading.Lock()  # two at once wait on OpenSSL's own threads for ever


def normalise_password(text: str) -> bytes:
    """A password as the bytes a key is derived from: NFC, then UTF-8 (RFC 8265). Spaces count.

    Raises:
        ValueRefusedError: Empty, longer than 4 KiB, or with a lone surrogate.
    """
    if not text:
        raise ValueRefusedError("The password is empty.")
    if len(text) > 2 * MAX_PASSWORD_BYTES:  # decomposed, a character may become fewer bytes
        raise ValueRefusedError("The password is longer than 4 KiB.")
    try:
        data = unicodedata.normalize("NFC", text).encode("utf-8")
    except UnicodeEncodeError:
        raise ValueRefusedError("The password holds half a character.") from None
    if len(data) > MAX_PASSWORD_BYTES:
        raise ValueRefusedError("The password is longer than 4 KiB.")
    return data


def physical_memory_kib() -> int | None:
    """This computer's memory in KiB, or None where the system does not tell."""
    if sys.platform == "win32":
        return None
    else:  # noqa: RET505  spelled out for the type checker of either platform
        try:
            return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 1024
        except (AttributeError, ValueError, OSError):
            return None


def check_cost(cost: KdfCost, *, memory_kib: int | None = None) -> None:
    """Refuses a cost read from a file that is too cheap to be ours or too dear to try.

    Args:
        cost: What the file says; any integers.
        memory_kib: This computer's memory; asked of the system when None.

    Raises:
        DamagedError: Out of bounds, or over half of this computer's memory.
    """
    within = (
        CHEAPEST.memory_kib <= cost.memory_kib <= _MAX_KIB
        and 1 <= cost.passes <= _MAX_PASSES
        and 1 <= cost.lanes <= _MAX_LANES
        and cost.memory_kib * cost.passes <= _MAX_WORK_KIB
    )
    if not within:
        raise DamagedError(
            "The vault file is damaged: a slot asks for a key derivation that keyfob never makes."
        )
    available = memory_kib or physical_memory_kib()
    if available is not None and cost.memory_kib > available // 2:
        raise DamagedError(
            f"Opening this vault takes {cost.memory_kib // 1024:,} MiB of memory, "
            f"more than half of what this computer has.",
            "Open it on a computer with more memory.",
        )


def derive(password: bytes, salt: bytes, cost: KdfCost) -> bytes:
    """The 32 bytes of Argon2id, version 1.3, without secret and associated data.

    Waits for a derivation of another thread to end: each uses several cores already.

    Raises:
        StorageError: The memory is not to be had, or this OpenSSL has no Argon2id.
    """
    try:
        with _one_at_a_time:
            return Argon2id(
                salt=salt,
                length=KEY_SIZE,
                iterations=cost.passes,
                lanes=cost.lanes,
                memory_cost=cost.memory_kib,
            ).derive(password)
    except MemoryError:
        raise StorageError(
            f"There are no {cost.memory_kib // 1024:,} MiB of free memory to open the vault with.",
            "Close other programs, then try again.",
        ) from None
    except UnsupportedAlgorithm:
        raise StorageError(
            "The installed cryptography package cannot compute Argon2id.",
            "Install it as a wheel, or build it with OpenSSL 3.2 or later.",
        ) from None


def calibrate(
    *,
    timer: Callable[[], float] = time.perf_counter,
    memory_kib: int | None = None,
    attempt: Callable[[bytes, bytes, KdfCost], object] = derive,
) -> KdfCost:
    """The cost for a new slot on this computer: `STANDARD`, its memory doubled until it is felt.

    Doubles until one derivation takes 400 ms, or the next step would pass 1 GiB or a quarter of
    the computer's memory.

    Args:
        timer: Seconds, from any start.
        memory_kib: This computer's memory; asked of the system when None.
        attempt: Derives one key.
    """
    available = memory_kib or physical_memory_kib() or _MAX_NEW_KIB
    cost = STANDARD
    while 2 * cost.memory_kib <= min(_MAX_NEW_KIB, available // 4):
        began = timer()
        attempt(b"password", bytes(32), cost)
        if timer() - began >= _TARGET_SECONDS:
            break
        cost = replace(cost, memory_kib=2 * cost.memory_kib)
    return cost
