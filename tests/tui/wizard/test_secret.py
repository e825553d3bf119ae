"""The registry's page: its fields to copy, and the page itself."""

from __future__ import annotations

import pytest

from tests.tui.conftest import NOW, AppMaker
from tests.tui.driving import V4, dialog
from tui.screens.rotate import RotateScreen
from tui.wizard.taken import fits, remark
from vault.clipboard.memory import MemoryClipboard
from vault.registries.loader import load


async def test_f2_copies_one_field_after_the_other(
    make_app: AppMaker, clipboard: MemoryClipboard
) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.go("Secret")
        await it.press("f2")
        assert clipboard.copies[-1].reveal() == "nuget-ada-1"
        await it.press("f2")
        assert clipboard.copies[-1].reveal() == "30 days"
        assert "✓ Key Name" in it.text
        await it.press("down", "f2")
        assert clipboard.copies[-1].reveal() == "Push only new package versions"
        await it.pilot.press(*V4)
        await it.settle()
        assert "✓ This is a nuget.org key (v4)." in it.flat


async def test_a_click_copies_a_field(make_app: AppMaker, clipboard: MemoryClipboard) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.go("Secret")
        await it.click("Glob Pattern")
        assert clipboard.copies[-1].reveal() == "Contoso.*"


async def test_in_the_list_itself_enter_and_c_copy(
    make_app: AppMaker, clipboard: MemoryClipboard
) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.go("Secret")
        await it.press("shift+tab", "enter")
        assert clipboard.copies[-1].reveal() == "nuget-ada-1"
        await it.press("c")
        assert clipboard.copies[-1].reveal() == "30 days"
        assert it.results == []


async def test_ctrl_o_opens_the_page(make_app: AppMaker) -> None:
    pages: list[str] = []
    async with dialog(make_app(demo=True, pages=pages)) as it:
        await it.go("Secret")
        await it.press("ctrl+o")
        assert pages == [load("nuget.org").page("create")]
        assert "Asked the browser to open https://www.nuget.org/account/apikeys" in it.flat
        await it.click("Open the page")
        assert len(pages) == 2


async def test_an_unknown_page_is_said(make_app: AppMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vault.registries.hosts.configured_urls", lambda _: ())
    pages: list[str] = []
    async with dialog(make_app(demo=True, pages=pages)) as it:
        await it.click("PyPI")
        await it.go("Packages")
        await it.fill("#globs", "contoso-docs")
        await it.go("Secret")
        await it.press("ctrl+o")
        assert pages == []
        assert "! The address of PyPI's page is not known here." in it.flat


def test_what_is_said_of_a_secret_holds_no_part_of_it() -> None:
    for text in (V4, V4[:20], "cio" + "a1B2" * 8, "anything at all"):
        found = load("nuget.org").recognise(text)
        assert text[:8] not in remark(found, NOW)
        assert fits(found, NOW) == (text == V4)


@pytest.mark.parametrize(
    ("pasted", "why"),
    [
        ("oops" + V4, "keyfob does not know this format. It is not a nuget.org key."),
        (V4[:-3], "This looks like a nuget.org v4 key, but"),
        ("npm_" + "a1B2" * 9, "not a nuget.org key."),
    ],
)
async def test_a_doubtful_secret_is_kept_by_a_second_enter_only(
    make_app: AppMaker, pasted: str, why: str
) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.go("Secret")
        await it.fill("SecretField", pasted)
        assert "!" in it.flat
        assert why in it.flat
        await it.press("enter")
        assert it.results == []
        assert why in it.flat
        assert "Enter again keeps it all the same." in it.flat
        await it.press("enter")
        assert it.results[0].key.name == "nuget-ada-1"


async def test_each_paste_is_doubted_anew(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.go("Secret")
        await it.fill("SecretField", "oops" + V4)
        await it.press("enter")
        await it.fill("SecretField", "oops" + V4[:-1])
        await it.press("enter")
        assert it.results == []
        await it.fill("SecretField", V4)
        await it.press("enter")
        assert len(it.results) == 1


async def test_a_doubtful_value_of_a_rotation_is_kept_by_a_second_enter_only(
    make_app: AppMaker,
) -> None:
    app = make_app(demo=True)
    assert app.vault is not None
    key = next(key for key in app.vault.keys if key.registry == "nuget.org")
    async with dialog(app, RotateScreen(key)) as it:
        await it.fill("SecretField", "oops" + V4)
        await it.press("enter")
        assert it.results == []
        assert "Enter again keeps it all the same." in it.flat
        await it.press("enter")
        assert it.results[0].id == key.id


async def test_a_feed_of_ones_own_may_have_any_secret(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.click("own feed")
        await it.go("Secret")
        await it.fill("SecretField", "whatever the feed has")
        await it.press("enter")
        assert len(it.results) == 1
