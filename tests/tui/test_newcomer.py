"""A newcomer's way from no vault to the first copied key: how many keys it takes."""

from __future__ import annotations

from collections.abc import Callable

from textual import events

from tests.benchmarks.newcomer import JOURNEY, KEYS_LIMIT, PASTED
from tests.tui.conftest import AppMaker
from tests.tui.driving import Driver
from vault.clipboard.memory import MemoryClipboard
from vault.keys.secret import Secret


async def until(holds: Callable[[], bool], driver: Driver) -> None:
    """Let the app work until this holds; the open wizard itself is a worker that never ends."""
    for _ in range(200):
        await driver.pilot.pause()
        if holds():
            return
    raise AssertionError(driver.text)


async def shows(text: str, driver: Driver) -> None:
    await until(lambda: text in driver.text, driver)


async def test_a_newcomer_reaches_the_first_copied_key_in_twelve_keys(
    make_app: AppMaker, clipboard: MemoryClipboard
) -> None:
    app = make_app()
    pressed = 0
    async with app.run_test(size=(80, 24)) as pilot:
        driver = Driver(app, pilot)
        for answer in JOURNEY:
            await shows(answer.asked, driver)
            if answer.typed:
                app.post_message(events.Paste(answer.typed))
                await pilot.pause()
            assert not clipboard.copies
            await pilot.press(answer.key)
            pressed += 1
        await until(lambda: bool(clipboard.copies), driver)
        assert clipboard.content == Secret(PASTED)
        assert [key.name for key in driver.vault.keys] == ["nuget-1"]
    assert pressed <= KEYS_LIMIT
