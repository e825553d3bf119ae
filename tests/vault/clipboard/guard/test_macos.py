"""The pasteboard of macOS, played by a fake: what is set, in which order, when it is emptied."""

from __future__ import annotations

import pytest

from vault.clipboard.guard.macos import MARKS, TEXT, MacBoard
from vault.clipboard.guard.native import Native
from vault.clipboard.guard.order import FailedError

SECRET = b"oy2-made-up-\xc3\xbf"


class Pasteboard:
    """As much of NSPasteboard as `PasteboardCalls` needs.

    Attributes:
        history: What lay there whenever somebody could look, newest last.
    """

    def __init__(self, refused: str = "") -> None:
        self.count = 7
        self.types: dict[str, bytes] = {}
        self.stays_here = False
        self.history: list[dict[str, bytes]] = []
        self._refused = refused

    def prepare(self, *, this_computer_only: bool) -> int:
        self.stays_here = this_computer_only
        return self.someone_copies({})

    def set(self, kind: str, data: bytes) -> bool:
        if kind == self._refused:
            return False
        self.types[kind] = data
        self.history.append(dict(self.types))
        return True

    def number(self) -> int:
        return self.count

    def someone_copies(self, types: dict[str, bytes]) -> int:
        self.types = types
        self.count += 1
        return self.count


def placed(pasteboard: Pasteboard) -> Native:
    holder = Native(1, lambda _patience: MacBoard(pasteboard))
    assert holder.place(SECRET)
    return holder


def test_the_exact_bytes_lie_there_marked_and_for_this_computer_only() -> None:
    pasteboard = Pasteboard()
    placed(pasteboard)
    assert pasteboard.types[TEXT] == SECRET
    assert set(pasteboard.types) == {TEXT, *MARKS}
    assert pasteboard.stays_here


def test_at_no_moment_does_the_text_lie_there_without_its_marks() -> None:
    pasteboard = Pasteboard()
    placed(pasteboard)
    assert all(set(MARKS) <= set(seen) for seen in pasteboard.history if TEXT in seen)


def test_the_marks_have_the_names_that_histories_know() -> None:
    assert MARKS == ("org.nspasteboard.ConcealedType", "org.nspasteboard.TransientType")
    assert TEXT == "public.utf8-plain-text"


def test_it_is_emptied_if_nobody_copied_since_and_what_comes_next_may_travel() -> None:
    pasteboard = Pasteboard()
    holder = placed(pasteboard)
    assert not holder.lost()
    holder.end()
    assert pasteboard.types == {}
    assert not pasteboard.stays_here


def test_what_someone_else_copied_stays_even_if_it_is_the_same_text() -> None:
    pasteboard = Pasteboard()
    holder = placed(pasteboard)
    pasteboard.someone_copies({TEXT: SECRET})
    assert holder.lost()
    holder.end()
    assert pasteboard.types == {TEXT: SECRET}


@pytest.mark.parametrize("refused", [TEXT, *MARKS])
def test_a_type_that_is_not_taken_leaves_nothing_there(refused: str) -> None:
    pasteboard = Pasteboard(refused)
    holder = Native(1, lambda _patience: MacBoard(pasteboard))
    with pytest.raises(FailedError, match="macOS did not take the text"):
        holder.place(SECRET)
    assert pasteboard.types == {}
    assert all(TEXT not in seen for seen in pasteboard.history)
    holder.end()
