"""What this process keeps from other programs: no core dump, no other process reads it, no mix-up.

Root can always do both. Python cannot lock its memory, so swap and hibernation stay as they are;
SECURITY.md says so.
"""

from __future__ import annotations

import os
import sys

_PR_SET_DUMPABLE = 4


def harden() -> None:
    """Switch core dumps off and, on Linux, keep other processes of this user from reading memory.

    A process that cannot be dumped cannot be traced either, and its `/proc/PID/mem` and
    `/proc/PID/environ` belong to root. Does what the platform allows and never fails.
    """
    if sys.platform != "win32":
        _limit_cores()
    if sys.platform == "linux":
        _set_dumpable(0)


def keep_streams() -> None:
    """Put something in the place of standard streams that the caller closed.

    Else whatever is opened next takes their numbers. A child finds them closed, as they were.
    """
    while (filler := os.open(os.devnull, os.O_RDWR)) <= 2:  # noqa: PLR2004 - stderr
        pass
    os.close(filler)


if sys.platform != "win32":

    def _limit_cores() -> None:
        try:
            import resource

            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        except (ImportError, OSError, ValueError):
            return


if sys.platform == "linux":

    def _set_dumpable(value: int) -> None:
        """`prctl`, called past `ctypes`: to load that takes longer than `keyfob run` may."""
        try:
            import _ctypes

            library = _ctypes.dlopen(None, 0)  # type: ignore[arg-type]  # this process itself
            prctl = _ctypes.dlsym(library, "prctl")
            _ctypes.call_function(prctl, (_PR_SET_DUMPABLE, value, 0, 0, 0))
        except (ImportError, OSError, AttributeError):
            return
