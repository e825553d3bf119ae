"""A canary in the vault, and every command, screen and binding of the app: it sings nowhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest
from textual.worker import WorkerFailed

from tests.attack.canaries import PASSWORD, REGISTRIES, Walk, Watch, fill_vault, listening, screens
from tests.tui.apis import FakeApi
from tests.tui.conftest import MovableClock
from tests.tui.driving import Driver
from tests.tui.test_password import DEARER
from tui.app import KeyfobApp
from tui.commands import COMMANDS, Command
from tui.screens.end_old import EndOld
from tui.screens.keys import Keys
from tui.screens.renew import RenewScreen
from tui.widgets.fields import SecretField
from vault.apis.base import ApiUnsureError
from vault.clipboard import Receipt
from vault.clipboard.memory import MemoryClipboard
from vault.errors import ClipboardError, StorageError, VaultError
from vault.home import Home
from vault.keys.secret import Secret
from vault.sealing.kdf import CHEAPEST, KdfCost
from vault.settings import Settings
from vault.store.file import FileStore
from vault.store.state import LocalState

APIS = {"RenewScreen", "EndOld"}
"""Screens for which a registry with an API has to answer."""
OUTSIDE = {"FirstRun", "RecoveryCode", "Recovered", "Upgrade", "TooSmall"}
"""Screens to which no command leads in a vault as most are."""


@pytest.fixture
def watch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> Watch:
    for name in ("HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setattr(HTTPConnection, "connect", offline)
    return listening(tmp_path, monkeypatch, caplog)


def offline(self: HTTPConnection) -> None:
    """Reach nobody: nothing in this file is for the net."""
    raise ConnectionRefusedError(111, f"{self.host} cannot be reached")


class BrokenClipboard(MemoryClipboard):
    """A clipboard that takes nothing, and fails with what it was given at hand."""

    def copy(self, secret: Secret, seconds: float) -> Receipt:
        del seconds
        why = ValueError(secret.reveal())
        raise ClipboardError("The clipboard takes nothing.", "Try again.") from why


def make_app(
    watch: Watch,
    clock: MovableClock,
    clipboard: MemoryClipboard,
    *,
    made: bool = True,
    cost: KdfCost = CHEAPEST,
) -> KeyfobApp:
    """An app over the vault in the watched directory, which is made and filled if it shall be."""
    home = Home(
        FileStore(watch.home / "keys.keyfob"),
        state=LocalState(watch.home / "state"),
        clock=clock,
        cost=cost,
    )
    if made:
        vault, _ = home.create(PASSWORD)
        fill_vault(vault, watch)
        vault.lock()
    return KeyfobApp(
        home,
        clipboard=clipboard,
        settings=Settings(),
        config=watch.home / "config",
        directory=watch.home,
        clock=clock,
        instant=clock.instant,
        open_page=lambda _: True,
    )


@asynccontextmanager
async def walking(app: KeyfobApp, watch: Watch) -> AsyncIterator[Walk]:
    """A walk through an app, still at the first screen; the end is looked at as well."""
    app.animation_level = "none"
    async with app.run_test(size=(100, 36), notifications=True) as pilot:
        yield Walk(Driver(app, pilot), watch)
    watch.look(app, "the end")


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_no_binding_of_any_screen_lets_it_out(
    watch: Watch, clock: MovableClock, clipboard: MemoryClipboard
) -> None:
    async with walking(make_app(watch, clock, clipboard), watch) as walk:
        await walk.bindings()
        await walk.press("q")
    assert screens() - walk.seen <= APIS | OUTSIDE
    assert clipboard.copies


@pytest.mark.parametrize("screen", [RenewScreen, EndOld])
@pytest.mark.parametrize("answers", [[], [StorageError("No.")], [ApiUnsureError("No answer.")]])
async def test_no_value_that_an_api_makes_gets_out(
    screen: type[RenewScreen | EndOld],
    answers: list[VaultError],
    *,
    watch: Watch,
    clock: MovableClock,
    clipboard: MemoryClipboard,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tests.tui.apis.NEW", watch.fresh())
    app = make_app(watch, clock, clipboard)
    async with walking(app, watch) as walk:
        await walk.home()
        api = FakeApi(retire_needs=("password", "otp"), answers=answers)
        app.push_screen(screen(walk.it.vault.keys[0], api))
        await walk.quiet()
        await walk.answer()
        await walk.explore()
    assert api.asked or screen is EndOld
    assert screen.__name__ in walk.seen & APIS


@pytest.mark.slow
async def test_no_screen_before_the_list_lets_it_out(
    watch: Watch, clock: MovableClock, clipboard: MemoryClipboard
) -> None:
    first = make_app(watch, clock, clipboard, made=False)
    async with walking(first, watch) as walk:
        await walk.explore()
        await walk.home()
        await walk.it.pilot.resize_terminal(40, 10)
        await walk.explore()
        seen, code = walk.seen | {type(first.screen).__name__}, walk.code
    again = make_app(watch, clock, clipboard, made=False)
    async with walking(again, watch) as walk:
        again.screen.query_one(SecretField).value = code
        await walk.press("enter")
        await walk.explore()
        await walk.home()
        seen |= walk.seen
    third = make_app(watch, clock, clipboard, made=False, cost=DEARER)
    async with walking(third, watch) as walk:
        await walk.home()
        await walk.press("u")
        await walk.explore()
        seen |= walk.seen
    assert seen >= OUTSIDE


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("broken", ["nothing", "store", "clipboard"])
async def test_no_command_lets_it_out_whatever_is_broken(
    broken: str, watch: Watch, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: FileStore, data: bytes, **_: object) -> None:
        del self, data
        raise StorageError("The disk is full.", "Make room.") from OSError(watch.secrets[1])

    clipboard = BrokenClipboard() if broken == "clipboard" else MemoryClipboard()
    async with walking(make_app(watch, clock, clipboard), watch) as walk:
        await walk.home()
        if broken == "store":
            monkeypatch.setattr(FileStore, "replace", full)
        await walk.commands(rows=1 if broken != "nothing" else len(REGISTRIES))


class CanaryError(Exception):
    """An error nobody foresaw, whose message holds a secret."""


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.action)
async def test_no_handler_that_fails_lets_it_out(
    command: Command,
    *,
    watch: Watch,
    clock: MovableClock,
    clipboard: MemoryClipboard,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    def fail(self: Keys) -> None:
        secret, password = watch.secrets[1], PASSWORD
        raise CanaryError(f"{self} {secret} {password}")

    monkeypatch.setattr(Keys, f"action_{command.action}", fail)
    app = make_app(watch, clock, clipboard)

    async def use() -> None:
        async with walking(app, watch) as walk:
            await walk.home()
            await walk.it.pilot.press(command.keys.split(",")[0])

    with pytest.raises(CanaryError):
        await use()
    watch.said += capfd.readouterr()
    watch.look(app, "the crash")
    assert app.return_code == 1


async def test_a_thread_that_fails_lets_nothing_out(
    watch: Watch,
    clock: MovableClock,
    clipboard: MemoryClipboard,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    def fail(_home: Home, password: str) -> None:
        raise CanaryError(password)

    monkeypatch.setattr(Home, "open", fail)
    app = make_app(watch, clock, clipboard)

    async def use() -> None:
        async with walking(app, watch) as walk:
            await walk.home()

    with pytest.raises(WorkerFailed):
        await use()
    watch.said += capfd.readouterr()
    watch.look(app, "the crash")
