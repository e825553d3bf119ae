"""The life of a password in the app: recovered, changed, upgraded, refused in one sentence."""

from __future__ import annotations

import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.widgets import Static
from textual.widgets._toast import Toast
from textual.worker import Worker

from tests.tui.conftest import PASSWORD, AppMaker, MovableClock
from tests.tui.driving import Driver, fits, hoard
from tui.app import KeyfobApp
from tui.screens.first_run import FirstRun, RecoveryCode
from tui.screens.keys import Keys
from tui.screens.password import ChangePassword
from tui.screens.recovered import Recovered
from tui.screens.unlock import Unlock
from tui.screens.upgrade import Upgrade
from tui.widgets.fields import SecretField
from vault.errors import WrongPasswordError
from vault.home import Home
from vault.sealing.kdf import CHEAPEST, KdfCost
from vault.store.memory import MemoryStore

NEW = "brass lantern over the harbour"
DEARER = KdfCost(20 * 1024, 1, 1)
ODD = (
    ("x" * 4097, "The password is longer than 4 KiB."),
    ("\u00e9" * 2049, "The password is longer than 4 KiB."),
    ("half \ud83d of a key, and a long tail", "The password holds half a character."),
)


class Typist(Driver):
    """Waits for derivations and saves, and not for a command whose dialog is still open."""

    async def settle(self) -> None:
        busy = [one for one in self.app.workers if one.group in {"kdf", "save", "strength"}]
        if busy:  # none would mean all
            await self.app.workers.wait_for_complete(busy)
        await self.pilot.pause()
        await self.pilot.pause()


@asynccontextmanager
async def running(app: KeyfobApp, *, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Driver]:
    async with app.run_test(size=size, notifications=True) as pilot:
        it = Typist(app, pilot)
        await it.settle()
        yield it


async def unlock(it: Driver, text: str) -> None:
    await it.fill("SecretField", text)
    await it.press("enter")


async def choose(it: Driver, text: str) -> None:
    """Type a new password twice, the first field having the focus."""
    await it.fill("#first", text)
    await it.press("enter")
    await it.fill("#again", text)
    await it.press("enter")


def said(it: Driver) -> str:
    return str(it.app.screen.query_one("#said", Static).content)


def told(it: Driver) -> str:
    """Every toast on the screen."""
    return " ".join(toast._notification.message for toast in it.app.screen.query(Toast))


def opens(home: Home, text: str) -> bool:
    try:
        home.open(text).lock()
    except WrongPasswordError:
        return False
    return True


# Opened with the recovery code


async def test_the_code_leads_to_a_new_password_and_a_new_code(
    make_app: AppMaker, home: Home
) -> None:
    _, code = home.create(PASSWORD)
    async with running(make_app()) as it:
        await unlock(it, code.lower())
        assert isinstance(it.app.screen, Recovered)
        assert fits(it.app.screen) == []
        await choose(it, NEW)
        assert isinstance(it.app.screen, RecoveryCode)
        assert fits(it.app.screen) == []
        assert "The code you had before opens nothing any more." in it.flat
        new_code = it.app.screen._recovery
        assert hoard(it.app, NEW) == []
        await it.press("enter")
        assert isinstance(it.app.screen, Keys)
        assert it.app.vault is not None
        assert hoard(it.app, new_code) == []
    assert [opens(home, text) for text in (NEW, new_code, PASSWORD, code)] == [
        True,
        True,
        False,
        False,
    ]


async def test_esc_skips_it_and_says_how_to_do_it_later(make_app: AppMaker, home: Home) -> None:
    _, code = home.create(PASSWORD)
    async with running(make_app()) as it:
        await unlock(it, code)
        await it.press("escape")
        assert isinstance(it.app.screen, Keys)
        assert "p sets a new password" in told(it)
        await it.press("p")
        await it.fill("#old", code)
        await it.press("enter")
        await choose(it, NEW)
        assert isinstance(it.app.screen, Keys)
    assert opens(home, NEW)
    assert opens(home, code)


async def test_it_locks_when_nobody_chooses(
    make_app: AppMaker, home: Home, clock: MovableClock
) -> None:
    _, code = home.create(PASSWORD)
    async with running(make_app()) as it:
        await unlock(it, code)
        vault = it.vault
        clock.forward(seconds=301)
        it.app._tick()
        await it.settle()
        assert vault.locked
        assert isinstance(it.app.screen, Unlock)


async def test_the_code_is_not_taken_as_the_password(make_app: AppMaker, home: Home) -> None:
    _, code = home.create(PASSWORD)
    async with running(make_app()) as it:
        await unlock(it, code)
        await choose(it, code)
        assert "A recovery code cannot be the password." in said(it)
        await choose(it, NEW)
        assert isinstance(it.app.screen, RecoveryCode)


async def test_no_worker_is_described_by_what_was_typed(
    make_app: AppMaker, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    described: list[str] = []
    init = Worker.__init__

    def remember(self: Worker[object], *values: Any, **options: Any) -> None:
        init(self, *values, **options)
        described.append(self.description)

    monkeypatch.setattr(Worker, "__init__", remember)
    async with running(make_app()) as it:
        await choose(it, PASSWORD)
        await it.press("enter", "l")
        await unlock(it, PASSWORD)
    assert opens(home, PASSWORD)
    assert {"create a vault", "open a vault", "judge a password"} <= set(described)
    assert not [text for text in described if PASSWORD in text]


# Changed


@asynccontextmanager
async def changing(make_app: AppMaker, home: Home) -> AsyncIterator[Driver]:
    """The dialog, over a vault just opened."""
    home.create(PASSWORD)
    async with running(make_app()) as it:
        await unlock(it, PASSWORD)
        await it.press("p")
        assert isinstance(it.app.screen, ChangePassword)
        yield it


async def test_p_changes_the_password(make_app: AppMaker, home: Home) -> None:
    async with changing(make_app, home) as it:
        assert fits(it.app.screen) == []
        await it.fill("#old", PASSWORD)
        await it.press("enter")
        await choose(it, NEW)
        assert isinstance(it.app.screen, Keys)
        assert "The password was changed." in told(it)
        assert hoard(it.app, NEW) == []
        await it.press("l")
        await unlock(it, PASSWORD)
        assert isinstance(it.app.screen, Unlock)
        await unlock(it, NEW)
        assert isinstance(it.app.screen, Keys)


async def test_a_wrong_present_password_keeps_the_new_one_for_another_try(
    make_app: AppMaker, home: Home
) -> None:
    async with changing(make_app, home) as it:
        await it.fill("#old", "wrong")
        await it.press("enter")
        await choose(it, NEW)
        assert "The present password is another one." in said(it)
        assert it.app.screen.query_one("#old", SecretField).has_focus
        await it.fill("#old", PASSWORD)
        await it.press("enter", "enter")
        assert isinstance(it.app.screen, Keys)
    assert opens(home, NEW)


async def test_both_are_needed_and_the_new_one_twice(make_app: AppMaker, home: Home) -> None:
    async with changing(make_app, home) as it:
        await it.press("enter")
        assert "Choose a password first." in said(it)
        await choose(it, NEW)
        assert "Type the present password too." in said(it)
        await it.fill("#old", PASSWORD)
        await it.fill("#again", NEW + "x")
        await it.press("enter", "enter")
        assert "The two are not the same." in said(it)
    assert opens(home, PASSWORD)


async def test_an_easy_one_is_taken_only_on_a_second_enter(make_app: AppMaker, home: Home) -> None:
    async with changing(make_app, home) as it:
        await it.fill("#old", PASSWORD)
        await it.press("enter")
        await choose(it, "hunter2")
        assert "Easy to guess." in said(it)
        assert opens(home, PASSWORD)
        await it.press("enter")
    assert opens(home, "hunter2")


async def test_escape_changes_nothing(make_app: AppMaker, home: Home) -> None:
    async with changing(make_app, home) as it:
        await it.fill("#old", PASSWORD)
        await it.press("escape")
        assert isinstance(it.app.screen, Keys)
        assert hoard(it.app, PASSWORD) == []
    assert opens(home, PASSWORD)


async def test_a_demo_has_none_to_change(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    app.demo = True
    async with running(app) as it:
        await it.press("p")
        assert "The demo has no password to change." in told(it)


async def test_it_is_in_palette_and_help_and_not_in_the_bar(make_app: AppMaker) -> None:
    async with running(make_app(demo=True), size=(200, 40)) as it:
        assert "Password" not in it.text.splitlines()[-1]
        assert "Password" in {
            command.title for command in it.app.get_system_commands(it.app.screen)
        }
        await it.press("question_mark")
        assert "p Change the password keyfob password" in it.flat


# Odd texts


@pytest.mark.parametrize(("text", "sentence"), ODD)
async def test_first_run_refuses_in_one_sentence(
    make_app: AppMaker, home: Home, text: str, sentence: str
) -> None:
    async with running(make_app()) as it:
        await choose(it, text)
        assert said(it).strip() == f"✗ {sentence}"
        assert isinstance(it.app.screen, FirstRun)
        assert not home.exists()


@pytest.mark.parametrize(("text", "sentence"), ODD)
async def test_changing_refuses_in_one_sentence(
    make_app: AppMaker, home: Home, text: str, sentence: str
) -> None:
    async with changing(make_app, home) as it:
        await it.fill("#old", PASSWORD)
        await it.press("enter")
        await choose(it, text)
        assert said(it).strip() == f"✗ {sentence}"
    assert opens(home, PASSWORD)


@pytest.mark.parametrize("text", [text for text, _ in ODD])
async def test_unlocking_with_them_is_refused_too(
    make_app: AppMaker, home: Home, text: str
) -> None:
    home.create(PASSWORD)
    async with running(make_app()) as it:
        await unlock(it, text)
        assert said(it).startswith("✗ The password ")
        await unlock(it, "")
        assert "Type the password" in said(it)
        await unlock(it, PASSWORD)
        assert isinstance(it.app.screen, Keys)


@pytest.mark.parametrize(
    "text",
    [
        "Zo\u00eb's caf\u00e9 \u1ebf by the harbour",
        "\N{KEY} \U0001f469\u200d\U0001f469\u200d\U0001f467 over the harbour",
        "nul \0 in the middle of it",
        " spaces at both of its ends ",
        "x" * 4096,
    ],
)
async def test_any_other_text_is_a_password_however_it_is_composed(
    make_app: AppMaker, text: str
) -> None:
    async with running(make_app()) as it:
        await choose(it, unicodedata.normalize("NFD", text))
        assert isinstance(it.app.screen, RecoveryCode)
        await it.press("enter", "l")
        await unlock(it, text + " ")
        assert isinstance(it.app.screen, Unlock)
        await unlock(it, unicodedata.normalize("NFC", text))
        assert isinstance(it.app.screen, Keys)


# Upgraded


@pytest.fixture
def weak(home: Home, clock: MovableClock) -> Home:
    """The home of a vault whose password costs less than its policy asks."""
    store = MemoryStore()
    Home(store, clock=clock, cost=CHEAPEST).create(PASSWORD)
    assert not home.exists()
    return Home(store, clock=clock, cost=DEARER)


async def test_a_weak_one_is_offered_an_upgrade_once(make_app: AppMaker, weak: Home) -> None:
    app = make_app()
    app.home = weak
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        it = Typist(app, pilot)
        app.show(Unlock())
        await it.settle()
        await unlock(it, PASSWORD)
        assert isinstance(app.screen, Keys)
        assert "is from an older machine; u upgrades it." in told(it)
        app.clear_notifications()
        await it.press("l")
        await unlock(it, PASSWORD)
        assert "older machine" not in told(it)
        await it.press("u")
        assert isinstance(app.screen, Upgrade)
        assert fits(app.screen) == []
        await unlock(it, "wrong")
        assert "does not open" in it.flat
        await unlock(it, PASSWORD)
        assert isinstance(app.screen, Keys)
        assert "costs more now" in told(it)
        assert not weak.is_weak(it.vault)
        await it.press("u")
        assert "Nothing to upgrade" in told(it)
    assert opens(weak, PASSWORD)


async def test_an_upgrade_can_be_left_and_does_not_take_the_code(
    make_app: AppMaker, home: Home
) -> None:
    store = MemoryStore()
    _, code = Home(store, cost=CHEAPEST).create(PASSWORD)
    app = make_app()
    app.home = Home(store, cost=DEARER)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        it = Typist(app, pilot)
        app.show(Unlock())
        await it.settle()
        await unlock(it, PASSWORD)
        await it.press("u", "enter")
        assert "Type the password." in it.flat
        await unlock(it, code)
        assert "This is the recovery code." in it.flat
        await it.press("escape")
        assert isinstance(app.screen, Keys)
        assert app.home.is_weak(it.vault)
    assert not home.exists()


async def test_one_that_is_strong_enough_is_offered_nothing(make_app: AppMaker, home: Home) -> None:
    home.create(PASSWORD)
    async with running(make_app()) as it:
        await unlock(it, PASSWORD)
        assert "upgrades" not in told(it)
