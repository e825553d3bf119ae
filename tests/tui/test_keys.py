"""The main screen: order, details, finding, copying, and what cannot be undone."""

from __future__ import annotations

from typing import Any

from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from tests.tui.conftest import AppMaker, MovableClock
from tests.tui.driving import Driver, found
from tui.app import KeyfobApp
from tui.desk import Desk
from tui.screens.confirm import Confirm
from tui.screens.keys import Keys
from tui.screens.too_small import TooSmall
from tui.screens.unlock import Unlock
from tui.widgets.command_bar import CommandBar
from tui.widgets.fields import TextField
from tui.widgets.key_details import KeyDetails
from tui.widgets.key_list import KeyList
from tui.widgets.summary import Summary
from vault.clipboard.memory import MemoryClipboard
from vault.vault import Vault


def names(app: KeyfobApp) -> list[str]:
    return [row.key.name for row in app.screen.query_one(KeyList)._rows]


def shows(app: KeyfobApp, kind: type[Screen[Any]]) -> bool:
    return isinstance(app.screen, kind)


def drawn(app: KeyfobApp, widget: type[Summary | KeyDetails]) -> str:
    return app.screen.query_one(widget).render().plain


def vault_of(app: KeyfobApp) -> Vault:
    assert app.vault is not None
    return app.vault


async def settle(pilot: Pilot[None]) -> None:
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def test_the_app_is_the_desk_that_screens_expect(make_app: AppMaker) -> None:
    desk: Desk = make_app(demo=True)  # the type checker reads this line
    assert desk.vault is not None


async def test_the_most_urgent_key_comes_first(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert names(app) == [
            "legacy-ci",
            "release-bot",
            "docs-deploy",
            "utils-new",
            "crates-yank",
            "mirror",
            "old-hand-made",
        ]
        assert "7 keys   1 expired   2 due" in drawn(app, Summary)


async def test_details_follow_the_cursor_and_name_near_misses(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.found_packages(found("Contoso", "Contoso.Core", "ContosoLab"))
        await pilot.press("down")
        text = drawn(app, KeyDetails)
        assert "Contoso.*   1 of 3 ids here   not Contoso, ContosoLab" in text
        assert "push new versions only   not new packages, not unlist" in text
        assert "2 of 30 days left" in text


async def test_copy_puts_the_secret_on_the_clipboard_and_counts_down(
    make_app: AppMaker, clipboard: MemoryClipboard, clock: MovableClock
) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("down", "c")
        await settle(pilot)
        key = vault_of(app).find("release-bot")
        with vault_of(app).secret(key.id) as secret:
            assert clipboard.content == secret
        assert key.copied == clock.time
        assert "copied, clears in 30 s" in drawn(app, Summary)
        clock.forward(seconds=12)
        app._tick()
        assert "clears in 18 s" in drawn(app, Summary)
        clock.forward(seconds=19)
        app._tick()
        assert "clears" not in drawn(app, Summary)


async def test_enter_and_a_double_click_copy_too(
    make_app: AppMaker, clipboard: MemoryClipboard
) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("down", "enter")
        await settle(pilot)
        assert clipboard.content is not None
        clipboard.clear()
        await pilot.double_click(KeyList, offset=(5, 3))
        await settle(pilot)
        selected = app.screen.query_one(KeyList).selected
        assert selected is not None
        assert selected.name == "utils-new"
        with vault_of(app).secret(selected.id) as secret:
            assert clipboard.content == secret


async def test_an_expired_key_is_copied_only_when_asked_twice(
    make_app: AppMaker, clipboard: MemoryClipboard
) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("c")
        await settle(pilot)
        assert clipboard.content is None
        await pilot.press("c")
        await settle(pilot)
        assert clipboard.content is not None


async def test_find_narrows_as_one_types_and_escape_shows_all(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("slash", *"contoso push-version")
        await pilot.pause()
        assert names(app) == ["release-bot"]
        await pilot.press(*"zz")
        await pilot.pause()
        assert names(app) == []
        empty = app.screen.query_one("#empty", Static)
        assert "Nothing matches" in str(empty.content)
        await pilot.press("escape")
        await pilot.pause()
        assert len(names(app)) == 7


async def test_while_finding_the_bar_shows_the_keys_that_work(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24)) as pilot:
        driver = Driver(app, pilot)
        await driver.settle()
        assert " n New " in driver.text
        await driver.press("slash", "c", "o")
        assert " n New " not in driver.text
        await driver.click("Go to the keys")
        assert " n New " in driver.text
        assert "Go to the keys" not in driver.text
        await driver.press("slash")
        await driver.click("All keys")
        assert len(names(app)) == 7
        assert " n New " in driver.text


async def test_the_side_pane_narrows_by_state_registry_and_owner(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.click("#side", offset=(4, 3))
        await pilot.pause()
        assert names(app) == ["release-bot", "docs-deploy"]
        await pilot.press("escape")
        await pilot.click("#side", offset=(4, 7))
        await pilot.pause()
        assert names(app) == ["legacy-ci", "release-bot", "utils-new"]


async def test_revoke_asks_and_keeps_the_settings(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("down", "x")
        await pilot.pause()
        assert shows(app, Confirm)
        await pilot.press("escape")
        await pilot.pause()
        assert vault_of(app).find("release-bot").lifetime.revoked is None
        await pilot.press("x", "enter")
        await settle(pilot)
        key = vault_of(app).find("release-bot")
        assert key.lifetime.revoked is not None
        assert key.globs[0].text == "Contoso.*"
        assert names(app)[-1] == "release-bot"


async def test_delete_wants_the_name_typed(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("down", "d")
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert shows(app, Confirm)
        app.screen.query_one(TextField).value = "release-bot"
        await pilot.press("enter")
        await settle(pilot)
        assert shows(app, Keys)
        assert "release-bot" not in names(app)
        assert len(vault_of(app).keys) == 6


async def test_everything_is_in_sight_at_80x24(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for widget in app.screen.walk_children(Widget):
            if widget.display and widget.region:
                assert app.screen.region.contains_region(widget.region), widget
        assert not app.screen.query_one(KeyList).show_vertical_scrollbar


async def test_a_window_too_small_says_which_size_is_needed(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.resize_terminal(50, 12)
        await pilot.pause()
        assert shows(app, TooSmall)
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert shows(app, Keys)


async def test_nobody_there_locks_the_vault_and_clears_the_clipboard(
    make_app: AppMaker, clock: MovableClock, clipboard: MemoryClipboard
) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        vault = vault_of(app)
        await pilot.press("down", "c")
        await settle(pilot)
        clock.forward(seconds=280)
        app._tick()
        assert "locks in 20 s" in drawn(app, Summary)
        await pilot.press("down")
        clock.forward(seconds=299)
        app._tick()
        assert not shows(app, Unlock)
        clock.forward(seconds=2)
        app._tick()
        await settle(pilot)
        assert shows(app, Unlock)
        assert vault.locked
        assert app.vault is None
        assert clipboard.content is None


async def test_lock_closes_open_dialogs_too(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("question_mark")
        await pilot.pause()
        app.lock()
        await settle(pilot)
        assert shows(app, Unlock)


async def test_quit_clears_the_clipboard_and_locks(
    make_app: AppMaker, clipboard: MemoryClipboard
) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        vault = vault_of(app)
        await pilot.press("down", "c")
        await settle(pilot)
        await pilot.press("q")
        await pilot.pause()
    assert clipboard.content is None
    assert vault.locked


async def test_keys_of_one_key_do_nothing_on_an_empty_list(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for key in list(vault_of(app).keys):
            vault_of(app).remove(key.id)
        screen = app.screen
        assert isinstance(screen, Keys)
        screen.reload()
        await pilot.press("c", "e", "r", "x", "d", "enter")
        await settle(pilot)
        assert shows(app, Keys)
        assert "Press n to create" in str(app.screen.query_one("#empty", Static).content)


async def test_a_list_made_narrower_has_no_scrollbar_below_the_keys(
    make_app: AppMaker,
) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(109, 40)) as pilot:  # from 110 a side pane takes its part
        await settle(pilot)
        assert isinstance(app.screen, Keys)
        app.screen.reload()
        await pilot.resize_terminal(110, 40)
        await settle(pilot)
        assert not app.screen.query_one(KeyList).show_horizontal_scrollbar


async def test_both_themes_and_the_command_bar_by_mouse(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert app.theme == "keyfob-dark"
        await pilot.press("t")
        assert app.theme == "keyfob-light"
        bar = app.screen.query_one(CommandBar).render().plain
        await pilot.click("CommandBar", offset=(bar.index("Help") + 2, 0))
        await pilot.pause()
        assert app.screen.__class__.__name__ == "Help"
