from __future__ import annotations

import errno
import os

import pytest

from vault.store.problems import storage_error


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "quota"),
        (errno.EACCES, "permission was denied"),
        (errno.EROFS, "read-only"),
        (errno.EIO, "reported an error"),
        (errno.ECONNRESET, "reset by peer"),
    ],
)
def test_what_the_system_says_becomes_a_sentence(number: int, words: str) -> None:
    error = storage_error("save", "keys.keyfob", OSError(number, os.strerror(number)))
    assert error.message.startswith("Could not save keys.keyfob: ")
    assert words in error.message
    assert error.message.endswith(".")
    assert error.exit_code == 6


def test_an_error_without_number_or_text_is_still_a_sentence() -> None:
    assert storage_error("read", "x", OSError()).message == "Could not read x: no reason given."


@pytest.mark.parametrize(
    ("number", "said"), [(5, "access was denied"), (32, "another program has it open")]
)
def test_windows_tells_a_file_in_use_from_a_permission(number: int, said: str) -> None:
    class OnWindowsError(PermissionError):
        winerror = number

    error = storage_error("save", "keys", OnWindowsError(errno.EACCES, "Permission denied"))
    assert error.message == f"Could not save keys: {said}."
    assert "Close" in error.hint
