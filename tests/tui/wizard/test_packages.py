"""The packages step: a preview that says what a glob really covers."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st
from textual.widgets import Input, Static

from tests.tui.conftest import AppMaker
from tests.tui.driving import Driver, add, dialog, found
from tui.widgets.preview import GlobPreview, wild_parts
from tui.widgets.try_id import verdict
from tui.wizard.screen import CreateWizard
from vault.keys.glob import Glob, Matching, glob_match
from vault.keys.grant import grants_for
from vault.keys.key import Draft


def shown(it: Driver) -> str:
    return it.app.screen.query_one(GlobPreview).render().plain


async def test_a_glob_shows_what_it_covers_and_what_it_just_misses(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.go("Packages")
        assert "The 9 ids in this directory:" in shown(it)
        assert "for example ada.*" in it.text
        await it.fill("#globs", "Contoso.*")
        assert shown(it).splitlines() == [
            "✓ covers 6 of 9 ids in this directory",
            "  ✓ Contoso.Core",
            "  ✓ Contoso.Web",
            "    and 4 more",
            "  ✗ Contoso     add the id, or Contoso*",
            "  ✗ ContosoLab  add the id, or Contoso*",
            "  ✗ not covered: Ada.Utils.Text",
        ]


async def test_several_globs_and_ids_apart_by_spaces_or_commas(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.go("Packages")
        await it.fill("#globs", "Contoso.*, Contoso  ContosoLab,Ada.Utils.Text")
        assert "✓ covers all 9 ids in this directory" in shown(it)
        await it.press("enter")
        globs = [glob.text for glob in it.wizard.answers.globs]
        assert globs == ["Contoso.*", "Contoso", "ContosoLab", "Ada.Utils.Text"]


async def test_what_no_one_key_covers_is_refused(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.go("Packages")
        assert "Several stand apart by spaces." in it.flat
        await it.fill("#globs", "Contoso.* Contoso Fabrikam.*")
        await it.press("enter")
        assert it.step == "Packages"
        assert "✗ A nuget.org key takes one glob, beside whole ids." in it.flat
        assert "Make another key for Fabrikam.*." in it.flat


async def test_ids_of_other_keys_only_are_not_said_to_be_here(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True)) as it:
        model = it.vault.find("release-bot")
        grants = grants_for(["push"], [Glob.parse("Contoso.Stored")])
        add(it.vault, Draft("stored", "nuget.org", "x", grants, model.lifetime), "y")
        await it.press("escape")
        it.app.found_packages(())
        it.app.push_screen(CreateWizard())
        await it.settle()
        await it.go("Packages")
        assert shown(it).splitlines()[0] == "The id that your keys name:"
        await it.fill("#globs", "Other.*")
        assert shown(it).splitlines()[0] == "does not cover the id that your keys name"
        await it.go("Review")
        assert "not cover" not in it.flat


async def test_everything_is_said_and_never_proposed(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.go("Packages")
        assert it.app.screen.query_one("#globs", Input).value == ""
        await it.press("enter")
        assert it.step == "Packages"
        await it.fill("#globs", "*")
        assert "! every package, future ones too. * alone covers every package" in it.flat
        await it.go("Review")
        assert "! It covers every package, future ones too." in it.flat
        assert "for every package on nuget.org" in it.flat
        assert "\N{REPLACEMENT CHARACTER}" not in it.text


async def test_covering_nothing_here_is_asked_about_in_the_review(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.go("Packages")
        await it.fill("#globs", "Fabrikam.*")
        assert "! covers none of 9 ids in this directory" in shown(it)
        await it.go("Review")
        assert "! It covers none of 9 ids in this directory." in it.flat


async def test_an_id_can_be_tried(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.go("Packages")
        await it.fill("#globs", "Contoso.*")
        await it.press("ctrl+t")
        await it.pilot.press(*"Contoso")
        assert "✗ not covered: add the id, or Contoso*" in it.flat
        await it.pilot.press(*".New")
        await it.settle()
        assert "✓ covered by Contoso.*" in it.flat
        await it.press("ctrl+t")
        assert it.app.focused is it.app.screen.query_one("#globs")


async def test_a_click_on_a_missed_id_adds_it(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.go("Packages")
        await it.fill("#globs", "Contoso.*")
        await it.click("ContosoLab  add")
        assert it.app.screen.query_one("#globs", Input).value == "Contoso.* ContosoLab"
        assert "covers 7 of 9 ids" in shown(it)


async def test_exact_ids_of_stored_keys_are_previewed(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True)) as it:
        model = it.vault.find("release-bot")
        globs = [Glob.parse("Contoso.Stored")]
        draft = Draft("stored", "nuget.org", "x", grants_for(["push"], globs), model.lifetime)
        add(it.vault, draft, "y")
        await it.press("escape")
        it.app.push_screen(CreateWizard())
        await it.settle()
        await it.go("Packages")
        await it.fill("#globs", "Contoso.Stored")
        assert "covers 1 of 10 ids here and in your keys" in shown(it)


async def test_a_wrong_glob_is_named_by_its_character(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.go("Packages")
        await it.fill("#globs", "Contoso.* Foo?")
        assert "✗ Character" not in it.flat
        await it.press("enter")
        assert "✗ Character 4 of the glob, '?', is not allowed." in it.flat
        await it.fill("#globs", "Contoso.* Foo")
        assert "✗ Character" not in it.flat


async def test_thousands_of_ids_do_not_hold_up_a_key_press(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.go("Packages")
        it.app.found_packages(found(*(f"Contoso.Module{i}.Part" for i in range(20_000))))
        await it.settle()
        field = it.app.screen.query_one("#globs", Input)
        start = time.perf_counter()
        for end in range(1, 10):
            field.value = "Contoso.*"[:end]
        await it.pilot.pause()
        assert time.perf_counter() - start < 2
        await it.settle()
        assert "✓ covers all 20,000 ids in this directory" in shown(it)
        assert "more" in shown(it)


IDS = st.from_regex(r"[A-Za-z0-9_.]{0,12}", fullmatch=True)
GLOBS = st.from_regex(r"[A-Ca-c.*]{1,6}", fullmatch=True)


@given(GLOBS, IDS)
def test_the_pieces_of_an_id_are_the_id_and_its_literal_pieces_the_glob(
    text: str, package_id: str
) -> None:
    if not glob_match(text, package_id) or "*" not in text:
        return
    parts = wild_parts(Glob(text), package_id)
    assert "".join(piece for piece, _ in parts) == package_id
    literal = "".join(piece for piece, wild in parts if not wild)
    assert literal.lower() == text.replace("*", "").lower()


def test_a_verdict_names_the_glob_or_what_would_do() -> None:
    globs = (Glob("serde-*", Matching.PREFIX),)
    assert verdict(globs, "serde-json").plain == "✓ covered by serde-*"
    assert verdict(globs, "Serde-json").plain.startswith("✗ not covered: add the id, or Serde-*")
    assert verdict(globs, "tokio").plain == "✗ not covered"
    assert verdict((), "tokio").plain == ""


async def test_found_ids_appear_while_the_step_is_open(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.go("Packages")
        it.app.found_packages(found("Fresh.One"))
        await it.settle()
        assert "Fresh.One" in shown(it)
        assert isinstance(it.app.screen.query_one("#verdict"), Static)
