"""Keys that arrive all at once, as a password manager types them."""

from __future__ import annotations

from textual import events

from tests.tui.conftest import AppMaker
from tests.tui.driving import Driver
from tui.app import KeyfobApp
from tui.screens.first_run import FirstRun
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
