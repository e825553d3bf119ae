"""Whether a directory is this user's alone: the rule for where sockets and private files lie."""

from __future__ import annotations

import os
import sys

_KIND, _DIRECTORY = 0o170000, 0o040000  # of `stat`, which would take longer to load than to ask
_OTHERS = 0o077


def is_closed(found: os.stat_result) -> bool:
    """Whether this is a directory of this user's that nobody else may enter.

    On Windows modes say nothing of that, so there none is.

    Args:
        found: What `lstat` answers; of `stat`, it may be a link that leads to one.
    """
    if sys.platform == "win32":
        return False
    else:  # noqa: RET505 - spelled out for the type checker of either platform
        mine = found.st_uid == os.geteuid()
        return found.st_mode & _KIND == _DIRECTORY and mine and not found.st_mode & _OTHERS
