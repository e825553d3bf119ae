"""Whether somebody is there: how long no key was pressed, and whether the machine slept meanwhile.

Measured by clocks that nobody can set back, one of which goes on while the machine sleeps. A
stopped app (SIGSTOP) counts nothing down either: it looks at the time before its next key.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from vault.keys.duration import say_duration

WARNING = 30
"""Seconds before auto-lock from which it is announced."""

NAP = 1.0
"""Seconds of sleep that count: less may lie between the two readings of one instant."""


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment on two clocks, in seconds since their own beginnings.

    Attributes:
        passed: Goes on while the machine sleeps.
        awake: Stands still meanwhile.
    """

    passed: float
    awake: float


def instant() -> Instant:
    """This moment. Where no clock stands still during sleep, the two are the same.

    Linux: clock_gettime(2). macOS: its CLOCK_MONOTONIC goes on during sleep, CLOCK_UPTIME_RAW
    does not. Windows: `QueryUnbiasedInterruptTime` counts 100 ns of being awake.
    """
    passed = awake = time.monotonic()
    if sys.platform == "linux":
        passed = time.clock_gettime(time.CLOCK_BOOTTIME)
    elif sys.platform == "darwin":
        passed = time.clock_gettime(time.CLOCK_MONOTONIC)
        awake = time.clock_gettime(time.CLOCK_UPTIME_RAW)
    elif sys.platform == "win32":
        import ctypes

        ticks = ctypes.c_ulonglong()
        if ctypes.windll.kernel32.QueryUnbiasedInterruptTime(ctypes.byref(ticks)):
            awake = ticks.value / 1e7
    return Instant(passed, awake)


def slept(before: Instant, after: Instant) -> bool:
    """Whether the machine slept between these."""
    return (after.passed - before.passed) - (after.awake - before.awake) >= NAP


class Presence:
    """Since when nobody has pressed a key, and what follows from that.

    Attributes:
        held: Why locking or quitting would lose something now, in a sentence, or "". Nothing locks
            meanwhile; what would have does so once it is over.
    """

    held = ""
    _warned = False

    def __init__(self, lock_after: int, *, instant: Callable[[], Instant] = instant) -> None:
        """Begin with somebody there.

        Args:
            lock_after: Seconds without a key press until locking, or 0 for never.
            instant: Answers the present moment.
        """
        self._lock_after = lock_after
        self._instant = instant
        self._touched = self._looked = instant()

    def hold(self, why: str) -> None:
        """Do not lock, for this reason; "" ends it."""
        self.held, self._warned = why, False

    def parting(self) -> str:
        """What to say instead of quitting, or "": it is said once."""
        said, self._warned = "" if self._warned else self.held, True
        return said

    def touch(self) -> None:
        """Somebody is there."""
        self._touched = self._instant()

    @property
    def left(self) -> float | None:
        """Seconds until locking, or None for never, or not now."""
        if not self._lock_after or self.held:
            return None
        return self._lock_after - (self._instant().passed - self._touched.passed)

    def lapse(self) -> str:
        """Why to lock now, in a sentence, or "". Said once: after that somebody is there again."""
        if self.held:
            return ""
        before, self._looked = self._looked, self._instant()
        left = self.left
        if slept(before, self._looked):
            self.touch()
            return "Locked because the machine slept."
        if left is not None and left <= 0:
            self.touch()
            length = say_duration(timedelta(seconds=self._lock_after))
            return f"Locked after {length} without a key press."
        return ""
