"""Hostile text through every field, and every screen of the app: drawn inert, never obeyed."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.screen import Screen
from textual.widgets import Input

from tests.attack.hostile import SECRET, TEXTS, faked, plant, unfit
from tests.terminal import Terminal
from tests.tui.conftest import AppMaker, MovableClock
from tests.tui.driving import V4, Driver, dialog
from tui.app import KeyfobApp
from tui.screens.confirm import Confirm
from tui.screens.edit import EditScreen
from tui.screens.help import Help
from tui.screens.rotate import RotateScreen
from tui.screens.unlock import Unlock
from tui.widgets.key_list import KeyList
from tui.wizard.screen import CreateWizard
from vault.errors import StorageError
from vault.keys.key import Key
from vault.packages import PackageId
from vault.sealing.kdf import CHEAPEST
from vault.store.file import FileStore
from vault.vault import Vault

SIZE = (120, 40)
KNOWN = "nuget.org"


# Each run of the app takes seconds, so what is replaced in the same way is put together.
DRAWN = {
    "escapes": TEXTS["title"] + TEXTS["c1"] + TEXTS["screen"],
    "unseen": TEXTS["bidi"] + TEXTS["zero width"] + TEXTS["private"],
    "lines": TEXTS["lines"],
    "closing tag": TEXTS["closing tag"],
    "click": TEXTS["click"] + TEXTS["style"],
    "long": TEXTS["long"],
}


@pytest.fixture(params=list(DRAWN))
def text(request: pytest.FixtureRequest) -> str:
    return DRAWN[request.param]


@pytest.fixture
def app(
    make_app: AppMaker, text: str, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> KeyfobApp:
    """An app whose vault holds the text in every field of two keys, the most urgent ones."""
    app = make_app(demo=True)
    assert app.vault is not None
    plant(app.vault, text, clock(), monkeypatch)
    plant(app.vault, text, clock(), monkeypatch, registry=KNOWN)
    return app


def keys(app: KeyfobApp) -> list[Key]:
    """The two hostile keys."""
    assert app.vault is not None
    return [key for key in app.vault.keys if key.format in DRAWN.values()]


def look(it: Driver) -> None:
    """Nothing on the screen, in a picture of it, or in the titles steers anything."""
    assert not unfit(it.text), unfit(it.text)
    assert not faked(it.text)
    assert SECRET not in it.text
    for strip in it.app.screen._compositor.render_strips():
        for segment in strip:
            assert "bell" not in str(segment.style and segment.style.meta)
            assert not (segment.style and segment.style.link)
    picture = html.unescape(re.sub(r"<[^>]*>", "", it.app.export_screenshot()))
    assert not unfit(picture.replace("\xa0", " ")), unfit(picture)
    assert not unfit(it.app.title + it.app.sub_title)


async def press(it: Driver, *keys: str) -> None:
    """Press keys without waiting for what waits for an answer itself, as a dialog does."""
    await it.pilot.press(*keys)
    await it.pilot.pause(0.05)


async def opened(it: Driver, screen: Screen[Any]) -> None:
    """Put a screen over the list, look at it, and take it away."""
    it.app.push_screen(screen)
    await it.settle()
    look(it)
    await it.app.pop_screen()
    await it.settle()


async def test_the_list_the_details_and_the_dialogs(app: KeyfobApp) -> None:
    async with dialog(app, Help(), size=SIZE) as it:
        await press(it, "escape")
        assert it.app.screen.query(KeyList)
        for _ in keys(app):
            look(it)
            await press(it, "down")
        await press(it, "home")
        for name in ("x", "d", "u", "question_mark", "p", "t"):
            await press(it, name)
            look(it)
            if not it.app.screen.query(KeyList):
                await press(it, "escape")
        await press(it, "home", "c")
        look(it)


@pytest.mark.parametrize("way", ["copy", "tell", "complain", "textual's own"])
async def test_what_is_said_in_passing(app: KeyfobApp, text: str, way: str) -> None:
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        it = Driver(app, pilot)
        await it.settle()
        if way == "copy":
            await it.press("home", "c")
        elif way == "tell":
            app.tell(text)
        elif way == "complain":
            app.complain(StorageError(text, text))
        else:
            app.notify(text, title=text)
        await it.settle()
        await pilot.pause(0.05)
        assert app.screen.query("Toast")
        look(it)


async def test_what_is_typed_into_the_filter_and_the_palette(app: KeyfobApp, text: str) -> None:
    async with dialog(app, Help(), size=SIZE) as it:
        await press(it, "escape", "slash")
        app.post_message(events.Paste(text[:200]))
        await press(it, "x")
        look(it)
        await press(it, "escape", "ctrl+p")
        app.post_message(events.Paste(text[:200]))
        await press(it, "x")
        assert app.screen.query_one("CommandInput", Input).value
        look(it)


async def test_edit_rotate_revoke_and_remove(app: KeyfobApp) -> None:
    async with dialog(app, Help(), size=SIZE) as it:
        await press(it, "escape")
        for key in keys(app):
            await opened(it, EditScreen(key))
        [known] = [key for key in keys(app) if key.registry == KNOWN]
        await opened(it, RotateScreen(known))
        for name in ("e", "r", "x", "d"):
            await press(it, "home", name)
            look(it)
            if not it.app.screen.query(KeyList):
                await press(it, "escape")
            if isinstance(app.screen, Confirm):
                await press(it, "escape")


async def test_the_wizard_with_hostile_packages_and_owners(app: KeyfobApp, text: str) -> None:
    hostile = PackageId(text, "nuget", text)
    async with dialog(app, CreateWizard(), size=SIZE) as it:
        app.found_packages((hostile, PackageId("Contoso.Core", "nuget", text)))
        await it.settle()
        seen = set()
        for _ in range(9):
            look(it)
            seen.add(it.step)
            if it.step == "Packages":
                await it.fill("#globs", "*")
                look(it)
            await press(it, "enter")
            await it.settle()
        look(it)
        assert {"Registry", "Name", "Owner", "Packages"} <= seen


async def test_what_is_pasted_into_a_form_is_refused_in_words_that_are_inert(
    app: KeyfobApp, text: str
) -> None:
    [known] = [key for key in keys(app) if key.registry == KNOWN]
    async with dialog(app, Help(), size=SIZE) as it:
        for field in ("#note", "#lifetime", "#globs", "#owner", "#name"):
            screen = EditScreen(known)
            app.push_screen(screen)
            await it.settle()
            await it.fill(field, f"{text} more")
            look(it)
            await press(it, "ctrl+s")
            look(it)
            if not text.isprintable():
                assert app.screen is screen, f"{field} was taken"
            if app.screen is screen:
                await app.pop_screen()
            [known] = [key for key in keys(app) if key.id == known.id]


async def test_a_hostile_secret_on_the_clipboard_is_refused(app: KeyfobApp, text: str) -> None:
    [known] = [key for key in keys(app) if key.registry == KNOWN]
    async with dialog(app, RotateScreen(known), size=SIZE) as it:
        await it.fill("SecretField", V4[:9] + text + V4[9:])
        look(it)
        await press(it, "enter")
        look(it)
        if not text.isprintable():
            assert "invisible character" in it.flat
            assert not it.results


async def test_the_unlock_screen_says_a_hostile_reason_inert(make_app: AppMaker, text: str) -> None:
    async with dialog(make_app(demo=True), Unlock(text), size=SIZE) as it:
        look(it)


@pytest.mark.terminal
def test_no_payload_reaches_a_real_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "data" / "keyfob" / "keys.keyfob"
    vault, _ = Vault.create(FileStore(path), "made-up horse battery", cost=CHEAPEST)
    now = MovableClock()()
    for text in TEXTS.values():
        plant(vault, text, now + timedelta(days=30), monkeypatch)
    vault.lock()
    with Terminal(home=tmp_path, size=SIZE) as terminal:
        terminal.wait_for("Unlock")
        terminal.send("made-up horse battery\r")
        terminal.wait_for("New")
        for key in ("\x1b[B" * 6, "\x1b[B" * 6, "x", "\x1b", "e"):
            terminal.send(key)
            terminal.read(0.3)
        terminal.send("\x11")
        terminal.wait_for_end()
        for payload in (b"\x1b]2;PWNED", b"\x1b]0;PWNED", b"\x1b]52;c;UFdORUQ", b"\x1bc", b"\x9d"):
            assert payload not in terminal.raw
        drawn = terminal.raw.decode()
        assert not {char for char in drawn if char in "\u202e\u2066\u200f\u061c\u2060\u2028\x9b"}
