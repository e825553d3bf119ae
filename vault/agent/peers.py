"""Who is at the other end of a Unix socket, as the kernel tells it: nobody can claim another id."""

from __future__ import annotations

import socket
import struct
import sys

_PEERCRED = struct.Struct("3i")  # process, user, group


def peer_uid(connection: socket.socket) -> int:
    """The user id of the process that opened the other end.

    Linux has an option of the socket for it; macOS and the BSDs have `getpeereid`.

    Raises:
        OSError: The kernel does not say.
    """
    if sys.platform == "linux":
        told = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEERCRED.size)
        _, uid, _ = _PEERCRED.unpack(told)
        return int(uid)
    else:  # noqa: RET505 - spelled out for the type checker of either platform
        return _getpeereid(connection.fileno())


def _getpeereid(descriptor: int) -> int:
    import ctypes

    uid, gid = ctypes.c_uint(), ctypes.c_uint()
    library = ctypes.CDLL(None, use_errno=True)
    if library.getpeereid(descriptor, ctypes.byref(uid), ctypes.byref(gid)):
        number = ctypes.get_errno()
        raise OSError(number, "getpeereid failed")
    return uid.value
