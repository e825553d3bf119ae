"""Where a key is installed: ticked off by hand, by a command, waived, added, forgotten."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from tests.tui.conftest import NOW, PASSWORD, AppMaker
from tests.tui.driving import V4, Driver, fits, the_key
from tui.app import KeyfobApp
from tui.screens.add_place import AddPlace
from tui.screens.keys import Keys
from tui.screens.places import PlacesScreen
from tui.widgets.fields import TextField
from tui.widgets.key_list import KeyList
from tui.widgets.rows import RowList
from vault.home import Home
from vault.keys.grant import grants_for
from vault.keys.key import Draft
from vault.keys.lifetime import Lifetime
from vault.keys.place import Place, places_behind
from vault.keys.secret import Secret
from vault.registries.loader import load

SCRIPT = """import sys
data = sys.stdin.read()
open(sys.argv[2], "w").write(data)
print("got", data)
sys.exit(int(sys.argv[1]))
"""


@pytest.fixture
def app(make_app: AppMaker, home: Home, tmp_path: Path) -> KeyfobApp:
    """An unlocked vault with one rotated key, installed nowhere yet by its new secret."""
    (tmp_path / "install.py").write_text(SCRIPT)
    vault, _ = home.create(PASSWORD)
    globs = load("crates.io").parse_globs(["ada-*"])
    lifetime = Lifetime(NOW, NOW + timedelta(days=90))
    draft = Draft("ci", "crates.io", "ada", grants_for(("yank",), globs), lifetime)
    key = vault.add(draft, Secret("cio" + "a" * 32))
    for where, status in (("good", "0"), ("bad", "3")):
        command = f"{sys.executable} {tmp_path}/install.py {status} {tmp_path}/installed"
        vault.add_place(key.id, Place("ci-secret", where, command))
    vault.add_place(key.id, Place("machine", "by hand"))
    vault.rotate(key.id, Secret(V4), retire=True)
    made = make_app()
    made.directory = tmp_path
    made.vault = vault
    return made


@asynccontextmanager
async def places(app: KeyfobApp) -> AsyncIterator[Driver]:
    async with app.run_test(size=(80, 24)) as pilot:
        driver = Driver(app, pilot)
        app.show(Keys())
        await pilot.pause()
        app.push_screen(PlacesScreen(the_key(app)))
        await driver.until("Where ci is installed")
        yield driver


def under_cursor(app: KeyfobApp) -> str | None:
    row = app.screen.query_one(RowList).here
    return None if row is None else row.id


def selected(app: KeyfobApp) -> str:
    key = app.screen.query_one(KeyList).selected
    assert key is not None
    return key.name


def left(app: KeyfobApp) -> list[str]:
    return [place.where for place in places_behind(the_key(app))]


async def press(it: Driver, *keys: str) -> None:
    for key in keys:
        await it.pilot.press(key)
        await it.pilot.pause()


async def test_a_command_gets_the_secret_on_stdin_and_ticks_its_place_off(
    app: KeyfobApp, tmp_path: Path
) -> None:
    async with places(app) as it:
        assert "3 of 3 places are left to do." in it.text
        assert fits(app.screen) == []
        await press(it, "enter")
        assert "The secret goes to it on its standard input." in it.flat
        await press(it, "enter")
        await it.until("good: It ended well.")
        assert (tmp_path / "installed").read_text() == V4
        assert left(app) == ["bad", "by hand"]
        assert V4 not in it.text


async def test_a_command_that_fails_leaves_its_place_open_and_shows_no_secret(
    app: KeyfobApp,
) -> None:
    async with places(app) as it:
        await press(it, "down", "enter", "enter")
        await it.until("bad: It failed with exit status 3. It said: got •••")
        assert left(app) == ["good", "bad", "by hand"]
        assert V4 not in it.text


async def test_what_is_not_agreed_to_is_not_run(app: KeyfobApp, tmp_path: Path) -> None:
    async with places(app) as it:
        await press(it, "enter", "escape")
        await it.until("Where ci is installed")
        assert not (tmp_path / "installed").exists()
        assert len(left(app)) == 3


async def test_by_hand_waived_forgotten_and_the_old_value_ended(app: KeyfobApp) -> None:
    async with places(app) as it:
        await press(it, "down", "down", "enter")
        await it.until("by hand has the present secret.")
        await press(it, "down", "w")
        await it.until("bad does without it.")
        await press(it, "d")
        await it.until("Forget good?")
        await press(it, "enter")
        await it.until("good is forgotten.")
        assert left(app) == []
        assert "Every place is done; the old value is left." in it.text
        await press(it, "enter")
        await it.until("The old value is gone.")
        assert the_key(app).retire is None


async def test_the_cursor_goes_on_to_what_is_left_and_to_what_was_added(app: KeyfobApp) -> None:
    async with places(app) as it:
        await press(it, "down", "h")
        await it.until("bad has the present secret.")
        assert under_cursor(app) == "by hand"
        await press(it, "w")
        await it.until("by hand does without it.")
        assert under_cursor(app) == "good"
        await press(it, "a")
        app.screen.query_one("#where", TextField).value = "laptop"
        await press(it, "enter")
        await it.until("laptop is one of its places.")
        assert under_cursor(app) == "laptop"


async def test_before_the_first_rotation_nobody_has_said_what_a_place_has(app: KeyfobApp) -> None:
    vault = app.vault
    assert vault is not None
    globs = load("crates.io").parse_globs(["ada-*"])
    lifetime = Lifetime(NOW, NOW + timedelta(days=90))
    draft = Draft("fresh", "crates.io", "ada", grants_for(("yank",), globs), lifetime)
    key = vault.add(draft, Secret("cio" + "b" * 32))
    key = vault.add_place(key.id, Place("person", "Ada"))
    async with app.run_test(size=(80, 24)) as pilot:
        app.show(Keys())
        app.push_screen(PlacesScreen(key))
        await Driver(app, pilot).until("! not confirmed yet: install it by hand, then enter")


async def test_a_place_is_added_and_a_second_of_its_name_refused(app: KeyfobApp) -> None:
    async with places(app) as it:
        for said in ("is one of its places.", "has this place already"):
            await press(it, "a")
            assert isinstance(app.screen, AddPlace)
            assert fits(app.screen) == []
            app.screen.query_one("#where", TextField).value = "laptop [b]"
            await press(it, "tab", "down", "down", "enter")
            await it.until(said)
        assert [place.kind for place in the_key(app).places] == ["ci-secret"] * 2 + ["machine"] * 2


async def test_an_empty_name_or_a_broken_command_is_said_in_the_dialog(app: KeyfobApp) -> None:
    async with places(app) as it:
        await press(it, "a", "enter")
        assert isinstance(app.screen, AddPlace)
        assert "The place is empty." in it.flat
        app.screen.query_one("#where", TextField).value = "laptop"
        app.screen.query_one("#command", TextField).value = 'echo "open'
        await press(it, "enter")
        assert isinstance(app.screen, AddPlace)
        await press(it, "escape", "escape")
        assert len(the_key(app).places) == 3


async def test_without_a_place_only_adding_one_is_offered(app: KeyfobApp) -> None:
    vault = app.vault
    assert vault is not None
    key = the_key(app)
    vault.retire_done(key.id, revision=key.revision)
    for place in key.places:
        vault.remove_place(key.id, place.where)
    async with places(app) as it:
        assert "No place is known yet" in it.text
        assert "Not needed" not in it.text
        assert "Install" not in it.text
        await press(it, "a")
        app.screen.query_one("#where", TextField).value = "laptop"
        await press(it, "enter")
        await it.until("Not needed")
        assert "a variable of a CI system" in it.text


async def test_what_is_half_done_is_offered_at_the_next_start(app: KeyfobApp) -> None:
    vault = app.vault
    assert vault is not None
    life = Lifetime(NOW - timedelta(days=29), NOW + timedelta(days=1))
    grants = grants_for(("yank",), load("crates.io").parse_globs(["ada-*"]))
    vault.add(Draft("due", "crates.io", "ada", grants, life), Secret("cio" + "b" * 32))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        driver = Driver(app, pilot)
        await driver.until("Not everywhere yet: ci.")
        assert selected(app) == "ci"
        await press(driver, "i")
        await driver.until("Where ci is installed")
