"""When an agent forgets: its time is over, the machine slept, its socket or its vault changed.

Time is measured by a clock that goes on while the machine sleeps, where there is one, so that a
laptop that was shut for the night is locked in the morning. It forgets even if it was shut for a
minute: whoever opens it need not be the one who unlocked the vault.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from vault.errors import LockedError, VaultError
from vault.sealing.header import read_header
from vault.sealing.renewal import Slots
from vault.store.base import Store

SLEPT = 2.0
"""Seconds by which the clock that counts sleep may get ahead of the one that does not."""

MOVED = 60.0
"""Seconds by which the time of day may be set meanwhile; more is taken for a sleep."""

AGAIN = "Unlock it again with keyfob unlock."


@dataclass(frozen=True, slots=True)
class Reading:
    """The clocks at one moment, in seconds.

    Attributes:
        awake: Does not count the time that the machine sleeps (`CLOCK_MONOTONIC`).
        whole: Counts it (`CLOCK_BOOTTIME`); as `awake` where there is no such clock.
        wall: The time of day.
    """

    awake: float
    whole: float
    wall: float


Clocks: TypeAlias = Callable[[], Reading]


def read_clocks() -> Reading:
    """The clocks of this machine, now."""
    awake = whole = time.monotonic()
    if sys.platform == "linux":
        whole = time.clock_gettime(time.CLOCK_BOOTTIME)
    return Reading(awake, whole, time.time())


class Watch:
    """Whether an agent may still answer. Once it may not, it never may again."""

    def __init__(
        self,
        seconds: float,
        store: Store,
        slots: Slots,
        *,
        present: Callable[[], bool],
        mark: Callable[[], object],
        catch_up: Callable[[], object],
        clocks: Clocks = read_clocks,
    ) -> None:
        """Begin to watch.

        Args:
            seconds: For how long it may answer.
            store: The vault's file.
            slots: The ways to open the vault; if one of them goes, all is forgotten.
            present: Whether clients can still find the agent.
            mark: Answers something else once the file was saved: its inode, size and time.
            catch_up: Reads what another process saved; raises a `VaultError` if it cannot.
            clocks: Reads the clocks.
        """
        self.reason = ""
        self._store = store
        self._slots = slots
        self._present = present
        self._mark = mark
        self._catch_up = catch_up
        self._clocks = clocks
        self._seen: object = None
        self._began = clocks()
        self._end = self._began.whole + seconds

    def check(self) -> None:
        """See whether it may still answer.

        Raises:
            LockedError: It may not; `reason` says why, in a sentence.
        """
        if not self.reason:
            self.reason = self._find_reason()
        if self.reason:
            raise LockedError(self.reason, AGAIN)

    def end(self, reason: str) -> None:
        """From now on it may not, for this reason."""
        self.reason = self.reason or reason

    def _find_reason(self) -> str:
        began, now = self._began, self._clocks()
        passed = now.awake - began.awake
        slept = now.whole - began.whole - passed
        moved = now.wall - began.wall - passed
        if slept > SLEPT or abs(moved) > MOVED:
            return "The machine slept, so the vault was locked."
        if now.whole >= self._end:
            return "The time is over, so the vault was locked."
        if not self._present():
            return "The agent's socket is gone, so the vault was locked."
        return self._look_at_vault()

    def _look_at_vault(self) -> str:
        mark = self._mark()
        if mark == self._seen:
            return ""
        try:
            self._catch_up()
            slots = read_header(self._store.read()).slots
        except VaultError as error:
            return f"{error.message} So it was locked."
        if any(slot not in slots for slot in self._slots):
            return "What opens the vault was changed, so it was locked."
        self._seen = mark
        return ""
