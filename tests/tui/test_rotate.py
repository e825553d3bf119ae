"""Rotate: a new secret for the same key."""

from __future__ import annotations

from datetime import timedelta

from tests.tui.conftest import NOW, AppMaker
from tests.tui.driving import OTHER_V4, V4, Driver, dialog, fits, hoard
from tui.app import KeyfobApp
from tui.screens.rotate import RotateScreen
from vault.clipboard.memory import MemoryClipboard
from vault.keys.key import Key
from vault.registries.loader import load


def key_of(app: KeyfobApp, name: str) -> Key:
    assert app.vault is not None
    return app.vault.find(name)


def revealed(it: Driver, name: str) -> str:
    with it.vault.secret(it.vault.find(name).id) as secret:
        return secret.reveal()


async def test_a_pasted_value_restarts_the_clock(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    old = key_of(app, "release-bot")
    async with dialog(app, RotateScreen(old)) as it:
        assert "It lives 30 days again, until Tue 22 Dec 2026." in it.flat
        assert "the old value stops working at once" in it.flat
        await it.fill("SecretField", V4)
        await it.press("enter")
        [key] = it.results
        assert key == it.vault.find("release-bot")
        assert (key.id, key.grants, key.revision) == (old.id, old.grants, 2)
        assert (key.lifetime.created, key.lifetime.duration) == (NOW, timedelta(days=30))
        assert revealed(it, "release-bot") == V4
        assert hoard(app, V4) == []


async def test_an_expired_key_comes_back_to_life(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with dialog(app, RotateScreen(key_of(app, "legacy-ci"))) as it:
        await it.fill("SecretField", V4)
        await it.press("enter")
        assert it.results[0].lifetime.say(NOW) == "in 30 days"


async def test_the_same_value_is_refused(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with dialog(app, RotateScreen(key_of(app, "release-bot"))) as it:
        await it.fill("SecretField", revealed(it, "release-bot"))
        await it.press("enter", "enter")
        assert "✗ This is the secret it has now." in it.flat
        assert it.results == []
        assert it.vault.find("release-bot").revision == 1


async def test_another_keys_value_needs_a_second_enter(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with dialog(app, RotateScreen(key_of(app, "release-bot"))) as it:
        await it.fill("SecretField", revealed(it, "utils-new"))
        await it.press("enter")
        assert "✗ utils-new holds this very key already. Enter again keeps it twice." in it.flat
        await it.fill("SecretField", OTHER_V4)
        await it.press("enter")
        assert it.results[0].revision == 2


async def test_another_registrys_key_is_pointed_out(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with dialog(app, RotateScreen(key_of(app, "release-bot"))) as it:
        await it.fill("SecretField", "cio" + "a1B2" * 8)
        assert "! This looks like a crates.io token, not a nuget.org key." in it.flat


async def test_a_feeds_secret_is_made(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with dialog(app, RotateScreen(key_of(app, "old-hand-made"))) as it:
        old = revealed(it, "old-hand-made")
        assert "It lives without an end, as before." in it.flat
        await it.press("enter")
        assert it.results[0].lifetime.expires is None
        assert revealed(it, "old-hand-made").startswith("kfob_")
        assert revealed(it, "old-hand-made") != old


async def test_where_a_new_key_is_needed_its_fields_are_listed(
    make_app: AppMaker, clipboard: MemoryClipboard
) -> None:
    pages: list[str] = []
    app = make_app(demo=True, pages=pages)
    async with dialog(app, RotateScreen(key_of(app, "crates-yank"))) as it:
        assert "Crates ada-*" in it.flat
        await it.press("down", "f2", "ctrl+o")
        assert clipboard.copies[-1].reveal() == "90 days"
        assert pages == [load("crates.io").page("create")]


async def test_escape_changes_nothing_and_asks_once_if_a_secret_was_pasted(
    make_app: AppMaker,
) -> None:
    app = make_app(demo=True)
    async with dialog(app, RotateScreen(key_of(app, "release-bot"))) as it:
        await it.fill("SecretField", V4)
        await it.press("escape")
        assert "esc again leaves" in it.flat
        await it.click("esc cancel")
        assert it.results == [None]
        assert it.vault.find("release-bot").revision == 1


async def test_a_ci_that_needs_no_key_is_told_before_the_new_value_is_got(
    make_app: AppMaker,
) -> None:
    pages: list[str] = []
    app = make_app(demo=True, pages=pages)
    async with dialog(app, RotateScreen(key_of(app, "release-bot"))) as it:
        assert "GitHub Actions can publish without a key: f3 opens the page." in it.flat
        assert fits(app.screen) == []
        await it.press("f3")
        await it.click("f3 opens")
        assert pages == ["https://www.nuget.org/account/trustedpublishing"] * 2
        assert "Asked the browser to open https://www.nuget.org/" in it.flat
        await it.fill("SecretField", V4)
        await it.press("enter")
        assert it.results[0].revision == 2


async def test_a_key_that_no_ci_could_do_without_is_told_nothing(make_app: AppMaker) -> None:
    pages: list[str] = []
    app = make_app(demo=True, pages=pages)
    async with dialog(app, RotateScreen(key_of(app, "utils-new"))) as it:
        assert "without a key" not in it.text
        await it.press("f3")
        assert pages == []
