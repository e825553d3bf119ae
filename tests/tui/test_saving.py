"""A save that ends after its dialog was closed or covered."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from textual.pilot import Pilot

from tests.tui.conftest import NOW, PASSWORD, AppMaker
from tests.tui.driving import Driver
from tui.app import KeyfobApp
from tui.screens.edit import EditScreen
from tui.screens.keys import Keys
from tui.screens.unlock import Unlock
from tui.widgets.fields import SecretField
from vault import Draft, Glob, Grant, Lifetime, Secret, Vault
from vault.clipboard.memory import MemoryClipboard
from vault.home import Home
from vault.keys.key import Key
from vault.sealing.kdf import CHEAPEST
from vault.vault import Change


class Gate:
    """Saving waits here until the test lets it through."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached, self._open = threading.Event(), threading.Event()
        edit = Vault.edit

        def late(vault: Vault, key_id: str, change: Change) -> Key:
            key = edit(vault, key_id, change)
            self.reached.set()
            assert self._open.wait(20)
            return key

        monkeypatch.setattr(Vault, "edit", late)

    def let_through(self) -> None:
        self._open.set()


@pytest.fixture
def app(make_app: AppMaker, home: Home) -> KeyfobApp:
    vault, _ = home.create(PASSWORD)
    life = Lifetime(NOW, NOW + timedelta(days=30))
    grants = (Grant("push", Glob("Contoso.*")),)
    vault.add(Draft("release", "nuget.org", "contoso", grants, life), Secret("made-up"))
    vault.lock()
    return make_app()


async def start_saving(app: KeyfobApp, pilot: Pilot[None], gate: Gate) -> None:
    """Unlock, open the form, change the name, press enter, and leave the save half done."""
    await pilot.pause()
    app.screen.query_one(SecretField).value = PASSWORD
    await pilot.press("enter")
    await app.workers.wait_for_complete()
    await pilot.pause()
    await pilot.press("e")
    await pilot.pause()
    assert isinstance(app.screen, EditScreen)
    await pilot.press("x", "enter")
    await pilot.pause()
    assert gate.reached.wait(20)


async def finish(pilot: Pilot[None], gate: Gate) -> None:
    saving = [worker for worker in pilot.app.workers if worker.group == "save"]
    gate.let_through()
    await pilot.app.workers.wait_for_complete(saving)
    await pilot.pause()


async def test_locked_during_a_save_it_can_be_unlocked_again(
    app: KeyfobApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch)
    async with app.run_test(size=(80, 24)) as pilot:
        await start_saving(app, pilot, gate)
        app.lock()
        await finish(pilot, gate)
        assert isinstance(app.screen, Unlock)
        field = app.screen.query_one(SecretField)
        assert not field.disabled
        field.value = PASSWORD
        await pilot.press("enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.vault is not None
        assert [key.name for key in app.vault.keys] == ["releasex"]


async def test_a_terminal_made_small_during_a_save_does_not_keep_the_dialog_open(
    app: KeyfobApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch)
    async with app.run_test(size=(80, 24)) as pilot:
        await start_saving(app, pilot, gate)
        await pilot.resize_terminal(20, 5)
        await pilot.pause()
        await finish(pilot, gate)
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert isinstance(app.screen, Keys)


@pytest.mark.parametrize("keys", [("e", "x", "enter"), ("c",)], ids=["a save", "a copy"])
async def test_a_vault_given_a_new_vault_key_elsewhere_is_locked_and_says_so(
    app: KeyfobApp, home: Home, clipboard: MemoryClipboard, keys: tuple[str, ...]
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        driver = Driver(app, pilot)
        await driver.settle()
        app.screen.query_one(SecretField).value = PASSWORD
        await driver.press("enter")
        assert isinstance(app.screen, Keys)
        home.open(PASSWORD).renew_key("another made-up password", cost=CHEAPEST)
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
        changing = [worker for worker in app.workers if worker.group in {"save", "copy"}]
        await app.workers.wait_for_complete(changing)
        await pilot.pause()
        assert isinstance(app.screen, Unlock)
        assert app.vault is None
        assert not clipboard.holds
        assert "The vault was given a new vault key." in driver.flat
        app.screen.query_one(SecretField).value = "another made-up password"
        await driver.press("enter")
        assert [key.name for key in driver.vault.keys] == ["release"]
