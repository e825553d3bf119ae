"""The list of registries: grouped, found by typing; and what needs no key at all."""

from __future__ import annotations

import pytest

from tests.tui.conftest import AppMaker
from tests.tui.driving import Driver, dialog, fits
from tui.widgets.rows import RowList
from tui.wizard.steps.registry import OWN
from vault.registries.loader import known


def rows(it: Driver) -> RowList:
    return it.wizard.query_one("#registries", RowList)


def here(it: Driver) -> str:
    row = rows(it).here
    assert row is not None
    return row.id


async def type_in(it: Driver, text: str) -> None:
    for letter in text:
        await it.pilot.press({" ": "space", ".": "full_stop"}.get(letter, letter))
        await it.pilot.pause()


async def test_every_registry_is_there_servers_of_ones_own_last(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True)) as it:
        shown = rows(it).rows
        assert {row.id for row in shown if row.open} == {profile.id for profile in known()}
        texts = [row.text for row in shown]
        assert texts[0] == "nuget.org"
        below = texts[texts.index(OWN) + 1 :]
        assert below == ["Gitea or Forgejo", "BaGetter", "Nexus", "ProGet", "NuGet.Server"]
        assert fits(it.app.screen) == []


@pytest.mark.parametrize(("size", "more"), [((80, 24), 9), ((120, 40), 5)])
async def test_registries_there_is_no_room_for_are_counted(
    make_app: AppMaker, size: tuple[int, int], more: int
) -> None:
    async with dialog(make_app(demo=True), size=size) as it:
        assert f"and {more} more below" in it.text
        await it.click(f"and {more} more below")  # no registry stands there
        assert it.step == "Registry"
        assert f"and {more - 1} more below" in it.text  # the first of them is shown now
        for _ in known():
            await it.pilot.press("down")
            await it.pilot.pause()
            assert "▌" in it.text
        assert "more below" not in it.text
        assert "NuGet.Server" in it.text


async def test_a_server_that_has_keys_stands_with_those_used(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True)) as it:
        texts = [row.text for row in rows(it).rows]
        assert texts.index("own feed") < texts.index(OWN)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("h", "hex"),
        ("gitl", "gitlab-pat"),
        ("gitlab", "gitlab-pat"),
        ("gg", "github-packages"),
        ("own", "own-feed"),
        ("b", "bagetter"),
        ("nuget.s", "nuget.server"),
        ("zq", "nuget.org"),
        ("testc", "crates.io"),
    ],
)
async def test_typing_finds_a_registry(make_app: AppMaker, typed: str, found: str) -> None:
    async with dialog(make_app(demo=True)) as it:
        await type_in(it, typed)
        assert here(it) == found
        profile = next(profile for profile in known() if profile.id == found)
        assert profile.summary.split(";")[0][:30] in it.text


async def test_after_an_arrow_typing_begins_anew(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True)) as it:
        await type_in(it, "gitlab")
        await it.pilot.press("home")
        await it.pilot.pause()
        await type_in(it, "h")
        assert here(it) == "hex"


async def test_a_key_for_a_server_of_ones_own_is_asked_for_to_the_end(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True)) as it:
        await type_in(it, "prog")
        await it.pilot.press("enter")
        assert it.step == "Name"
        assert it.wizard.answers.profile.id == "proget"


async def test_the_review_says_which_ci_needs_no_key_and_opens_the_page(
    make_app: AppMaker,
) -> None:
    opened: list[str] = []
    async with dialog(make_app(demo=True, pages=opened)) as it:
        await it.go("Review")
        assert "GitHub Actions can publish without a key." in it.flat
        assert "ctrl+o Publish without a key" in it.text
        await it.press("ctrl+o")
        assert opened == ["https://www.nuget.org/account/trustedpublishing"]
        await it.press("enter")
        assert it.step == "Secret"


async def test_a_key_that_publishes_nothing_and_a_feed_are_told_nothing(
    make_app: AppMaker,
) -> None:
    async with dialog(make_app(demo=True)) as it:
        await it.click("own feed")
        await it.go("Review")
        assert "without a key" not in it.text


async def test_what_a_registry_is_can_be_read_to_the_end(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True)) as it:
        for profile in known():
            rows(it).show(rows(it).rows, at=profile.id)
            await it.settle()
            assert profile.summary in it.flat


@pytest.mark.parametrize(
    "title",
    ["GitHub Packages", "Hex", "GitLab deploy token", "Azure Artifacts", "Nexus", "ProGet"],
)
async def test_every_step_of_the_others_fits_too(make_app: AppMaker, title: str) -> None:
    async with dialog(make_app(demo=True)) as it:
        await type_in(it, title.casefold())
        assert it.wizard.step.take().profile.title == title
        for label in ("Name", "Owner", "Scope", "Packages", "Lifetime", "Review", "Secret"):
            if label == "Lifetime":
                await it.fill("#globs", "contoso")
            if label == "Scope" and it.step == "Owner":
                await it.fill("#step-owner Input", "contoso/tool")
            await it.go(label)
            assert fits(it.app.screen) == [], it.text
