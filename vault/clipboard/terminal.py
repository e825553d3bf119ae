"""OSC 52: asking the terminal, by an escape sequence, to set its clipboard.

It is the one way that works over SSH. It says nothing back, so a copy cannot be confirmed; and it
cannot be read, so "clear only if unchanged" cannot be kept: clearing overwrites whatever is there.
The terminal decides (xterm, Terminal.app and GNOME's ignore it by default); tmux passes it on
only with `set-clipboard on`, and then keeps a copy in its own buffer list. Reference: "Operating
System Commands, Ps = 5 2" in xterm's control sequences.
"""

from __future__ import annotations

import base64
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from vault.clipboard.base import Receipt
from vault.keys.secret import Secret

WAY = "terminal (OSC 52)"

CLEAR = "\x1b]52;c;IA==\x07\x1b]52;c;\x07"
"""Empties the clipboard, whatever it holds. tmux drops an empty text, so a space goes first."""


def osc52(secret: Secret) -> str:
    """The escape sequence that puts the secret on the clipboard of the terminal reading it."""
    return f"\x1b]52;c;{base64.b64encode(secret.reveal_bytes()).decode()}\x07"


def terminal_write(text: str) -> None:
    """Write to the controlling terminal, past any redirection of stdout.

    Raises:
        OSError: There is no controlling terminal.
    """
    terminal = Path("CONOUT$" if sys.platform == "win32" else "/dev/tty")
    with terminal.open("w", encoding="utf-8", newline="") as stream:
        stream.write(text)


def send(
    secret: Secret, write: Callable[[str], object], environ: Mapping[str, str], ending: str
) -> Receipt:
    """Send the secret to the terminal and say what is known of it.

    Args:
        secret: What to copy.
        write: Writes to the terminal.
        environ: Tells whether tmux sits in between.
        ending: What becomes of the copy: the last part of the receipt's sentence, or empty
            if nothing of keyfob will clear it.

    Raises:
        OSError: The terminal cannot be written to.
    """
    write(osc52(secret))
    tmux = bool(environ.get("TMUX"))
    sent = "Sent to tmux (OSC 52), which keeps a copy" if tmux else "Sent to the terminal (OSC 52)"
    return Receipt(
        WAY,
        confirmed=False,
        clears_itself=bool(ending),
        sentence=f"{sent}; {ending or 'stays until you copy again'}",
        advice="tmux needs: set -g set-clipboard on" if tmux else "",
    )
