"""Who is at the other end of a Unix socket, as the kernel tells it: nobody can claim another id.

The process in front of a client asks that, too, so nothing is loaded here that takes longer than
asking.
"""

from __future__ import annotations

import os
import sys

if sys.platform == "win32":
    raise ImportError("Python has no Unix sockets on Windows; see vault.agent.pipes")

import _socket  # what `socket` is made of, which makes enumerations and takes longer than all else

_KIND, _SOCKET = 0o170000, 0o140000  # of `stat`
_PEERCRED = 12  # bytes: process, user, group

TYPE_CHECKING = False  # as with `typing`
if TYPE_CHECKING:
    from collections.abc import Callable

    Peer = Callable[[_socket.socket], int]


def peer_uid(connection: _socket.socket) -> int:
    """The user id of the process that opened the other end.

    Linux has an option of the socket for it; macOS and the BSDs have `getpeereid`.

    Raises:
        OSError: The kernel does not say.
    """
    if sys.platform == "linux":
        told = connection.getsockopt(_socket.SOL_SOCKET, _socket.SO_PEERCRED, _PEERCRED)
        return int.from_bytes(told[4:8], sys.byteorder)
    else:  # noqa: RET505 - spelled out for the type checker of either platform
        return _getpeereid(connection.fileno())


def connected(address: str, patience: float, peer: Peer = peer_uid) -> _socket.socket | None:
    """A connection to a process of this user's that listens at an address; None if nobody does.

    Args:
        address: Path of the socket.
        patience: Seconds that reading and writing may take, each.
        peer: Answers who listens.

    Raises:
        PermissionError: It is somebody else, so nothing they say is to be believed.
    """
    try:
        found = os.lstat(address)
        if found.st_mode & _KIND != _SOCKET:
            return None
        mine = found.st_uid == os.geteuid()
        connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    except OSError:
        return None
    try:
        connection.settimeout(patience)
        if mine:
            connection.connect(address)
            mine = peer(connection) == os.geteuid()
    except OSError:  # nobody listens: what an agent that was killed leaves behind; or too long
        connection.close()
        return None
    if not mine:
        connection.close()
        raise PermissionError("the socket belongs to another user")
    return connection


if sys.platform != "linux":

    def _getpeereid(descriptor: int) -> int:
        import ctypes

        uid, gid = ctypes.c_uint(), ctypes.c_uint()
        library = ctypes.CDLL(None, use_errno=True)
        if library.getpeereid(descriptor, ctypes.byref(uid), ctypes.byref(gid)):
            number = ctypes.get_errno()
            raise OSError(number, "getpeereid failed")
        return uid.value
