"""Keys that arrive all at once, as a password manager types them."""

from __future__ import annotations

import pytest
from textual import events

from tests.tui.conftest import AppMaker
from tests.tui.driving import Driver
from tests.tui.test_newcomer import until
from tui.app import KeyfobApp
from tui.screens.first_run import FirstRun
from tui.screens.keys import Keys
from tui.widgets.fields import SecretField


def at_once(app: KeyfobApp, *keys: str) -> None:
    for key in keys:
        app.post_message(events.Key(key, key if len(key) == 1 else None))


async def test_what_follows_a_tab_goes_to_the_next_field(make_app: AppMaker) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        driver = Driver(app, pilot)
        await driver.settle()
        assert isinstance(app.screen, FirstRun)
        at_once(app, *"first", "tab", *"second", "shift+tab", *"ly")
        await driver.settle()
        fields = [field.value for field in app.screen.query(SecretField)]
        assert fields == ["firstly", "second"]


@pytest.mark.parametrize("pair", ["no", "on", "er", "xd", "wo", "iv", "ri"])
async def test_of_two_commands_at_once_one_opens_a_dialog(make_app: AppMaker, pair: str) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24)) as pilot:
        driver = Driver(app, pilot)
        await pilot.pause()
        at_once(app, *pair)
        await until(lambda: len(app.screen_stack) > 1, driver)
        assert len(app.screen_stack) == 2
        await driver.pilot.press("escape")
        await until(lambda: isinstance(app.screen, Keys), driver)
