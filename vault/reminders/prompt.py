"""What falls due as a segment of a shell's prompt, in the signs that the terminal can show."""

from __future__ import annotations

import sys
from collections.abc import Mapping

SIGN = "🔑"
PLAIN_SIGN = "keys:"
"""The same where only ASCII can be shown."""

_PLAIN_TERMINALS = {"linux", "dumb", "vt100", "vt220"}
"""Terminals that show no picture, whatever the locale; `linux` is the console without a desktop."""


def segment(count: int, *, ascii_only: bool) -> str:
    """How many keys need attention, as `🔑2` or `keys:2`; "" if none does.

    Args:
        count: Keys that are due or have expired.
        ascii_only: Whether nothing but ASCII can be shown.
    """
    return f"{PLAIN_SIGN if ascii_only else SIGN}{count}" if count else ""


def shows_only_ascii(environ: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether the terminal of this environment is one for ASCII.

    By the locale, of which the first of LC_ALL, LC_CTYPE and LANG that is set decides (POSIX); none
    set means ASCII on Linux only, as macOS and Windows show Unicode without them.

    Args:
        environ: The environment.
        platform: As `sys.platform` has it.
    """
    if environ.get("TERM") in _PLAIN_TERMINALS:
        return True
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        if locale := environ.get(name):
            return "utf8" not in locale.lower().replace("-", "")
    return platform not in {"darwin", "win32"}
