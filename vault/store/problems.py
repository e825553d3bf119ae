"""What the operating system refused, in one sentence a person can act on."""

from __future__ import annotations

import errno

from vault.errors import StorageError
from vault.text import safe

_REASONS = {
    errno.ENOSPC: ("the disk is full", "Free some space, then try again."),
    errno.EDQUOT: ("your disk quota is used up", "Free some space, then try again."),
    errno.EACCES: ("permission was denied", "Check who owns the file and its directory."),
    errno.EPERM: ("permission was denied", "Check who owns the file and its directory."),
    errno.EROFS: ("the disk is read-only", "Choose a place that can be written."),
    errno.EIO: ("the disk reported an error", "Copy the vault to another disk."),
    errno.EFBIG: ("the file is larger than is allowed here", ""),
    errno.ENAMETOOLONG: ("its name is too long", ""),
    errno.ELOOP: ("a symbolic link in its path leads nowhere", ""),
    errno.ENOTDIR: ("part of its path is not a directory", ""),
    errno.EMFILE: ("too many files are open", "Close other programs, then try again."),
    errno.ENFILE: ("too many files are open", "Close other programs, then try again."),
}

_HELD = ("another program has it open", "Close that program, then try again.")
_WINDOWS = {
    5: ("access was denied", "Close programs that may have it open, and check its permissions."),
    32: _HELD,
    33: _HELD,
}
"""By the numbers of Windows, which are more exact: access denied, sharing and lock violation."""


def storage_error(action: str, label: str, error: OSError) -> StorageError:
    """The error to raise for what the system refused.

    Args:
        action: What was tried, as in `Could not {action} {label}`.
        label: The file, fit to be shown.
        error: What the system said.
    """
    told = _WINDOWS.get(getattr(error, "winerror", 0)) or _REASONS.get(error.errno or 0)
    reason, hint = told or (safe(error.strerror or "no reason given"), "")
    return StorageError(f"Could not {action} {label}: {reason}.", hint)
