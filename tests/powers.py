"""Work done without root's powers, so that a test of modes says the same for root as for others."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

_VERSION = 0x20080522  # of the call, since Linux 2.6.26: capset(2)


class _Head(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


def without_powers(work: Callable[[], T]) -> T:
    """What this answers or raises where only the modes of the user's own files count.

    Capabilities are a thread's, and once laid down are gone: root does it in a thread of its own.
    Whoever is not root has nothing to lay down.

    Raises:
        OSError: Root's powers cannot be laid down here.
    """
    if os.geteuid() != 0:
        return work()

    def powerless() -> T:
        none = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable, each twice
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.capset(ctypes.byref(_Head(_VERSION, 0)), none):
            raise OSError(ctypes.get_errno(), "capset")
        return work()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(powerless).result()
