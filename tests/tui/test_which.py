"""Who may push this: the answer while it is typed, and the way to the key that may."""

from __future__ import annotations

import pytest

from tests.tui.conftest import AppMaker
from tests.tui.driving import add, dialog, fits
from tui.screens.keys import Keys
from tui.screens.which import WhichScreen
from tui.widgets.fields import TextField
from tui.widgets.key_list import KeyList
from vault.keys.glob import Glob, Matching
from vault.keys.grant import Grant
from vault.keys.key import Draft


async def test_every_key_answers_the_narrowest_that_may_first(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    assert app.vault is not None
    async with dialog(app, WhichScreen(app.vault.keys)) as it:
        assert "7 keys to ask." in it.text
        await it.fill("#asked", "push-version Contoso.Core")
        rows = [line.split() for line in it.text.splitlines() if "✓ may " in line]
        assert [row[row.index("may") + 1] for row in rows] == ["release-bot", "mirror"]
        assert "legacy-ci expired 3 days ago." in it.flat
        assert "own feed" in it.text
        assert "crates-yank" not in it.text
        assert "1 key is left out: its registry holds nothing so named." in it.flat
        assert fits(it.app.screen) == []


async def test_what_depends_on_the_id_says_on_what(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    assert app.vault is not None
    async with dialog(app, WhichScreen(app.vault.keys)) as it:
        await it.fill("#asked", "contoso.core")
        assert "but not create it if the id is new." in it.flat


@pytest.mark.parametrize("asked", ["fly Contoso.Core", "push \x1b[2J"])
async def test_what_is_no_question_is_said_to_be_none(make_app: AppMaker, asked: str) -> None:
    app = make_app(demo=True)
    assert app.vault is not None
    async with dialog(app, WhichScreen(app.vault.keys)) as it:
        await it.fill("#asked", asked)
        await it.press("enter")
        assert not it.results
        assert "✓ may" not in it.text


async def test_enter_goes_to_the_first_key_that_may(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.app.workers.wait_for_complete()
        await pilot.press("w")
        await pilot.pause()
        app.screen.query_one("#asked", TextField).value = "yank ada-tools"
        await pilot.pause()
        await pilot.press("enter")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert isinstance(app.screen, Keys)
        selected = app.screen.query_one(KeyList).selected
        assert selected is not None
        assert selected.name == "crates-yank"


async def test_foreign_text_stays_text(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    assert app.vault is not None
    old = app.vault.find("mirror")
    grants = (Grant("push", Glob("[@click=app.bell]x[/]*", Matching.GLOB)),)
    add(app.vault, Draft("[/nope]", "own-feed", "\x1b]2;T\x07", grants, old.lifetime), "made-up")
    async with dialog(app, WhichScreen(app.vault.keys)) as it:
        await it.fill("#asked", "[b]Contoso")
        assert "8 keys are left out" in it.flat
        await it.fill("#asked", "Contoso")
        assert "[/nope]" in it.text
        assert "[@click=app.bell]" in it.text
