"""The command palette is Textual's own, and looks as if it were ours."""

from __future__ import annotations

import pytest
from textual.color import Color
from textual.command import CommandList, SearchIcon

from tests.tui.conftest import AppMaker
from tests.tui.driving import Driver
from tui import theme


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_palette_is_a_panel_as_all_are(make_app: AppMaker, size: tuple[int, int]) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=size) as pilot:
        it = Driver(app, pilot)
        await it.settle()
        await pilot.press("ctrl+p")
        await pilot.pause()
        while not (found := app.screen.query_one(CommandList)).option_count or found.has_class(
            "--populating"
        ):
            await pilot.pause()
        await pilot.pause()
        brass = Color.parse(theme.DARK.variables["brass"])
        assert found.styles.background == Color.parse(theme.DARK.panel or "")
        assert found.styles.border_bottom == ("round", brass)
        assert app.screen.query_one("#--input").styles.border_top == ("round", brass)
        assert not app.screen.query_one(SearchIcon).display  # a picture, and this app has none
        assert found.region.width == app.screen.query_one("#--input").region.width == 66
        assert found.size.height % 2 == 0  # no command without its line of help
        assert "╰" in it.text
        assert found.region.bottom < size[1]
