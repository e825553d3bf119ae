"""What is wrong, and from there to what mends it."""

from __future__ import annotations

import pytest

from tests.tui.conftest import AppMaker
from tests.tui.driving import Driver, fits
from tui.screens.doctor import DoctorScreen
from tui.screens.edit import EditScreen
from tui.screens.keys import Keys
from tui.screens.rotate import RotateScreen
from tui.widgets.key_list import KeyList
from vault.doctor.finding import Finding, Kind, Mend


async def press(driver: Driver, *keys: str) -> None:
    """Press without waiting for the command that opened the dialog: it waits for the dialog."""
    for key in keys:
        await driver.pilot.press(key)
        await driver.pilot.pause()


async def test_the_worst_comes_first_and_enter_rotates_it(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24)) as pilot:
        driver = Driver(app, pilot)
        await driver.settle()
        await press(driver, "o")
        assert isinstance(app.screen, DoctorScreen)
        assert "9 things were found." in driver.text
        assert "and 4 more below" in driver.text
        assert "1 of 9 · enter rotate it" in driver.text
        assert "▌ legacy-ci expired 3 days ago." in driver.text
        assert fits(app.screen) == []
        await press(driver, "enter")
        assert isinstance(app.screen, RotateScreen)
        await press(driver, "escape")
        assert isinstance(app.screen, Keys)
        selected = app.screen.query_one(KeyList).selected
        assert selected is not None
        assert selected.name == "legacy-ci"


async def test_each_finding_goes_to_its_own_mend(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24)) as pilot:
        driver = Driver(app, pilot)
        await driver.settle()
        await press(driver, "o", "down", "down", "down")
        assert "▌ mirror covers every package" in driver.text
        assert "enter edit it" in driver.text
        await press(driver, "enter")
        assert isinstance(app.screen, EditScreen)


async def test_nothing_is_wrong(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24)) as pilot:
        driver = Driver(app, pilot)
        await driver.settle()
        app.push_screen(DoctorScreen([]), driver.results.append)
        await driver.settle()
        assert "✓ Nothing is wrong." in driver.text
        await driver.press("enter")
        assert not driver.results
        await driver.press("escape")
        assert driver.results == [None]


async def test_a_finding_about_the_vault_is_told_and_no_key_is_gone_to(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    finding = Finding(Kind.NO_BACKUP, "There is no [b]backup[/nope].", "Save.", Mend.BY_HAND)
    async with app.run_test(size=(80, 24)) as pilot:
        driver = Driver(app, pilot)
        await driver.settle()
        app.push_screen(DoctorScreen([finding]), driver.results.append)
        await driver.settle()
        assert "There is no [b]backup[/nope]." in driver.text
        assert "One thing was found." in driver.text
        assert "worst" not in driver.text
        await driver.press("enter")
        assert not driver.results


@pytest.mark.parametrize("size", [(72, 20), (80, 24)])
async def test_a_ci_that_needs_no_key_is_told_last_and_enter_opens_the_page(
    make_app: AppMaker, size: tuple[int, int]
) -> None:
    opened: list[str] = []
    app = make_app(demo=True, pages=opened)
    async with app.run_test(size=size) as pilot:
        driver = Driver(app, pilot)
        await driver.settle()
        await press(driver, "o", "end")
        assert "9 of 9 · enter open the page" in driver.text
        assert "▌ release-bot may not be needed at GitHub contoso/core." in driver.text
        await press(driver, "enter")
        page = "https://www.nuget.org/account/trustedpublishing"
        assert opened == [page]
        assert f"Asked the browser to open {page}" in driver.flat
        assert fits(app.screen) == []
        assert isinstance(app.screen, DoctorScreen)
        await press(driver, "up")
        assert "Asked the browser" not in driver.flat


@pytest.mark.parametrize("page", ["https://nuget.invalid/page[/]", ""])
async def test_without_a_browser_or_an_address_it_is_said(make_app: AppMaker, page: str) -> None:
    app = make_app(demo=True)
    app.open_page = lambda _: False
    finding = Finding(Kind.KEYLESS, "ci.", "Set it up.", Mend.PAGE, "1", "ci", page)
    async with app.run_test(size=(80, 24)) as pilot:
        driver = Driver(app, pilot)
        await driver.settle()
        app.push_screen(DoctorScreen([finding]), driver.results.append)
        await driver.settle()
        await driver.press("enter")
        said = f"The page is {page}" if page else "The address of that page is not known here."
        assert said in driver.flat
        assert not driver.results
