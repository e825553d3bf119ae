"""The clipboard of the demo and of other tests."""

from __future__ import annotations

import pytest

from vault.clipboard import Clipboard, MemoryClipboard
from vault.errors import ValueRefusedError
from vault.keys.secret import Secret


class Hands:
    """A clock moved by hand."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_it_is_a_clipboard() -> None:
    clipboard: Clipboard = MemoryClipboard()
    receipt = clipboard.copy(Secret("made-up"), 30)
    assert receipt.confirmed
    assert receipt.clears_itself
    assert clipboard.holds


def test_it_forgets_after_its_time_and_copying_again_restarts_it() -> None:
    hands = Hands()
    clipboard = MemoryClipboard(hands)
    clipboard.copy(Secret("first"), 30)
    hands.now += 29
    clipboard.copy(Secret("second"), 30)
    hands.now += 29
    assert clipboard.holds
    assert clipboard.content == Secret("second")
    hands.now += 1
    assert [clipboard.holds, clipboard.content] == [False, None]


def test_clear_forgets_at_once_and_the_record_stays() -> None:
    clipboard = MemoryClipboard()
    clipboard.copy(Secret("made-up"), 30)
    clipboard.clear()
    clipboard.clear()
    assert clipboard.content is None
    assert clipboard.copies == [Secret("made-up")]
    assert clipboard.times == [30]


def test_what_it_holds_outlives_the_wiped_original_and_never_prints() -> None:
    clipboard = MemoryClipboard()
    with Secret("made-up") as secret:
        clipboard.copy(secret, 30)
    assert clipboard.content == Secret("made-up")
    assert "made-up" not in repr(vars(clipboard))


def test_an_empty_secret_is_refused() -> None:
    with pytest.raises(ValueRefusedError):
        MemoryClipboard().copy(Secret(""), 30)
