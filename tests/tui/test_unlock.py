"""First run and unlocking, as a newcomer and as an owner would do it."""

from __future__ import annotations

import asyncio
import gc

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from tests.tui.conftest import PASSWORD, AppMaker
from tests.tui.driving import Driver
from tui.app import KeyfobApp
from tui.screens.first_run import FirstRun, RecoveryCode
from tui.screens.keys import Keys
from tui.screens.unlock import Unlock
from tui.widgets.fields import SecretField
from vault.clipboard.memory import MemoryClipboard
from vault.home import Home
from vault.vault import Vault


async def settle(pilot: Pilot[None]) -> None:
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def said(app: KeyfobApp) -> str:
    return str(app.screen.query_one("#said", Static).content)


async def create(pilot: Pilot[None], password: str = PASSWORD) -> str:
    pilot.app.screen.query_one("#first", SecretField).value = password
    await settle(pilot)
    await pilot.press("enter")
    pilot.app.screen.query_one("#again", SecretField).value = password
    await pilot.press("enter")
    await settle(pilot)
    screen = pilot.app.screen
    assert isinstance(screen, RecoveryCode)
    return screen._recovery


async def test_first_run_creates_a_vault_and_shows_the_code_once(
    make_app: AppMaker, home: Home
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert isinstance(app.screen, FirstRun)
        code = await create(pilot)
        assert code in str(app.screen.query_one("#code", Static).content)
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, Keys)
        assert "Press n" in str(app.screen.query_one("#empty", Static).content)
    assert home.open(PASSWORD).keys == []
    assert home.open(code).keys == []


async def test_first_run_wants_the_same_password_twice(make_app: AppMaker, home: Home) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        assert "Choose a password" in said(app)
        app.screen.query_one("#first", SecretField).value = PASSWORD
        await settle(pilot)
        app.screen.query_one("#again", SecretField).value = PASSWORD + "x"
        await pilot.press("enter")
        await settle(pilot)
        assert "not the same" in said(app)
        assert not home.exists()


async def test_an_easy_password_is_taken_only_on_a_second_enter(
    make_app: AppMaker, home: Home
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        app.screen.query_one("#first", SecretField).value = "hunter2"
        await settle(pilot)
        judged = str(app.screen.query_one("#strength", Static).content)
        assert "  weak\n" in judged
        advice = judged.splitlines()[1]
        assert advice.endswith(".")
        assert advice in Driver(app, pilot).text
        app.screen.query_one("#again", SecretField).value = "hunter2"
        await pilot.press("enter")
        await settle(pilot)
        assert "Easy to guess" in said(app)
        assert not home.exists()
        await pilot.press("enter")
        await settle(pilot)
        assert home.exists()


async def test_a_wrong_password_says_so_and_the_right_one_opens(
    make_app: AppMaker, home: Home
) -> None:
    home.create(PASSWORD)
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert isinstance(app.screen, Unlock)
        await pilot.press(*"wrong", "enter")
        await settle(pilot)
        assert "does not open" in said(app)
        field = app.screen.query_one(SecretField)
        assert field.has_focus
        assert field.value == ""
        field.value = PASSWORD
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, Keys)
        assert app.vault is not None


async def test_lock_and_unlock_again(make_app: AppMaker, home: Home) -> None:
    home.create(PASSWORD)
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(2):
            await pilot.pause()
            app.screen.query_one(SecretField).value = PASSWORD
            await pilot.press("enter")
            await settle(pilot)
            assert isinstance(app.screen, Keys)
            await pilot.press("l")
            await settle(pilot)
            assert isinstance(app.screen, Unlock)


async def test_the_app_stays_alive_while_the_key_is_derived(make_app: AppMaker, home: Home) -> None:
    home.create(PASSWORD)
    app = make_app()
    ticks = 0

    async def count() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0)
            ticks += 1

    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.screen.query_one(SecretField).value = PASSWORD
        counter = asyncio.create_task(count())
        await pilot.press("enter")
        await settle(pilot)
        counter.cancel()
    assert ticks > 100


async def test_the_recovery_code_can_be_copied_and_leaves_the_clipboard(
    make_app: AppMaker, clipboard: MemoryClipboard
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        code = await create(pilot)
        await pilot.press("c")
        await settle(pilot)
        assert clipboard.content is not None
        assert clipboard.content.reveal() == code
        app.lock()
        app._clear_clipboard()
        assert clipboard.content is None


@pytest.mark.parametrize("typed", ["wrong", PASSWORD, "code"])
async def test_the_collector_rests_while_a_vault_is_opened_and_forgets_nothing_of_it(
    typed: str, make_app: AppMaker, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, code = home.create(PASSWORD)
    resting = []
    opened = home.open

    def watched(password: str) -> Vault:
        resting.append(not gc.isenabled())
        return opened(password)

    monkeypatch.setattr(home, "open", watched)
    app, frozen = make_app(), gc.get_freeze_count()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.query_one(SecretField).value = code if typed == "code" else typed
        await pilot.press("enter")
        await settle(pilot)
        assert resting == [True]
        assert gc.isenabled()
        assert gc.get_freeze_count() == frozen
