"""The clipboard: a secret goes there, and leaves again by itself, only if it is still the secret.

The app holds a `SystemClipboard`; the command line calls `copy_and_leave`; tests and the demo use
`MemoryClipboard`. On a real desktop the work is done by a guard process (`guard.py`).
"""

from vault.clipboard.base import Clipboard, Receipt
from vault.clipboard.leave import copy_and_leave, leaving
from vault.clipboard.memory import MemoryClipboard
from vault.clipboard.system import SystemClipboard
from vault.clipboard.terminal import osc52, terminal_write

__all__ = [
    "Clipboard",
    "MemoryClipboard",
    "Receipt",
    "SystemClipboard",
    "copy_and_leave",
    "leaving",
    "osc52",
    "terminal_write",
]
