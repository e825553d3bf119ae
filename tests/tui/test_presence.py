"""Nobody there, a machine that slept, a save under way: when and how the vault locks."""

from __future__ import annotations

import asyncio
import sys
import threading
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot
from textual.widgets._toast import Toast

from tests.tui.conftest import NOW, PASSWORD, AppMaker, MovableClock
from tests.tui.driving import V4
from tui.app import KeyfobApp
from tui.presence import NAP, Instant, Presence, instant, slept
from tui.screens.keys import Keys
from tui.screens.rotate import RotateScreen
from tui.screens.unlock import Unlock
from tui.widgets.fields import SecretField
from vault.clipboard.memory import MemoryClipboard
from vault.errors import StorageError
from vault.vault import Vault

_SECONDS = st.floats(min_value=0, max_value=1e6)


def holds(clipboard: MemoryClipboard) -> bool:
    return clipboard.content is not None


async def settle(pilot: Pilot[None]) -> None:
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def vault_of(app: KeyfobApp) -> Vault:
    assert app.vault is not None
    return app.vault


@given(awake=_SECONDS, asleep=_SECONDS)
def test_a_machine_slept_if_one_clock_went_on_without_the_other(
    awake: float, asleep: float
) -> None:
    before = Instant(5.0, 5.0)
    after = Instant(5.0 + awake + asleep, 5.0 + awake)
    assert slept(before, after) == (after.passed - after.awake >= NAP)


def test_this_machine_did_not_sleep_during_this_test() -> None:
    before = instant()
    after = instant()
    assert after.awake >= before.awake
    assert after.passed >= before.passed
    assert not slept(before, after)


@pytest.mark.skipif(sys.platform != "linux", reason="these clocks are Linux's")
def test_on_linux_one_clock_counts_sleep_and_the_other_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("time.clock_gettime", lambda clock: {7: 100.0}[clock])  # CLOCK_BOOTTIME
    monkeypatch.setattr("time.monotonic", lambda: 40.0)
    assert instant() == Instant(100.0, 40.0)


def test_never_is_never(clock: MovableClock) -> None:
    presence = Presence(0, instant=clock.instant)
    clock.forward(days=30)
    assert presence.left is None
    assert presence.lapse() == ""
    clock.sleep(seconds=2)
    assert presence.lapse() == "Locked because the machine slept."


async def test_a_sleep_locks_and_clears_the_clipboard_however_short(
    make_app: AppMaker, clock: MovableClock, clipboard: MemoryClipboard
) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        vault = vault_of(app)
        await pilot.press("down", "c")
        await settle(pilot)
        assert holds(clipboard)
        clock.sleep(seconds=2)
        app._tick()
        assert isinstance(app.screen, Unlock)
        await settle(pilot)
        assert vault.locked
        assert not holds(clipboard)
        assert "the machine slept" in str(app.screen.query_one("#said").render())


async def test_a_copied_recovery_code_is_cleared_too_and_stays_on_the_screen(
    make_app: AppMaker, clock: MovableClock, clipboard: MemoryClipboard
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for field in ("#first", "#again"):
            app.screen.query_one(field, SecretField).value = PASSWORD
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        shown = app.screen
        await pilot.press("c")
        await settle(pilot)
        assert holds(clipboard)
        clock.sleep(minutes=3)
        app._tick()
        await settle(pilot)
        assert not holds(clipboard)
        assert app.screen is shown


async def test_the_first_key_after_too_long_locks_and_does_nothing_else(
    make_app: AppMaker, clock: MovableClock
) -> None:
    # A stopped app has not ticked, and its first event may well be a key.
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        clock.forward(seconds=301)
        await pilot.press("n")
        await settle(pilot)
        assert isinstance(app.screen, Unlock)
        assert app.screen.query_one(SecretField).value == ""


async def test_a_clock_set_back_does_not_put_the_lock_off(
    make_app: AppMaker, clock: MovableClock
) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        clock.forward(seconds=301)
        app.clock = lambda: NOW - timedelta(hours=5)
        app._tick()
        assert isinstance(app.screen, Unlock)


class Slow:
    """A store's `replace` that waits until it is told to go on."""

    def __init__(self, vault: Vault, *, fails: bool = False) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()
        self._replace, self._fails = vault._store.replace, fails
        vault._store.replace = self.replace  # type: ignore[method-assign]
        # An app that waits for the save would hang here: this lets the test fail instead.
        self._rescue = threading.Timer(20, self.go_on.set)
        self._rescue.daemon = True
        self._rescue.start()

    def replace(self, data: bytes, *, keep_backup: bool = True) -> None:
        self.begun.set()
        self.go_on.wait()
        if self._fails:
            raise StorageError("The disk is full.")
        self._replace(data, keep_backup=keep_backup)

    def end(self) -> None:
        self.go_on.set()
        self._rescue.cancel()


async def test_a_lock_shows_at_once_and_the_save_under_way_ends_well(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        vault = vault_of(app)
        key = vault.find("utils-new")
        slow = Slow(vault)
        screen = app.screen
        assert isinstance(screen, Keys)
        screen._change(key, "remove")
        assert await asyncio.to_thread(slow.begun.wait, 20)
        app.lock()
        await pilot.pause()
        assert not slow.go_on.is_set()
        assert isinstance(app.screen, Unlock)
        assert app.vault is None
        await pilot.press("x")
        assert app.screen.query_one(SecretField).value == "x"  # it goes on being of use
        slow.end()
        await settle(pilot)
        assert vault.locked
    # The demo's password is nobody's: what was saved shows in the header.
    assert app.home.report().counts.total() == 6


async def test_a_save_that_fails_after_a_lock_is_told_of(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        vault = vault_of(app)
        key = vault.find("utils-new")
        screen = RotateScreen(key)
        app.push_screen(screen)
        await settle(pilot)
        slow = Slow(vault, fails=True)
        screen.query_one(SecretField).value = V4
        await pilot.press("enter")
        assert await asyncio.to_thread(slow.begun.wait, 20)
        app.lock()
        await pilot.pause()
        slow.end()
        await settle(pilot)
        assert isinstance(app.screen, Unlock)
        told: list[str] = []
        for _ in range(200):  # its worker is not waited for: it went with its screen
            await pilot.pause()
            told = [toast._notification.message for toast in app.screen.query(Toast)]
            if told:
                break
        assert told == ["The change that was being saved as the vault was locked is not in it."]


async def test_quitting_waits_for_the_save(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        vault = vault_of(app)
        slow = Slow(vault)
        screen = app.screen
        assert isinstance(screen, Keys)
        screen._change(vault.find("utils-new"), "remove")
        assert await asyncio.to_thread(slow.begun.wait, 20)
        threading.Timer(0.2, slow.end).start()
        await app._end(0)
        assert slow.go_on.is_set()
        assert vault.locked


def test_nothing_lapses_while_something_would_be_lost_and_then_at_once() -> None:
    moments = [Instant(0, 0)]
    presence = Presence(60, instant=lambda: moments[-1])
    presence.hold("A new value is on its way.")
    moments.append(Instant(500, 500))
    assert presence.left is None
    assert presence.lapse() == ""
    presence.hold("")
    assert presence.lapse() == "Locked after 1 minute without a key press."
    presence.hold("A new value is on its way.")
    moments.append(Instant(510, 501))
    assert presence.lapse() == ""
    presence.hold("")
    assert presence.lapse() == "Locked because the machine slept."


def test_quitting_is_asked_about_once_while_something_would_be_lost() -> None:
    presence = Presence(60)
    assert presence.parting() == ""
    presence.hold("A new value is on its way.")
    assert presence.parting() == "A new value is on its way."
    assert presence.parting() == ""
    presence.hold("It is not saved yet.")
    assert presence.parting() == "It is not saved yet."
