"""Edit: everything about a key but its secret."""

from __future__ import annotations

from datetime import UTC, datetime

from textual.widgets import Input

from tests.tui.conftest import AppMaker
from tests.tui.driving import dialog, fits
from tui.app import KeyfobApp
from tui.screens.edit import EditScreen
from tui.widgets.check import CheckList
from tui.widgets.preview import GlobPreview
from vault.keys.glob import Glob
from vault.keys.grant import Grant
from vault.keys.key import Key
from vault.vault import Change


def key_of(app: KeyfobApp, name: str) -> Key:
    assert app.vault is not None
    return app.vault.find(name)


async def test_every_field_is_saved(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with dialog(app, EditScreen(key_of(app, "mirror"))) as it:
        await it.fill("#name", "mirror-two")
        await it.fill("#owner", "fabrikam")
        await it.fill("#globs", "Contoso.* Ada.Utils.Text")
        await it.fill("#lifetime", "2027-03-01")
        await it.fill("#note", "on the build server")
        it.app.screen.query_one(CheckList).focus()
        await it.press("end", "up", "space", "ctrl+s")
        [key] = it.results
        assert key == it.vault.find("mirror-two")
        assert (key.owner, key.note) == ("fabrikam", "on the build server")
        assert key.actions == ("push", "unlist")
        assert [glob.text for glob in key.globs] == ["Contoso.*", "Ada.Utils.Text"]
        assert key.lifetime.expires == datetime(2027, 3, 1, tzinfo=UTC)


async def test_the_preview_follows_the_globs(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with dialog(app, EditScreen(key_of(app, "release-bot"))) as it:
        preview = it.app.screen.query_one(GlobPreview)
        assert "covers 6 of 9 ids in this directory" in preview.render().plain
        assert "Contoso.Web, Contoso.Web.Client and 3 more" in preview.render().plain
        await it.fill("#globs", "Contoso*")
        assert "covers 8 of 9 ids in this directory" in preview.render().plain


async def test_what_a_change_means_at_the_registry_is_said(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with dialog(app, EditScreen(key_of(app, "release-bot"))) as it:
        await it.press("tab")
        assert (
            "nuget.org cannot change the owner of a key it has made: write what it says" in it.flat
        )
        it.app.screen.query_one("#globs").focus()
        await it.settle()
        assert "Change the packages at nuget.org, too." in it.flat
        it.app.screen.query_one("#lifetime").focus()
        await it.settle()
        assert "cannot change the end of a key it has made" in it.flat
        assert fits(it.app.screen) == []
    app = make_app(demo=True)
    async with dialog(app, EditScreen(key_of(app, "mirror"))) as it:
        assert "key it has made" not in it.flat


async def test_a_date_or_a_length_shows_where_it_ends(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with dialog(app, EditScreen(key_of(app, "mirror"))) as it:
        field = it.app.screen.query_one("#lifetime", Input)
        field.focus()
        await it.fill("#lifetime", "30d")
        assert "Until Sun 6 Dec 2026; made on Fri 6 Nov 2026." in it.flat
        await it.fill("#lifetime", "never")
        assert "Never expires; made on Fri 6 Nov 2026." in it.flat


async def test_a_refused_field_is_said_and_nothing_is_saved(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with dialog(app, EditScreen(key_of(app, "release-bot"))) as it:
        await it.fill("#name", "utils-new")
        await it.press("enter")
        assert "✗ A key called 'utils-new' exists already." in it.flat
        await it.fill("#name", "fresh")
        assert "✗ A key" not in it.flat
        await it.fill("#lifetime", "90d")
        await it.press("enter")
        assert "✗ nuget.org gives a key 30 days at most" in it.flat
        assert it.results == []
        assert it.vault.find("release-bot").revision == 1


async def test_an_untouched_date_keeps_its_time_of_day(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    old = key_of(app, "release-bot")
    async with dialog(app, EditScreen(old)) as it:
        await it.fill("#note", "")
        await it.press("enter")
        assert it.results[0].lifetime == old.lifetime
        assert it.results[0].note == ""


async def test_uneven_grants_survive_an_edit_of_something_else(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    assert app.vault is not None
    key = key_of(app, "release-bot")
    uneven = (Grant("push", Glob("A.*")), Grant("unlist", Glob("B.*")))
    key = app.vault.edit(key.id, Change(grants=uneven))
    async with dialog(app, EditScreen(key)) as it:
        await it.fill("#owner", "fabrikam")
        await it.press("enter")
        assert it.results[0].grants == uneven


async def test_escape_asks_once_if_something_was_changed(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with dialog(app, EditScreen(key_of(app, "mirror"))) as it:
        await it.fill("#name", "changed")
        await it.press("escape")
        assert "esc again leaves" in it.flat
        assert it.results == []
        await it.press("escape")
        assert it.results == [None]
        assert it.vault.find("mirror").revision == 1


async def test_saving_without_a_change_just_closes(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with dialog(app, EditScreen(key_of(app, "mirror"))) as it:
        await it.click("enter save")
        assert it.results == [None]


async def test_arrows_and_the_mouse_reach_the_fields(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with dialog(app, EditScreen(key_of(app, "mirror"))) as it:
        await it.press("down")
        assert it.app.focused is it.app.screen.query_one("#owner")
        await it.press("up")
        assert it.app.focused is it.app.screen.query_one("#name")
        await it.click("Unlist, relist")
        assert "unlist" in it.app.screen.query_one(CheckList).ticked
