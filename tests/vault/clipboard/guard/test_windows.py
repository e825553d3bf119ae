"""The clipboard of Windows, played by a fake: formats, order, patience, and when it is emptied."""

from __future__ import annotations

import pytest

from vault.clipboard.guard.native import Native
from vault.clipboard.guard.order import FailedError
from vault.clipboard.guard.windows import MARKS, NO, TEXT, WindowsBoard

SECRET = "oy2-made-up-ÿ-🔑"
FIRST_OWN = 0xC000  # formats registered by name are numbered from here


class User:
    """As much of user32 as `ClipboardCalls` needs; it refuses what Windows refuses.

    Attributes:
        busy: How often it still says that another program has it open.
        refused: Name of a format, or number, that it does not take.
        slack: Bytes of memory behind what it was given, as GlobalSize may report.
    """

    def __init__(self, *, busy: int = 0, refused: str | int = "", slack: bytes = b"") -> None:
        self.busy = busy
        self.refused = refused
        self.slack = slack
        self.contents: dict[int, bytes] = {1: b"theirs"}
        self.order: list[int] = []
        self.order_seen: list[int] = []
        self.sequence = 40
        self.names: list[str] = []
        self.is_open = False
        self.opened = 0
        self.next_copy: bytes | None = None

    def open(self) -> bool:
        assert not self.is_open
        if self.busy:
            self.busy -= 1
            return False
        if self.opened == 1 and self.next_copy is not None:
            self.someone_copies(self.next_copy)
        self.opened += 1
        self.is_open = True
        return True

    def close(self) -> None:
        assert self.is_open
        self.is_open = False
        if self.order:  # it adds the formats it derives, which counts
            self.sequence += 1
            self.order_seen, self.order = self.order, []

    def empty(self) -> bool:
        assert self.is_open
        self.contents, self.order = {}, []
        self.sequence += 1
        return True

    def register(self, name: str) -> int:
        if name == self.refused:
            return 0
        self.names.append(name)
        return FIRST_OWN + len(self.names) - 1

    def set(self, kind: int, data: bytes) -> bool:
        assert self.is_open
        if kind in {0, self.refused}:
            return False
        self.contents[kind] = data
        self.order.append(kind)
        return True

    def get(self, kind: int) -> bytes:
        assert self.is_open
        return self.contents.get(kind, b"") + self.slack

    def number(self) -> int:
        return self.sequence

    def someone_copies(self, data: bytes) -> None:
        self.contents = {TEXT: data}
        self.sequence += 1


class Clock:
    """A clock that only waiting moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += seconds


def holder(user: User, clock: Clock | None = None) -> Native:
    clock = clock or Clock()
    return Native(
        2, lambda patience: WindowsBoard(user, patience, pause=clock.wait, monotonic=clock)
    )


@pytest.mark.parametrize("slack", [b"", b"\0\0", b"left over"])
def test_the_exact_text_arrives_marked_for_nobody_to_keep(slack: bytes) -> None:
    user = User(slack=slack)
    assert holder(user).place(SECRET.encode())
    assert user.contents[TEXT] == SECRET.encode("utf-16-le") + b"\0\0"
    assert user.names == list(MARKS)
    assert [user.contents[FIRST_OWN + number] for number in range(3)] == [NO] * 3
    assert user.order_seen[-1] == TEXT
    assert not user.is_open


def test_the_marks_have_the_names_that_windows_knows() -> None:
    assert MARKS == (
        "ExcludeClipboardContentFromMonitorProcessing",
        "CanIncludeInClipboardHistory",
        "CanUploadToCloudClipboard",
    )
    assert NO == b"\0\0\0\0"


def test_it_is_emptied_if_nobody_copied_since() -> None:
    user = User()
    placed = holder(user)
    placed.place(SECRET.encode())
    assert not placed.lost()
    placed.end()
    assert user.contents == {}
    assert not user.is_open


def test_what_someone_else_copied_stays_even_if_it_is_the_same_text() -> None:
    user = User()
    placed = holder(user)
    placed.place(SECRET.encode())
    user.someone_copies(SECRET.encode("utf-16-le"))
    assert placed.lost()
    placed.end()
    assert user.contents == {TEXT: SECRET.encode("utf-16-le")}


def test_another_program_that_has_it_open_for_a_moment_is_waited_for() -> None:
    user, clock = User(busy=5), Clock()
    assert holder(user, clock).place(SECRET.encode())
    assert clock.now > 0


def test_one_that_never_closes_it_is_named_in_time() -> None:
    user, clock = User(busy=10_000), Clock()
    with pytest.raises(FailedError, match="another program keeps the Windows clipboard open"):
        holder(user, clock).place(SECRET.encode())
    assert 2 <= clock.now < 3


def test_clearing_gives_up_in_time_too() -> None:
    user, clock = User(), Clock()
    placed = holder(user, clock)
    placed.place(SECRET.encode())
    user.busy = 10_000
    placed.end()
    assert 2 <= clock.now < 3


@pytest.mark.parametrize("refused", [TEXT, *MARKS])
def test_a_format_that_is_not_taken_leaves_nothing_there(refused: str | int) -> None:
    user = User(refused=refused)
    with pytest.raises(FailedError, match="Windows did not take the text"):
        holder(user).place(SECRET.encode())
    assert user.contents == {}
    assert not user.is_open


def test_one_that_replaces_the_text_at_once_keeps_its_own() -> None:
    user = User()
    user.next_copy = b"theirs"
    placed = holder(user)
    with pytest.raises(FailedError, match="replaced"):
        placed.place(SECRET.encode())
    placed.end()
    assert user.contents == {TEXT: b"theirs"}
