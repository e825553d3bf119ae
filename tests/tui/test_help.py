"""Help, and what a key that means something elsewhere says here."""

from __future__ import annotations

import pytest
from textual.widgets._toast import Toast

from tests.tui.conftest import AppMaker
from tests.tui.driving import Driver
from tui.commands import COMMANDS, Shown


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_help_has_a_line_for_each_command_with_its_verb(
    make_app: AppMaker, size: tuple[int, int]
) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=size) as pilot:
        driver = Driver(app, pilot)
        await driver.press("question_mark")
        lines = [" ".join(line.split()) for line in driver.text.splitlines()]
        assert any("ctrl+p Every command by name" in line for line in lines)  # the last one
        for command in COMMANDS:
            if command.shown is not Shown.NEVER and command.action != "help":
                verb = f" keyfob {command.verb}" if command.verb else ""
                whole = f"{command.key} {command.help}{verb}"
                assert any(whole in line for line in lines), whole


async def test_ctrl_c_says_in_plain_words_what_quits(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with app.run_test(notifications=True) as pilot:
        driver = Driver(app, pilot)
        await driver.press("ctrl+c")
        [toast] = app.screen.query(Toast)
        assert str(toast.render()) == "ctrl+q quits keyfob."
