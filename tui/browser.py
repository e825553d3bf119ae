"""Opening a page in the user's browser, without a word on the terminal the app is drawn on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import webbrowser
from collections.abc import Mapping


def open_page(
    address: str, environ: Mapping[str, str] = os.environ, *, system: str = sys.platform
) -> bool:
    """Open a page; whether there is a browser to open it in.

    On Linux only a desktop's browser will do: Python's own `webbrowser` would start a text
    browser on the very terminal the app is drawn on, or let a starting one print there.
    """
    if not system.startswith("linux"):
        return webbrowser.open(address)
    opener = shutil.which("xdg-open", path=environ.get("PATH"))
    if opener is None or not (environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")):
        return False
    try:
        subprocess.Popen(  # noqa: S603 - a fixed program, and an address from a profile
            [opener, address],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return False
    return True
