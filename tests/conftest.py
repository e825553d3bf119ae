"""What holds for every test."""

from __future__ import annotations

import signal


def pytest_configure() -> None:
    """Hear the signals that a shell has its background jobs, or nohup its command, ignore.

    What ignores a signal hands that on to every process it starts, and keyfob leaves it at that.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(signal, "SIGHUP"):
        for name in ("SIGHUP", "SIGQUIT"):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
