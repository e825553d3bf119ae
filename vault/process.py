"""What this process keeps from other programs: no core dump, and no other process reads it.

Root can always do both. Python cannot lock its memory, so swap and hibernation stay as they are;
SECURITY.md says so.
"""

from __future__ import annotations

import sys
from contextlib import suppress

_PR_SET_DUMPABLE = 4


def harden() -> None:
    """Switch core dumps off and, on Linux, keep other processes of this user from reading memory.

    A process that cannot be dumped cannot be traced either, and its `/proc/PID/mem` and
    `/proc/PID/environ` belong to root. Does what the platform allows and never fails.
    """
    if sys.platform != "win32":
        with suppress(ImportError, OSError, ValueError):
            import resource

            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform.startswith("linux"):
        with suppress(ImportError, OSError, AttributeError):
            import ctypes

            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
