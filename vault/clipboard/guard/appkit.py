"""NSPasteboard through the Objective-C runtime, by ctypes: the calls of `macos.PasteboardCalls`.

Signatures are from Apple's <AppKit/NSPasteboard.h> and <objc/runtime.h>. `objc_msgSend` has to be
called as a function of the very types of the method it sends: on arm64 another call goes wrong.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_RUNTIME = "/usr/lib/libobjc.A.dylib"
_FRAMEWORK = "/System/Library/Frameworks/AppKit.framework/AppKit"

_THIS_COMPUTER_ONLY = 1  # NSPasteboardContentsCurrentHostOnly

_ID = ctypes.c_void_p
_INTEGER = ctypes.c_long  # NSInteger
_UNSIGNED = ctypes.c_ulong  # NSUInteger
_BOOL = ctypes.c_bool


class AppKit:
    """The general pasteboard of this user.

    Args:
        runtime: The Objective-C runtime.
        framework: What brings NSPasteboard.

    Raises:
        OSError: The libraries are not there.
        AttributeError: They lack a function.
    """

    def __init__(self, runtime: str = _RUNTIME, framework: str = _FRAMEWORK) -> None:
        self._objc = ctypes.CDLL(runtime)
        ctypes.CDLL(framework)
        self._objc.objc_getClass.restype = _ID
        self._objc.objc_getClass.argtypes = [ctypes.c_char_p]
        self._objc.sel_registerName.restype = _ID
        self._objc.sel_registerName.argtypes = [ctypes.c_char_p]
        self._objc.objc_autoreleasePoolPush.restype = _ID
        self._objc.objc_autoreleasePoolPush.argtypes = []
        self._objc.objc_autoreleasePoolPop.restype = None
        self._objc.objc_autoreleasePoolPop.argtypes = [_ID]

    def prepare(self, *, this_computer_only: bool) -> int:
        """Empty it for new contents; the change count."""
        options = _THIS_COMPUTER_ONLY if this_computer_only else 0
        with self._pool():
            count = self._send(
                self._board(), b"prepareForNewContentsWithOptions:", _INTEGER, (_UNSIGNED, options)
            )
        return int(count)

    def set(self, kind: str, data: bytes) -> bool:
        """Add data of a type; whether they were taken."""
        with self._pool():
            boxed = self._send(
                self._class(b"NSData"),
                b"dataWithBytes:length:",
                _ID,
                (ctypes.c_char_p, data),
                (_UNSIGNED, len(data)),
            )
            name = self._send(
                self._class(b"NSString"),
                b"stringWithUTF8String:",
                _ID,
                (ctypes.c_char_p, kind.encode()),
            )
            taken = self._send(self._board(), b"setData:forType:", _BOOL, (_ID, boxed), (_ID, name))
        return bool(taken)

    def number(self) -> int:
        """The change count."""
        with self._pool():
            return int(self._send(self._board(), b"changeCount", _INTEGER))

    def _board(self) -> Any:
        return self._send(self._class(b"NSPasteboard"), b"generalPasteboard", _ID)

    def _class(self, name: bytes) -> Any:
        return self._objc.objc_getClass(name)

    def _send(
        self, receiver: Any, selector: bytes, result: Any, *arguments: tuple[Any, Any]
    ) -> Any:
        """Send a message whose arguments come with their C types."""
        kinds = [kind for kind, _ in arguments]
        send = ctypes.CFUNCTYPE(result, _ID, _ID, *kinds)(("objc_msgSend", self._objc))
        return send(
            receiver,
            self._objc.sel_registerName(selector),
            *(value for _, value in arguments),
        )

    @contextmanager
    def _pool(self) -> Iterator[None]:
        """Frees, at its end, the objects that were made meanwhile."""
        pool = self._objc.objc_autoreleasePoolPush()
        try:
            yield
        finally:
            self._objc.objc_autoreleasePoolPop(pool)
