"""The old value, ended at its registry by the registry's API, once the places have the new one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from tests.tui.apis import FakeApi
from tests.tui.conftest import NOW, PASSWORD, AppMaker
from tests.tui.driving import Driver, fits, hoard, the_key
from tui.app import KeyfobApp
from tui.screens.end_old import EndOld
from tui.screens.keys import Keys
from tui.screens.places import PlacesScreen
from vault.apis.base import ApiError, OtpNeededError
from vault.home import Home
from vault.keys.grant import grants_for
from vault.keys.key import Draft
from vault.keys.lifetime import Lifetime
from vault.keys.place import Place
from vault.keys.secret import Secret
from vault.registries.loader import load

PASSWORD_THERE = "made-up-password-there"


def former_app(make_app: AppMaker, home: Home, *former: str) -> KeyfobApp:
    """An unlocked vault with one npm token, rotated, its former values still alive."""
    vault, _ = home.create(PASSWORD)
    globs = load("npm").parse_globs(["@contoso/web"])
    lifetime = Lifetime(NOW, NOW + timedelta(days=30))
    draft = Draft("ci", "npm", "ada", grants_for(("read-write",), globs), lifetime)
    key = vault.add(draft, Secret("npm_" + "a" * 36))
    vault.add_place(key.id, Place("machine", "build server"))
    for number, name in enumerate(former):
        vault.rotate(key.id, Secret(f"npm_made_up_{number}"), retire=True, former=name)
    made = make_app()
    made.vault = vault
    return made


@asynccontextmanager
async def ending(
    app: KeyfobApp, api: FakeApi | None, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Driver]:
    monkeypatch.setattr("vault.apis.api_of", lambda _: api)
    async with app.run_test(size=(80, 24)) as pilot:
        it = Driver(app, pilot)
        app.show(Keys())
        await pilot.pause()
        app.push_screen(PlacesScreen(the_key(app)))
        await it.until("Where ci is installed")
        await pilot.press("end")
        yield it


def npm(**more: object) -> FakeApi:
    api = FakeApi(title="npm", address="https://npm.invalid", ends_old=False)
    api.needs, api.retire_needs = ("password", "otp"), ()
    for name, value in more.items():
        setattr(api, name, value)
    return api


async def test_the_registry_ends_it_once_that_is_agreed_to(
    make_app: AppMaker, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, api = former_app(make_app, home, "17"), npm()
    async with ending(app, api, monkeypatch) as it:
        assert "enter lets npm end it" in it.flat
        await it.pilot.press("enter")
        await it.until("keyfob asks https://npm.invalid to end it")
        assert "! Not known to have the new one: build server" in it.flat
        assert fits(app.screen) == []
        assert api.ended == []
        await it.pilot.press("enter")
        await it.until("The old value is gone.")
        assert api.ended == ["17"]
        assert the_key(app).retire is None
        assert isinstance(app.screen, PlacesScreen)


async def test_the_first_of_many_places_are_named(
    make_app: AppMaker, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, api = former_app(make_app, home, "17"), npm(retire_needs=("account", "password"))
    assert app.vault is not None
    for number in range(20):
        app.vault.add_place(the_key(app).id, Place("machine", f"{number} {'w' * 150}"))
    async with ending(app, api, monkeypatch) as it:
        await it.pilot.press("enter")
        await it.until("to end it")
        assert "and 18 more" in it.flat
        assert fits(app.screen) == []


async def test_what_is_not_agreed_to_is_not_asked(
    make_app: AppMaker, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, api = former_app(make_app, home, "17"), npm()
    async with ending(app, api, monkeypatch) as it:
        await it.pilot.press("enter")
        await it.until("keyfob asks")
        await it.pilot.press("escape")
        await it.until("Where ci is installed")
        assert api.asked == []
        await it.pilot.press("h")
        await it.until("The old value is gone.")
        assert (api.asked, the_key(app).retire) == ([], None)


async def test_it_is_asked_for_what_the_api_wants_and_for_a_code(
    make_app: AppMaker, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, api = former_app(make_app, home, "17"), npm(retire_needs=("account", "password", "otp"))
    api.answers = [OtpNeededError("npm asks for a one-time code.")]
    async with ending(app, api, monkeypatch) as it:
        await it.pilot.press("enter")
        await it.until("Your login at https://npm.invalid;")
        await it.pilot.press(*PASSWORD_THERE, "enter")
        await it.until("npm asks for a one-time code.")
        await it.pilot.press(*"123456", "enter")
        await it.until("The old value is gone.")
        assert api.asked == [("ada", PASSWORD_THERE, ""), ("ada", PASSWORD_THERE, "123456")]
        assert hoard(app, PASSWORD_THERE) == []


async def test_a_refusal_leaves_it_and_is_said_in_the_dialog(
    make_app: AppMaker, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, api = former_app(make_app, home, "17"), npm(answers=[ApiError("npm refused.", "No.")])
    async with ending(app, api, monkeypatch) as it:
        await it.pilot.press("enter")
        await it.until("keyfob asks")
        await it.pilot.press("enter")
        await it.until("✗ npm refused. No.")
        assert isinstance(app.screen, EndOld)
        assert the_key(app).former == ("17",)
        await it.pilot.press("escape")
        await it.until("enter lets npm end it")


async def test_its_answer_is_awaited(
    make_app: AppMaker, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, api = former_app(make_app, home, "17"), npm()
    api.go.clear()
    async with ending(app, api, monkeypatch) as it:
        await it.pilot.press("enter")
        await it.until("keyfob asks")
        await it.pilot.press("enter", "escape", "enter")
        await it.until("npm was asked: its answer is awaited.")
        api.go.set()
        await it.until("The old value is gone.")
        assert api.ended == ["17"]


async def test_a_value_the_api_cannot_name_is_left_to_the_user(
    make_app: AppMaker, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, api = former_app(make_app, home, "", "17"), npm()
    async with ending(app, api, monkeypatch) as it:
        await it.pilot.press("enter")
        await it.until("keyfob asks")
        await it.pilot.press("enter")
        await it.until("Another old value is left.")
        assert api.ended == ["17"]
        assert "Revoke or delete it there, then enter." in it.flat
        await it.pilot.press("end", "enter")
        await it.until("The old value is gone.")
        assert the_key(app).retire is None


@pytest.mark.parametrize("able", [False, True])
async def test_without_such_an_api_and_in_a_demo_nobody_is_asked(
    make_app: AppMaker, home: Home, monkeypatch: pytest.MonkeyPatch, *, able: bool
) -> None:
    app, api = former_app(make_app, home, "17"), npm(retire_needs=() if able else None)
    app.demo = able
    async with ending(app, api, monkeypatch) as it:
        assert "Revoke or delete it there, then enter." in it.flat
        await it.pilot.press("enter")
        await it.until("The old value is gone.")
        assert api.asked == []
