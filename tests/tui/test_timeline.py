"""What falls due when, along the time: where each key stands, and the way to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tui.conftest import NOW, AppMaker, MovableClock
from tests.tui.driving import Driver, add, dialog, fits
from tui.app import KeyfobApp
from tui.screens.keys import Keys
from tui.screens.timeline import TimelineScreen
from tui.widgets.key_list import KeyList
from tui.widgets.lanes import PAST, Lanes, Scale
from vault.keys.glob import Glob
from vault.keys.grant import Grant
from vault.keys.key import Draft
from vault.keys.lifetime import Lifetime
from vault.registries.loader import known

PROFILES = {profile.id: profile for profile in known()}


def screen(select: str | None = None) -> TimelineScreen:
    return TimelineScreen(PROFILES, select=select)


def lanes(it: Driver) -> dict[str, str]:
    """The line of each key that is shown, by its name."""
    names = [key.name for key in it.vault.keys]
    lines = it.text.splitlines()[2:-4]
    return {name: line for line in lines for name in names if f" {name} " in f"{line} "}


def put(app: KeyfobApp, name: str, days: float, life: float = 30) -> str:
    assert app.vault is not None
    expires = NOW + timedelta(days=days)
    draft = Draft(
        name,
        "nuget.org",
        "ada",
        (Grant("push", Glob("A.*")),),
        Lifetime(expires - timedelta(days=life), expires),
    )
    return add(app.vault, draft, f"made-up {name}").id


async def test_each_key_stands_where_it_ends_the_overdue_at_the_left(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True), screen()) as it:
        found = lanes(it)
        assert list(found) == ["legacy-ci", "release-bot", "docs-deploy", "utils-new"]
        today = it.text.splitlines()[2].index("today")
        assert found["legacy-ci"].index("✗") < today
        ends = [found["release-bot"].index("!"), found["docs-deploy"].index("!")]
        ends.append(found["utils-new"].index("●"))
        assert [today < end for end in ends] == [True] * 3
        assert ends == sorted(ends)
        assert "3 days ago" in found["legacy-ci"]
        assert "in 23 days" in found["utils-new"]
        assert fits(it.app.screen) == []


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_range_can_be_changed_and_says_what_is_left_out(
    make_app: AppMaker, size: tuple[int, int]
) -> None:
    async with dialog(make_app(demo=True), screen(), size=size) as it:
        assert "next 30 days" in it.text
        assert "Not shown: 2 later, 1 without an end" in it.text
        await it.press("right")
        assert "next 60 days" in it.text
        await it.press("right", "right")
        assert "next 90 days" in it.text
        assert "crates-yank" in lanes(it)
        assert "Not shown: 1 later, 1 without an end" in it.text
        await it.press("left", "left", "left")
        assert "next 30 days" in it.text
        await it.click("30, 60 or 90 days")
        assert "next 60 days" in it.text
        assert {len(line) for line in it.text.splitlines()[1:-4]} == {size[0]}
        assert fits(it.app.screen) == []


async def test_it_begins_with_a_range_in_which_something_ends(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    assert app.vault is not None
    for key in app.vault.keys:
        app.vault.remove(key.id)
    put(app, "far", 70, life=90)
    async with dialog(app, screen()) as it:
        assert "next 90 days" in it.text
        await it.press("left")
        assert "No key ends in the next 60 days." in it.text
        await it.press("enter")
        assert it.results == []


async def test_how_many_end_in_a_week_stands_on_the_axis(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    for number in range(12):
        put(app, f"bulk-{number:02}", 10 + number / 100)
    async with dialog(app, screen()) as it:
        axis = it.text.splitlines()[3]
        assert "─ 12 ─" in axis
        assert axis.split()[1] == "1"  # what has expired


async def test_enter_goes_to_that_key(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.app.workers.wait_for_complete()
        await pilot.press("v", "down", "down", "enter")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert isinstance(app.screen, Keys)
        selected = app.screen.query_one(KeyList).selected
        assert selected is not None
        assert selected.name == "docs-deploy"


async def test_it_begins_at_the_key_that_was_selected(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    assert app.vault is not None
    async with dialog(app, screen(app.vault.find("utils-new").id)) as it:
        assert "4 of 4" in it.text
        await it.press("escape")
        assert it.results == [None]


async def test_time_goes_on(make_app: AppMaker, clock: MovableClock) -> None:
    async with dialog(make_app(demo=True), screen()) as it:
        assert "in 2 days" in lanes(it)["release-bot"]
        clock.forward(days=1)
        assert isinstance(it.app.screen, TimelineScreen)
        it.app.screen._tick()
        await it.settle()
        assert "in 1 day" in lanes(it)["release-bot"]


async def test_foreign_text_stays_text_and_long_names_fit(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    put(app, "[/nope]\x1b]2;T\x07", 1)
    put(app, "n" * 64, 29)
    put(app, "ü" * 64, 15)
    async with dialog(app, screen()) as it:
        assert "[/nope]" in it.text
        assert "\x1b" not in it.text
        assert all(len(line) <= 80 for line in it.text.splitlines())
        assert it.text.count("…") >= 2
        await it.press("right", "right", "end")
        assert fits(it.app.screen) == []


async def test_hundreds_of_keys_scroll(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    for number in range(200):
        put(app, f"bulk-{number:03}", 1 + number / 10)
    async with dialog(app, screen()) as it:
        await it.press("end")
        assert "204 of 204" in it.text
        assert "utils-new" in lanes(it)


async def test_locking_takes_it_away(make_app: AppMaker) -> None:
    async with dialog(make_app(demo=True), screen()) as it:
        it.app.lock()
        await it.settle()
        assert not isinstance(it.app.screen, TimelineScreen)
        assert "release-bot" not in it.text


@given(
    days=st.floats(-400, 400),
    span=st.sampled_from([30, 60, 90]),
    width=st.integers(0, 300),
)
def test_every_moment_has_a_cell_in_order(days: float, span: int, width: int) -> None:
    scale = Scale(NOW, span, width)
    at = scale.cell(NOW + timedelta(days=days))
    assert PAST <= at < scale.width
    assert at <= scale.cell(NOW + timedelta(days=days + 1))
    assert scale.cell(NOW) == PAST
    assert scale.cell(scale.end) == scale.width - 1


@pytest.mark.parametrize("moment", [datetime(2026, 11, 23, tzinfo=UTC), NOW])
def test_weeks_begin_on_mondays_to_come(moment: datetime) -> None:
    mondays = Scale(moment, 30, 80).mondays()
    assert mondays
    assert all(monday.weekday() == 0 and moment < monday for monday in mondays)
    assert Lanes(now=moment).days == 30
