"""Where an agent listens: one address for each vault, in a directory that is its owner's alone.

A socket in a directory that somebody else can write could be theirs. So the directory is looked
at before every use, and what is not as it should be is refused, not mended.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Mapping
from pathlib import Path

from vault.closed import is_closed
from vault.errors import StorageError
from vault.paths import state_directory
from vault.text import safe

RUNTIME_VARIABLE = "XDG_RUNTIME_DIR"

MAX_ADDRESS = 103 if sys.platform == "darwin" else 107
"""Most bytes of a Unix socket's path: `sun_path` has one more, for the zero at its end."""

_ID_DIGITS = 16
"""Digits of a vault's id in the name of its socket: paths of sockets are short."""

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def agent_directory(environ: Mapping[str, str], state: Path | None = None) -> Path:
    """The directory of all agents of this user; it need not exist.

    That of the login session if there is one and it is this user's, so that it goes when the
    session ends; else one in the state directory. `su` hands on another user's: that is no session
    of ours, and what we made in it they could neither use nor remove.

    Args:
        environ: The environment.
        state: The state directory; None is the user's own.
    """
    runtime = environ.get(RUNTIME_VARIABLE, "")
    if runtime and _is_session(Path(runtime)):
        return Path(runtime) / "keyfob"
    return (state or state_directory()) / "agent"


def _is_session(directory: Path) -> bool:
    """Whether this is what the XDG base directory specification says: absolute, ours, and 0700."""
    try:
        return directory.is_absolute() and is_closed(directory.stat())
    except OSError:
        return False


def agent_address(directory: Path, vault_id: str) -> Path:
    """Where the agent of one vault listens: a Unix socket, or on Windows the file that says where.

    Args:
        directory: From `agent_directory`.
        vault_id: 32 hex digits, from the vault's header.
    """
    return directory / f"{vault_id[:_ID_DIGITS]}.sock"


def agent_addresses(directory: Path) -> list[Path]:
    """Where agents of this user may listen now."""
    try:
        return sorted(path for path in directory.iterdir() if path.suffix == ".sock")
    except OSError:
        return []


def make_private(directory: Path) -> None:
    """Make the directory if it is missing, then look at it.

    Raises:
        StorageError: It cannot be made, or is not private.
    """
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"The agent's directory {_said(directory)} cannot be made: {error.strerror}."
        ) from None
    check_private(directory)


def check_private(directory: Path) -> None:
    """See that a directory is one, no link, this user's, and closed to everyone else.

    Raises:
        StorageError: It is not, or is not there.
    """
    what = f"The agent's directory {_said(directory)}"
    try:
        found = directory.lstat()
    except OSError as error:
        raise StorageError(f"{what} cannot be looked at: {error.strerror}.") from None
    if not stat.S_ISDIR(found.st_mode):
        raise StorageError(
            f"{what} is no directory, or only a link to one.", "Remove it, then try again."
        )
    if sys.platform == "win32":  # there the access list of the user's own directories counts
        return
    if found.st_uid != os.geteuid():
        raise StorageError(
            f"{what} belongs to another user.", f"Remove it, or set {RUNTIME_VARIABLE}."
        )
    if found.st_mode & _OTHERS:
        raise StorageError(
            f"{what} is open to other users (mode {stat.S_IMODE(found.st_mode):o}).",
            "See who put what into it, then close it with chmod 700.",
        )


def check_length(address: Path) -> None:
    """See that a socket can have this path.

    Raises:
        StorageError: It is too long for one.
    """
    length = len(os.fsencode(address))
    if sys.platform != "win32" and length > MAX_ADDRESS:
        raise StorageError(
            f"The agent's socket cannot be at {_said(address)}: its path has {length} bytes, and"
            f" {MAX_ADDRESS} is the most it may have.",
            f"Set {RUNTIME_VARIABLE} to a directory of yours with a shorter path.",
        )


def _said(path: Path) -> str:
    return safe(str(path))
