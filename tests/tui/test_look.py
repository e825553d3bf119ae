"""What catches the eye at 80x24: nothing cut or covered, nothing offered that does nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.color import Color, ColorSystem
from textual.theme import Theme
from textual.widgets import Static
from textual.widgets._toast import Toast

from tests.tui.conftest import PASSWORD, AppMaker
from tests.tui.test_keys import drawn, settle
from tui import theme
from tui.app import KeyfobApp
from tui.screens.keys import Keys
from tui.widgets.command_bar import CommandBar
from tui.widgets.fields import SecretField
from tui.widgets.key_details import KeyDetails
from tui.widgets.summary import Summary
from tui.wizard.screen import CreateWizard
from vault.clipboard.base import Receipt
from vault.clipboard.memory import MemoryClipboard
from vault.home import Home
from vault.keys.secret import Secret
from vault.sealing.kdf import CHEAPEST
from vault.store.file import FileStore


async def test_a_search_without_a_hit_says_so_and_offers_nothing_to_do_to_a_key(
    make_app: AppMaker,
) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("slash", *"xyz")
        await settle(pilot)
        said = str(app.screen.query_one("#empty", Static).content)
        assert said.splitlines() == ["Nothing matches “xyz”.", "esc shows all keys again"]
        assert not app.screen.query_one(KeyDetails).display
        [offered] = [bar.render().plain for bar in app.screen.query(CommandBar) if bar.display]
        assert "All keys" in offered
        await pilot.press("enter")
        [offered] = [bar.render().plain for bar in app.screen.query(CommandBar) if bar.display]
        assert "Copy" not in offered


async def test_the_heading_fits_the_list_again_after_a_search_without_a_hit(
    make_app: AppMaker,
) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        heading = str(app.screen.query_one("#heading", Static).content)
        await pilot.press("slash", *"xyz", "enter", "escape")
        await settle(pilot)
        assert str(app.screen.query_one("#heading", Static).content) == heading


async def test_the_details_of_every_key_are_told_without_being_cut(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for _ in range(7):
            assert "…" not in drawn(app, KeyDetails)
            await pilot.press("down")


async def test_the_way_out_is_on_the_first_screen(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "q Quit" in app.screen.query_one(CommandBar).render().plain


def in_256(colour: str | None) -> tuple[int, int, int]:
    assert colour is not None
    return tuple(Color.parse(colour).downgrade(ColorSystem.EIGHT_BIT).get_truecolor())  # type: ignore[return-value]


@pytest.mark.parametrize("chosen", [theme.DARK, theme.LIGHT], ids=lambda chosen: chosen.name)
def test_256_colours_tell_urgency_and_brass_apart(chosen: Theme) -> None:
    names = ("late", "soon", "fine", "brass", "quiet")
    assert len({in_256(chosen.variables[name]) for name in names}) == len(names)


def test_256_colours_keep_the_slate_a_grey_with_its_steps() -> None:
    greys = [
        in_256(colour)
        for colour in (
            theme.DARK.background,
            theme.DARK.panel,
            theme.DARK.variables["cursor-ground"],
            theme.DARK.variables["line"],
        )
    ]
    assert all(red == green == blue for red, green, blue in greys)
    assert greys == sorted(set(greys))


def toasts(app: KeyfobApp) -> list[Toast]:
    return list(app.screen.query(Toast))


async def test_a_copy_says_its_way_in_one_line_over_a_border(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await pilot.press("c")
        await settle(pilot)
        await pilot.press("c")
        await settle(pilot)
        (toast,) = toasts(app)  # the warning before it is gone
        assert toast._notification.message == "legacy-ci: copied in memory"
        assert toast.region.height == 1
        assert toast.region.y == 22


async def test_what_is_said_of_a_revoked_key(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        assert app.vault is not None
        key = app.vault.revoke(app.vault.find("legacy-ci").id)
        assert isinstance(app.screen, Keys)
        app.screen.reload(key.id)
        await settle(pilot)
        await pilot.press("x", "x")
        await settle(pilot)
        (toast,) = toasts(app)  # one, not one on the other
        assert toast._notification.message == "It is revoked already."
        await pilot.press("d")
        await pilot.pause()
        said = " ".join(str(part.content) for part in app.screen.query(Static))
        assert "if nuget.org still honours the key, delete it there." in said
        text = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
        assert text.count("It is revoked already.") == 1  # not on the screen below, too


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_what_is_said_over_a_dialog_leaves_its_keys_in_sight(
    make_app: AppMaker, size: tuple[int, int]
) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=size, notifications=True) as pilot:
        await settle(pilot)
        app.push_screen(CreateWizard())
        await settle(pilot)
        app.tell("word " * 25)
        await settle(pilot)
        (toast,) = toasts(app)
        assert toast.region.height == 2
        text = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
        assert "enter next · esc cancel · step 1 of 8" in text
        assert "Which registry is the key for?" in text


async def test_the_countdown_ends_when_something_else_was_copied(
    make_app: AppMaker, clipboard: MemoryClipboard
) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("down", "c")
        await settle(pilot)
        assert "release-bot copied, clears in 30 s" in drawn(app, Summary)
        clipboard.clear()
        app._tick()
        assert "copied" not in drawn(app, Summary)


async def test_the_locked_screen_names_no_key(make_app: AppMaker) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await pilot.press("down", "c")
        await settle(pilot)
        assert toasts(app)
        await pilot.press("l")
        await settle(pilot)
        assert not toasts(app)


class Unconfirmed(MemoryClipboard):
    """A clipboard as over SSH."""

    def copy(self, secret: Secret, seconds: float) -> Receipt:
        super().copy(secret, seconds)
        return Receipt(
            "far",
            confirmed=False,
            clears_itself=True,
            sentence="Sent; who knows",
            advice="Install xclip",
        )


async def test_an_unconfirmed_way_says_once_what_would_help(
    make_app: AppMaker,
) -> None:
    app = make_app(demo=True)
    app._clipboard_way = Unconfirmed()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        for said in ("sent; who knows. Nothing arrived? Install xclip", "sent"):
            await pilot.press("enter") if said == "sent" else await pilot.press("down", "enter")
            await settle(pilot)
            assert toasts(app)[0]._notification.message == f"release-bot: {said}"


async def test_a_damaged_vault_says_so_before_any_password_and_names_its_backup(
    make_app: AppMaker, tmp_path: Path
) -> None:
    store = FileStore(tmp_path / "keys.keyfob")
    home = Home(store, cost=CHEAPEST)
    home.create(PASSWORD)[0].set_index("dates")  # a second save, so that there is a backup
    store.path.write_bytes(b"no vault")
    app = make_app()
    app.home = home
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        said = str(app.screen.query_one("#said", Static).content)
        assert "not a keyfob vault" in said
        assert str(tmp_path / "keys.keyfob.bak") in said
        app.screen.query_one(SecretField).value = PASSWORD
        await pilot.press("enter")
        await settle(pilot)
        assert str(app.screen.query_one("#said", Static).content) == said


@pytest.mark.parametrize("length", [*range(66, 82), 151, 152])
async def test_the_end_of_what_a_toast_says_is_seen_however_long_it_is(
    make_app: AppMaker, length: int
) -> None:
    app = make_app(demo=True)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        app.tell(f"{'word ' * 40}"[: length - 4] + "TAIL")
        await settle(pilot)
        assert "TAIL" in "\n".join(strip.text for strip in app.screen._compositor.render_strips())
