"""A clipboard that touches nothing: for the demo and for tests."""

from __future__ import annotations

import time
from collections.abc import Callable

from vault.clipboard.base import Receipt, check
from vault.keys.secret import Secret


class MemoryClipboard:
    """Keeps what was copied in this process, as `Secret`, and forgets it after its time.

    Attributes:
        copies: Every secret ever copied, in order; they never print themselves.
        times: The seconds each of them was to stay.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.copies: list[Secret] = []
        self.times: list[float] = []
        self._monotonic = monotonic
        self._until: float | None = None

    def copy(self, secret: Secret, seconds: float) -> Receipt:
        """Record the secret and hold it for so many seconds; see `Clipboard.copy`."""
        check(secret, seconds)
        self.copies.append(Secret(secret.reveal_bytes()))
        self.times.append(seconds)
        self._until = self._monotonic() + seconds
        return Receipt("memory", confirmed=True, clears_itself=True, sentence="Copied in memory")

    def clear(self) -> None:
        """Forget what is held; the record of copies stays."""
        self._until = None

    @property
    def holds(self) -> bool:
        """Whether a secret was copied, its time is not over, and nobody cleared it."""
        return self._until is not None and self._monotonic() < self._until

    @property
    def content(self) -> Secret | None:
        """What a paste would give now."""
        return self.copies[-1] if self.holds else None
