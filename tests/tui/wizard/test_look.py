"""Every step fits 80x24 without scrolling, says its states without colour, and draws no markup."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.tui.conftest import NOW, AppMaker
from tests.tui.driving import V4, add, dialog, fits, found
from tui.screens.edit import EditScreen
from tui.screens.rotate import RotateScreen
from tui.wizard.screen import CreateWizard
from vault.keys.glob import Glob
from vault.keys.grant import grants_for
from vault.keys.key import Draft
from vault.keys.lifetime import Lifetime

LABELS = ("Registry", "Name", "Owner", "Scope", "Packages", "Lifetime", "Review", "Secret")
HOSTILE = "[/][red]x\x1b]0;t\x07\u202ey"


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize("registry", ["nuget.org", "own feed", "crates.io", "PyPI"])
async def test_every_step_fits(make_app: AppMaker, registry: str, size: tuple[int, int]) -> None:
    async with dialog(make_app(demo=True), size=size) as it:
        await it.click(registry)
        for label in LABELS[1:]:
            if label == "Lifetime":
                await it.fill("#globs", "contoso-docs")
            await it.go(label)
            assert fits(it.app.screen) == []
            assert f"step {LABELS.index(label) + 1} of 8" in it.text
        await it.fill("SecretField", V4)
        assert fits(it.app.screen) == []


async def test_edit_and_rotate_fit(make_app: AppMaker) -> None:
    for name in ("release-bot", "mirror", "crates-yank", "docs-deploy"):
        app = make_app(demo=True)
        assert app.vault is not None
        key = app.vault.find(name)
        for screen in (EditScreen(key), RotateScreen(key)):
            async with dialog(make_app(demo=True), screen) as it:
                assert fits(it.app.screen) == []
                assert name in it.text


async def test_the_dialog_stays_narrow_on_a_wide_terminal(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True), size=(200, 50)) as it:
        assert it.app.screen.query_one("#wizard").region.width == 96


async def test_states_are_told_without_colour(
    make_app: AppMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with dialog(make_app(demo=True)) as it:
        await it.go("Scope")
        assert "✓ Owner    ada" in it.text
        assert "▸ Scope" in it.text
        assert "  ( ) Push new packages" in it.text
        assert "▌ (•) Push new versions only" in it.text
        await it.press("down", "space")
        assert "▌ [x] Unlist" in it.text
        assert "  (•) Push new versions only" in it.text


async def test_foreign_text_is_inert(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    vault = app.vault
    assert vault is not None
    globs = (Glob("[/]*\x1b[31m"), Glob("Contoso.[red]\u202e"))
    draft = Draft(
        f"n{HOSTILE}",
        "own-feed",
        f"o{HOSTILE}",
        grants_for(["push", "[/]\x1b"], globs),
        Lifetime(NOW - timedelta(hours=1), NOW + timedelta(days=9)),
        f"note {HOSTILE}",
    )
    key = add(vault, draft, "secret")
    async with dialog(app) as it:
        it.app.found_packages(found(f"id{HOSTILE}", "[/]", "Contoso.Core"))
        await it.go("Name")
        await it.fill("#name", f"n{HOSTILE}")
        assert inert(it.text)
        await it.fill("#name", "[/][red]")
        for label in LABELS[2:5]:
            await it.go(label)
            assert inert(it.text)
        assert "[/]" in it.text
        await it.fill("#globs", "Contoso.*")
        await it.go("Review")
        assert "[/][red] may push" in it.flat
        for screen in (EditScreen(key), RotateScreen(key)):
            it.app.push_screen(screen)
            await it.settle()
            assert inert(it.text)
            assert "[/][red]x" in it.text
            it.app.pop_screen()
            await it.settle()
        assert isinstance(it.app.screen, CreateWizard)


async def test_an_unchanged_foreign_name_does_not_stop_an_edit(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    vault = app.vault
    assert vault is not None
    model = vault.find("release-bot")
    draft = Draft(f"n{HOSTILE}", model.registry, HOSTILE, model.grants, model.lifetime)
    key = add(vault, draft, "secret")
    async with dialog(app, EditScreen(key)) as it:
        await it.fill("#note", "kept safe")
        await it.press("enter")
        assert it.results[0].note == "kept safe"
        assert it.results[0].name == f"n{HOSTILE}"


def inert(text: str) -> bool:
    return all(char.isprintable() or char == "\n" for char in text)
