"""Rotate by the registry's API: let it make the new value, and lose that value never."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from tests.tui.apis import NEW, FakeApi
from tests.tui.conftest import NOW, PASSWORD, AppMaker, MovableClock
from tests.tui.driving import Driver, dialog, fits, hoard, secret_of, the_key
from tui.app import KeyfobApp
from tui.screens.keys import Keys
from tui.screens.places import PlacesScreen
from tui.screens.renew import BY_HAND, RenewScreen
from tui.screens.rotate import RotateScreen
from tui.screens.unlock import Unlock
from tui.widgets.rows import RowList
from vault.apis.base import (
    ApiError,
    ApiUnreachableError,
    ApiUnsureError,
    Facts,
    OtpNeededError,
)
from vault.clipboard.memory import MemoryClipboard
from vault.errors import StorageError
from vault.home import Home
from vault.keys.grant import grants_for
from vault.keys.key import Draft
from vault.keys.lifetime import Lifetime
from vault.keys.place import Place
from vault.keys.secret import Secret
from vault.registries.loader import load
from vault.store.memory import MemoryStore
from vault.vault import Vault

OLD = "glpat-" + "o1Dv4" * 4
PASSWORD_THERE = "made-up-password-there"


@pytest.fixture
def app(make_app: AppMaker, home: Home) -> KeyfobApp:
    """An unlocked vault with one token of GitLab, installed at one place."""
    vault, _ = home.create(PASSWORD)
    globs = load("gitlab-pat").parse_globs(["*"])
    lifetime = Lifetime(NOW - timedelta(days=25), NOW + timedelta(days=5))
    draft = Draft("ci", "gitlab-pat", "ada", grants_for(("api",), globs), lifetime)
    key = vault.add(draft, Secret(OLD))
    vault.add_place(key.id, Place("machine", "build server"))
    made = make_app()
    made.vault = vault
    return made


@asynccontextmanager
async def renewing(
    app: KeyfobApp, api: FakeApi, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Driver]:
    async with dialog(app, RenewScreen(the_key(app), api), size=size) as it:
        yield it


def chosen(it: Driver) -> str:
    row = it.app.screen.query_one(RowList).here
    return "" if row is None else row.id


def break_saving(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise StorageError("The disk is full.")

    monkeypatch.setattr(MemoryStore, "replace", full)


async def test_without_anything_to_type_enter_lets_the_registry_make_it(app: KeyfobApp) -> None:
    api = FakeApi()
    async with renewing(app, api) as it:
        assert chosen(it) == "api"
        assert "▌ Let GitLab make it" in it.text
        assert "stops working at once" in it.flat
        assert "https://gitlab.invalid/api/v4" in it.flat
        assert fits(app.screen) == []
        await it.press("enter")
        [key] = it.results
        assert (key.revision, key.retire, key.asked) == (2, None, None)
        assert key.lifetime.created == NOW
        assert secret_of(app) == NEW
        assert api.asked == [("", "", "")]
        assert hoard(app, NEW) == []
    assert app.presence.held == ""


async def test_a_key_that_works_no_more_is_rotated_by_hand_unless_asked_otherwise(
    app: KeyfobApp,
) -> None:
    assert app.vault is not None
    app.vault.revoke(the_key(app).id)
    async with renewing(app, FakeApi()) as it:
        assert chosen(it) == "hand"


async def test_by_hand_asks_nobody(app: KeyfobApp) -> None:
    api = FakeApi()
    async with renewing(app, api) as it:
        await it.press("down", "enter")
        assert it.results == [BY_HAND]
        assert api.asked == []


async def test_escape_before_anything_was_sent_changes_nothing(app: KeyfobApp) -> None:
    api = FakeApi(needs=("account", "password"))
    async with renewing(app, api) as it:
        await it.press("up", "enter")
        await it.fill("#password", PASSWORD_THERE)
        await it.press("escape")
        assert chosen(it) == "api"
        assert hoard(app, PASSWORD_THERE) == []
        await it.press("escape")
        assert it.results == [None]
        assert api.asked == []
        assert hoard(app, PASSWORD_THERE) == []


@pytest.mark.parametrize("size", [(72, 20), (80, 24), (120, 40)])
async def test_what_the_api_wants_is_asked_for_and_kept_nowhere(
    app: KeyfobApp, size: tuple[int, int]
) -> None:
    api = FakeApi(needs=("account", "password", "otp"), ends_old=False, former="17")
    async with renewing(app, api, size) as it:
        assert chosen(it) == "hand"
        await it.press("up")
        assert "Account" not in it.text
        await it.press("enter")
        assert "Your login at https://gitlab.invalid/api/v4; keyfob keeps none of it." in it.flat
        assert "One-time code" not in it.text
        assert it.app.focused is it.app.screen.query_one("#password")
        assert api.asked == []
        await it.pilot.press(*PASSWORD_THERE)
        assert PASSWORD_THERE not in it.text
        assert fits(app.screen) == []
        await it.press("ctrl+a", "ctrl+c", "enter")
        assert app.clipboard == ""
        assert api.asked == [("ada", PASSWORD_THERE, "")]
        assert it.results[0].retire is not None
        assert it.results[0].former == ("17",)
        assert hoard(app, PASSWORD_THERE) == []
    gc.collect()
    assert not [one for one in gc.get_objects() if type(one) is Secret and holds(one)]


def holds(secret: Secret) -> bool:
    return secret.reveal_bytes() == PASSWORD_THERE.encode()


async def test_a_one_time_code_is_asked_for_once_it_is_wanted(app: KeyfobApp) -> None:
    api = FakeApi(needs=("password", "otp"))
    api.answers = [OtpNeededError("GitLab asks for a one-time code."), OtpNeededError("Wrong.")]
    async with renewing(app, api) as it:
        await it.press("up", "enter")
        await it.fill("#password", PASSWORD_THERE)
        await it.press("enter")
        assert "GitLab asks for a one-time code." in it.flat
        assert "One-time code" in it.text
        assert it.app.focused is it.app.screen.query_one("#otp")
        await it.press("enter")
        assert len(api.asked) == 1
        for code in ("111111", "222222"):
            await it.fill("#otp", code)
            await it.press("enter")
        assert api.asked[1:] == [("", PASSWORD_THERE, "111111"), ("", PASSWORD_THERE, "222222")]
        assert it.results[0].revision == 2


async def test_a_refusal_is_said_and_another_try_or_the_way_by_hand_is_open(
    app: KeyfobApp,
) -> None:
    api = FakeApi(needs=("password",), answers=[ApiError("GitLab refused: [b]no[/].", "Nothing.")])
    async with renewing(app, api) as it:
        await it.press("up", "enter")
        await it.fill("#password", PASSWORD_THERE)
        await it.press("enter")
        assert "✗ GitLab refused: [b]no[/]. Nothing." in it.flat
        assert it.app.screen.query_one("#password").value == ""  # type: ignore[attr-defined]
        assert (it.results, secret_of(app), the_key(app).asked) == ([], OLD, None)
        assert app.presence.held == ""
        await it.fill("#password", "another")
        await it.press("enter")
        assert it.results[0].revision == 2


async def test_what_was_typed_stays_if_nobody_was_reached(app: KeyfobApp) -> None:
    api = FakeApi(needs=("password",))
    api.answers = [ApiUnreachableError("GitLab was not reached.", "Nothing was sent.")]
    async with renewing(app, api) as it:
        await it.press("up", "enter")
        await it.fill("#password", PASSWORD_THERE)
        await it.press("enter")
        assert "✗ GitLab was not reached. Nothing was sent." in it.flat
        await it.press("enter")
        assert [password for _, password, _ in api.asked] == [PASSWORD_THERE] * 2


async def test_while_it_is_awaited_escape_and_quitting_do_not_lose_it(
    app: KeyfobApp, clock: MovableClock
) -> None:
    api = FakeApi()
    api.go.clear()
    async with renewing(app, api) as it:
        screen = app.screen
        await it.pilot.press("enter")
        await it.until("Asking GitLab…")
        await it.pilot.press("escape", "enter", "enter")
        await it.until("GitLab was asked: its answer is awaited, or it would be lost.")
        await it.pilot.press("ctrl+q")
        clock.forward(hours=2)
        app._tick()
        await it.pilot.pause()
        assert app.screen is screen
        assert app.is_running
        api.go.set()
        await it.settle()
        assert it.results[0].revision == 2
        assert len(api.asked) == 1
        app._tick()
        await it.settle()
        assert isinstance(app.screen, Unlock)


async def test_quitting_twice_waits_for_the_value_and_keeps_it(
    app: KeyfobApp, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    api, close = FakeApi(), app._close
    api.go.clear()

    def closing(vault: Vault | None) -> None:
        api.go.set()  # the answer comes once the vault is being locked
        close(vault)

    monkeypatch.setattr(app, "_close", closing)
    async with renewing(app, api) as it:
        await it.pilot.press("enter")
        await it.until("Asking GitLab…")
        await it.pilot.press("ctrl+q", "ctrl+q")
    vault = home.open(PASSWORD)
    with vault.secret(vault.find("ci").id) as secret:
        assert secret.reveal() == NEW


@pytest.mark.parametrize("size", [(72, 20), (80, 24)])
async def test_no_answer_says_what_to_do_and_asks_never_again(
    app: KeyfobApp, size: tuple[int, int]
) -> None:
    pages: list[str] = []

    def open_page(page: str) -> bool:
        pages.append(page)
        return True

    app.open_page = open_page
    api = FakeApi(answers=[ApiUnsureError("GitLab was asked, and did not say what came of it.")])
    async with renewing(app, api, size) as it:
        await it.press("enter")
        assert "✗ GitLab was asked, and did not say what came of it." in it.flat
        assert "may work no more" in it.flat
        assert "Let GitLab make it" not in it.text
        assert fits(app.screen) == []
        assert the_key(app).asked is not None
        await it.press("enter")
        assert pages == [load("gitlab-pat").page("manage", key=the_key(app))]
        await it.press("down", "enter")
        assert it.results == [BY_HAND]
        assert (len(api.asked), secret_of(app)) == (1, OLD)


async def test_a_value_that_is_still_alive_is_asked_with_again_and_a_dead_one_never(
    app: KeyfobApp,
) -> None:
    api = FakeApi(answers=[ApiUnsureError("No answer came.")], facts=Facts("ci", active=False))
    async with renewing(app, api) as it:
        await it.press("enter")
        await it.press("end", "enter")
        assert "says that the present one works no more" in it.flat
        assert len(api.asked) == 1
        await it.press("escape")
        app.push_screen(RenewScreen(the_key(app), api), it.results.append)
        await it.settle()
        assert "! GitLab was asked for a new value before, and no answer came." in it.flat
        assert fits(app.screen) == []
        api.facts = None
        await it.press("enter")
        assert it.results[-1].revision == 2


async def test_a_value_that_cannot_be_saved_is_held_until_it_is(
    app: KeyfobApp, clipboard: MemoryClipboard, clock: MovableClock
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        api = FakeApi(meanwhile=lambda: break_saving(patch))
        async with renewing(app, api) as it:
            await it.press("enter")
            assert "The new value was made, and could not be saved. The disk is full." in it.flat
            assert fits(app.screen) == []
            assert NEW not in it.text
            clock.forward(hours=2)
            app._tick()
            await it.press("enter")
            assert "could not be saved. The disk is full." in it.flat
            await it.press("escape")
            assert "esc again leaves, and the new value is not kept." in it.flat
            await it.press("down", "enter")
            assert clipboard.copies[-1].reveal() == NEW
            patch.undo()
            await it.press("up", "enter")
            assert it.results[0].revision == 2
            assert secret_of(app) == NEW
            assert app.presence.held == ""
            assert hoard(app, NEW) == []


async def test_it_can_be_let_go_of_but_not_by_one_key(
    app: KeyfobApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = FakeApi(meanwhile=lambda: break_saving(monkeypatch))
    async with renewing(app, api) as it:
        await it.press("enter", "ctrl+q", "escape")
        assert it.results == []
        await it.press("escape")
        assert it.results == [None]
        assert app.presence.held == ""
    gc.collect()
    assert not [
        one
        for one in gc.get_objects()
        if type(one) is Secret and one.reveal_bytes() == NEW.encode()
    ]


async def test_in_what_the_new_value_differs_is_said_before_going_on(app: KeyfobApp) -> None:
    api = FakeApi(facts=Facts("ci", scopes=("read_api",)))
    async with renewing(app, api) as it:
        await it.press("enter")
        assert "GitLab does not say that ci may: api." in it.flat
        assert it.results == []
        await it.press("enter")
        assert it.results[0].revision == 2


async def test_an_address_that_is_not_encrypted_is_said_before_anything_is_sent(
    app: KeyfobApp,
) -> None:
    api = FakeApi(warning="http://git.invalid is not encrypted.")
    async with renewing(app, api) as it:
        assert "! http://git.invalid is not encrypted." in it.flat
        assert api.asked == []


@pytest.mark.parametrize(
    "text", ["[/]", "[@click=app.quit]x[/]", "\x1b]2;title\x07", "\u202egnp.exe", "line\nbreak"]
)
async def test_what_a_registry_and_a_profile_say_is_drawn_inert(app: KeyfobApp, text: str) -> None:
    api = FakeApi(title=text, address=text, warning=text, needs=("account",))
    api.answers = [ApiError(text, text)]
    api.go.clear()
    async with renewing(app, api) as it:
        await it.pilot.press("up", "enter", "enter")
        await it.until("Asking")
        pictures = [app.export_screenshot()]
        api.go.set()
        await it.settle()
        pictures.append(app.export_screenshot())
        await it.press("escape", "escape")
        for picture in pictures:
            assert not {char for char in picture if char in "\x1b\x07\u202e"}
        assert it.results == [None]


async def test_rotate_offers_it_where_there_is_an_api_and_the_places_follow(
    app: KeyfobApp, clipboard: MemoryClipboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = FakeApi(answers=[ApiUnsureError("No answer came.")])
    monkeypatch.setattr("vault.apis.api_of", lambda _: api)
    async with app.run_test(size=(80, 24)) as pilot:
        it = Driver(app, pilot)
        app.show(Keys())
        await it.until("ci")
        await pilot.press("r")
        await it.until("Let GitLab make it")
        await pilot.press("enter")
        await it.until("No answer came.")
        await pilot.press("escape")
        await it.until("! may be spent: r finds out")
        await pilot.press("r")
        await it.until("GitLab was asked for a new value before, and no answer came.")
        await pilot.press("enter")
        await it.until("Where ci is installed")
        assert isinstance(app.screen, PlacesScreen)
        assert secret_of(app) == NEW
        await it.until("not there yet")
        assert clipboard.copies[-1].reveal() == NEW


async def test_by_hand_goes_on_to_pasting_and_a_demo_asks_nobody(
    app: KeyfobApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vault.apis.api_of", lambda _: FakeApi())
    async with app.run_test(size=(80, 24)) as pilot:
        it = Driver(app, pilot)
        app.show(Keys())
        await it.until("ci")
        await pilot.press("r")
        await it.until("Paste it by hand")
        await pilot.press("down", "enter")
        await it.until("Paste the key here")
        assert isinstance(app.screen, RotateScreen)
        await pilot.press("escape")
        await it.until("Expires")
        app.demo = True
        await pilot.press("r")
        await it.until("Paste the key here")
        assert isinstance(app.screen, RotateScreen)


async def test_an_answer_that_is_owed_is_told_of_at_the_next_start(app: KeyfobApp) -> None:
    vault = app.vault
    assert vault is not None
    key = the_key(app)
    vault.remove_place(key.id, "build server")
    vault.asks(key.id, revision=key.revision)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        app.show(Keys())
        await Driver(app, pilot).until("A new value was asked for, and no answer came: ci. r")
