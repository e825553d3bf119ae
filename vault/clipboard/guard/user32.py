"""The Windows clipboard through user32 and kernel32, by ctypes: `windows.ClipboardCalls`.

Signatures are from the documentation of the Windows API (winuser.h, winbase.h).
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any

_MOVEABLE = 2  # GMEM_MOVEABLE, as SetClipboardData demands
_MESSAGE_ONLY = -3  # HWND_MESSAGE

_HANDLE = ctypes.c_void_p
_BOOL = ctypes.c_int
_UINT = ctypes.c_uint
_DWORD = ctypes.c_uint32
_SIZE = ctypes.c_size_t
_TEXT = ctypes.c_wchar_p

if sys.platform == "win32":

    def _library(name: str) -> ctypes.CDLL:
        return ctypes.WinDLL(name)
else:

    def _library(name: str) -> ctypes.CDLL:
        return ctypes.CDLL(name)


class User32:
    """The clipboard, opened by a window that lives only as long as it is open.

    EmptyClipboard makes that window the owner, and without one SetClipboardData fails. It must not
    outlive the moment: whoever empties the clipboard later sends its owner a message and waits for
    an answer, which this process, without a message loop, would never give.

    Args:
        user: The library of windows and the clipboard.
        kernel: The library of memory.

    Raises:
        OSError: The libraries are not there.
        AttributeError: They lack a function.
    """

    def __init__(self, user: str = "user32", kernel: str = "kernel32") -> None:
        user32, kernel32 = _library(user), _library(kernel)
        # fmt: off
        self._create = _typed(user32.CreateWindowExW, _HANDLE, _DWORD, _TEXT, _TEXT, _DWORD,
                              *[ctypes.c_int] * 4, _HANDLE, _HANDLE, _HANDLE, _HANDLE)
        self._destroy = _typed(user32.DestroyWindow, _BOOL, _HANDLE)
        self._open = _typed(user32.OpenClipboard, _BOOL, _HANDLE)
        self._close = _typed(user32.CloseClipboard, _BOOL)
        self._empty = _typed(user32.EmptyClipboard, _BOOL)
        self._register = _typed(user32.RegisterClipboardFormatW, _UINT, _TEXT)
        self._set = _typed(user32.SetClipboardData, _HANDLE, _UINT, _HANDLE)
        self._get = _typed(user32.GetClipboardData, _HANDLE, _UINT)
        self._number = _typed(user32.GetClipboardSequenceNumber, _DWORD)
        self._allocate = _typed(kernel32.GlobalAlloc, _HANDLE, _UINT, _SIZE)
        self._free = _typed(kernel32.GlobalFree, _HANDLE, _HANDLE)
        self._lock = _typed(kernel32.GlobalLock, _HANDLE, _HANDLE)
        self._unlock = _typed(kernel32.GlobalUnlock, _BOOL, _HANDLE)
        self._size = _typed(kernel32.GlobalSize, _SIZE, _HANDLE)
        # fmt: on
        self._window: Any = None

    def open(self) -> bool:
        """OpenClipboard; False while another program has it open."""
        self._window = self._create(
            0, "STATIC", None, 0, 0, 0, 0, 0, _MESSAGE_ONLY, None, None, None
        )
        if self._window and self._open(self._window):
            return True
        self._end_window()
        return False

    def close(self) -> None:
        """CloseClipboard."""
        self._close()
        self._end_window()

    def empty(self) -> bool:
        """EmptyClipboard; it must be open."""
        return bool(self._empty())

    def register(self, name: str) -> int:
        """RegisterClipboardFormat; 0 if that fails."""
        return int(self._register(name))

    def set(self, kind: int, data: bytes) -> bool:
        """SetClipboardData; it must be open, and emptied by this program."""
        memory = self._allocate(_MOVEABLE, len(data))
        if not memory:
            return False
        place = self._lock(memory)
        if place:
            ctypes.memmove(place, data, len(data))
            self._unlock(memory)
            if self._set(kind, memory):
                return True  # the memory is the system's now
        self._free(memory)
        return False

    def get(self, kind: int) -> bytes:
        """GetClipboardData, maybe with more bytes behind; it must be open. Nothing if none."""
        memory = self._get(kind)  # the system's: not to be freed
        place = self._lock(memory) if memory else None
        if not place:
            return b""
        try:
            return ctypes.string_at(place, self._size(memory))
        finally:
            self._unlock(memory)

    def number(self) -> int:
        """GetClipboardSequenceNumber; it need not be open."""
        return int(self._number())

    def _end_window(self) -> None:
        if self._window:
            self._destroy(self._window)
        self._window = None


def _typed(function: Any, result: Any, *arguments: Any) -> Any:
    """The same function, which now knows its C types."""
    function.restype = result
    function.argtypes = arguments
    return function
