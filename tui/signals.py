"""Having to end: by `kill`, at a shutdown, or because the terminal was closed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable

ENDED = 128 + signal.SIGTERM
"""Exit status after SIGTERM, as a shell gives it."""

ENDED_BY_HANGUP = 129
"""Exit status after SIGHUP, where there is one, as a shell gives it."""


def end_on_sigterm(end: Callable[[int], object]) -> None:
    """Have SIGTERM end the app properly. Call it from the running event loop.

    Without it the process just stops, and leaves a terminal without echo that still reports the
    mouse. SIGHUP does stop it: there the terminal is gone, and nothing can be written to it.
    Windows sends neither.

    Args:
        end: Ends the app; gets the exit status.
    """
    if sys.platform != "win32":
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end, ENDED)


def end_without_terminal() -> None:
    """End at once if the terminal is gone but its SIGHUP was ignored, as under nohup.

    Textual would go on reading nothing from it, and could not finish writing its last words to it.
    """
    if sys.__stdin__ is not None and not sys.__stdin__.isatty():
        os._exit(ENDED_BY_HANGUP)  # the clipboard's guard notices
