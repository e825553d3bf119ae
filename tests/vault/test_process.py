"""Process hygiene: what the kernel says of a process before and after."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROBE = """
import ctypes, resource
from vault.process import harden
PR_GET_DUMPABLE = 3
def state():
    return ctypes.CDLL(None).prctl(PR_GET_DUMPABLE), resource.getrlimit(resource.RLIMIT_CORE)
resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
before = state()
harden()
print(before[0], *state()[0:1], *state()[1])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the calls that answer are Linux's")
def test_no_core_is_dumped_and_nobody_may_trace() -> None:
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True)
    before, after, soft, hard = map(int, done.stdout.split())
    assert before == 1
    assert (after, soft, hard) == (0, 0, 0)
