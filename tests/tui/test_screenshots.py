"""What the app looks like, drawn from a fixed vault and clock and compared with `screenshots/`.

A picture that changed on purpose is drawn anew with `KEYFOB_SHOTS=write python -m pytest
tests/tui/test_screenshots.py`; look at it before committing it.
"""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from tests.tui.apis import NEW, FakeApi
from tests.tui.driving import V4
from tui.app import KeyfobApp
from tui.screens.end_old import EndOld
from tui.screens.first_run import FirstRun
from tui.screens.keys import Keys
from tui.screens.password import ChangePassword
from tui.screens.places import PlacesScreen
from tui.screens.recovered import Recovered
from tui.screens.renew import RenewScreen
from tui.screens.upgrade import Upgrade
from tui.widgets.fields import SecretField
from vault.clipboard.memory import MemoryClipboard
from vault.demo import PACKAGES, demo_vault
from vault.home import Home
from vault.keys.grant import grants_for
from vault.keys.key import Draft, Key
from vault.keys.lifetime import Lifetime
from vault.keys.secret import Secret
from vault.registries.loader import load
from vault.sealing.kdf import CHEAPEST
from vault.settings import Settings
from vault.store.memory import MemoryStore
from vault.vault import Vault

SHOTS = Path(__file__).parents[2] / "screenshots"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SMALL, WIDE, LARGE = (80, 24), (120, 24), (120, 30)
ROTATED = "release-bot"

Script = Callable[[Pilot[None]], Awaitable[None]]


@dataclass(frozen=True)
class Shot:
    """One picture: what is started, at which size, and what is pressed.

    Attributes:
        start: `empty` before the first vault, `new` with one without a key, `locked`, `demo`, or
            `half-done`, where a rotation was left.
    """

    name: str
    script: Script
    size: tuple[int, int] = SMALL
    start: str = "demo"
    light: bool = False
    plain: bool = False
    toasts: bool = False


def press(*keys: str) -> Script:
    async def script(pilot: Pilot[None]) -> None:
        for key in keys:
            await pilot.press(key)
            await pilot.pause()

    return script


async def type_password(pilot: Pilot[None]) -> None:
    assert isinstance(pilot.app.screen, FirstRun)
    pilot.app.screen.query_one("#first", SecretField).value = "brass lantern over the harbour"
    await pilot.app.workers.wait_for_complete()


async def copy(pilot: Pilot[None]) -> None:
    await pilot.press("down", "c")
    await pilot.app.workers.wait_for_complete()


async def change_password(pilot: Pilot[None]) -> None:
    await pilot.press("p")
    await pilot.pause()
    assert isinstance(pilot.app.screen, ChangePassword)
    pilot.app.screen.query_one("#old", SecretField).value = "what it was until now"
    pilot.app.screen.query_one("#first", SecretField).value = "brass lantern over the harbour"
    await settled(pilot)


def places(*keys: str) -> Script:
    """Where the key that was rotated is installed; then these are pressed."""

    async def script(pilot: Pilot[None]) -> None:
        app = pilot.app
        assert isinstance(app, KeyfobApp)
        assert app.vault is not None
        app.push_screen(PlacesScreen(app.vault.find(ROTATED)))
        await pilot.pause()
        for key in keys:
            await pilot.press(key)
            await pilot.pause(0.1)

    return script


async def renew(pilot: Pilot[None]) -> None:
    """The registry is to make the new value."""
    app = pilot.app
    assert isinstance(app, KeyfobApp)
    key = key_of(app, "gitlab-pat", "api")
    app.push_screen(RenewScreen(key, FakeApi(address="https://gitlab.com/api/v4")))
    await pilot.pause()


async def end_old(pilot: Pilot[None]) -> None:
    """The registry is to end the old value."""
    app = pilot.app
    assert isinstance(app, KeyfobApp)
    assert app.vault is not None
    key = key_of(app, "gitea", "write")
    with Secret(NEW) as secret:
        key = app.vault.rotate(key.id, secret, retire=True, former="7301")
    app.push_screen(EndOld(key, FakeApi("Gitea", "https://git.contoso.example/api/v1")))
    await pilot.pause()


def key_of(app: KeyfobApp, registry: str, action: str) -> Key:
    """One more key, of a registry whose API rotates."""
    assert app.vault is not None
    globs = load(registry).parse_globs(["contoso/*"])
    life = Lifetime(NOW - timedelta(days=25), NOW + timedelta(days=5))
    draft = Draft("images-ci", registry, "contoso", grants_for((action,), globs), life)
    with Secret("made-up-and-former") as secret:
        return app.vault.add(draft, secret)


async def upgrade(pilot: Pilot[None]) -> None:
    await pilot.app.push_screen(Upgrade())


async def recovered(pilot: Pilot[None]) -> None:
    app = pilot.app
    assert isinstance(app, KeyfobApp)
    assert app.vault is not None
    app.show(Recovered(app.vault))
    await pilot.pause()
    app.screen.query_one("#first", SecretField).value = "brass lantern over the harbour"
    await settled(pilot)


async def settled(pilot: Pilot[None]) -> None:
    """Until the strength is drawn; what opened a dialog waits for it to be closed."""
    for _ in range(200):
        await pilot.pause()
        if str(pilot.app.screen.query_one("#strength", Static).content):
            return


WIZARD = ("n", "enter", *"web-release", "enter", "enter")
GLOB = (*WIZARD, "enter", *"Contoso.*")

ALL = (
    Shot("first-run-80", type_password, start="empty"),
    Shot("unlock-80", press(), start="locked"),
    Shot("unlock-120", press(), LARGE, start="locked"),
    Shot("list-80", press("down")),
    Shot("list-120", press("down"), LARGE),
    Shot("list-light-80", press("down"), light=True),
    Shot("list-light-120", press("down"), LARGE, light=True),
    Shot("list-no-colour-80", press("down"), plain=True),
    Shot("empty-80", press(), start="new"),
    Shot("find-80", press("slash", *"contoso")),
    Shot("copied-80", copy),
    Shot("copied-120", copy, LARGE),
    Shot("wizard-registry-80", press("n")),
    Shot("wizard-scope-80", press(*WIZARD)),
    Shot("wizard-packages-80", press(*GLOB)),
    Shot("wizard-packages-120", press(*GLOB), LARGE),
    Shot("wizard-packages-light-80", press(*GLOB), light=True),
    Shot("wizard-lifetime-80", press(*GLOB, "enter")),
    Shot("wizard-review-80", press(*GLOB, "enter", "enter")),
    Shot("wizard-secret-80", press(*GLOB, "enter", "enter", "enter")),
    Shot("rotate-80", press("down", "r")),
    Shot("renew-80", renew),
    Shot("end-old-80", end_old),
    Shot("edit-80", press("down", "e")),
    Shot("remove-80", press("down", "d")),
    Shot("password-80", change_password),
    Shot("upgrade-80", upgrade),
    Shot("recovered-80", recovered),
    Shot("half-done-80", press(), start="half-done", toasts=True),
    Shot("places-80", places("h"), start="half-done"),
    Shot("install-80", places("enter"), start="half-done"),
    Shot("place-80", press("down", "i", "a")),
    Shot("doctor-80", press("o")),
    Shot("which-80", press("w", *"contoso.core")),
    Shot("timeline-80", press("v", "down")),
    Shot("timeline-120", press("v", "right", "right", "down"), WIDE),
    Shot("help-80", press("question_mark")),
)


@pytest.fixture(autouse=True)
def _one_time_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def app_for(shot: Shot, directory: Path) -> KeyfobApp:
    clock = lambda: NOW  # noqa: E731
    vault: Vault | None
    home, vault = demo_vault(clock=clock, entropy=random.Random(7).randbytes)
    if shot.start == "empty":
        home, vault = Home(MemoryStore(), clock=clock, cost=CHEAPEST), None
    elif shot.start == "half-done":
        with Secret(V4) as secret:
            vault.rotate(vault.find(ROTATED).id, secret, recognised="nuget v4")
    elif shot.start == "locked":
        vault = None
    elif shot.start == "new":
        home = Home(MemoryStore(), clock=clock, cost=CHEAPEST)
        vault, _ = home.create("a made-up password")
    app = KeyfobApp(
        home,
        clipboard=MemoryClipboard(),
        settings=Settings(theme="light" if shot.light else "dark"),
        directory=directory,
        vault=vault,
        clock=clock,
        open_page=lambda _: True,
    )
    app.demo = False
    return app


async def draw(shot: Shot, directory: Path) -> str:
    app = app_for(shot, directory)
    async with app.run_test(size=shot.size, notifications=shot.toasts) as pilot:
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        if isinstance(app.screen, Keys):
            app.found_packages(PACKAGES)
        await shot.script(pilot)
        # A blinking cursor would make the picture depend on the moment it is taken.
        for field in app.screen.query("Input"):
            field.cursor_blink = False  # type: ignore[attr-defined]
            field._cursor_visible = True  # type: ignore[attr-defined]
        await pilot.pause()
        picture = app.export_screenshot(title="keyfob")
    return re.sub(r"terminal-\d+", "terminal", picture)


@pytest.mark.parametrize("shot", ALL, ids=lambda shot: shot.name)
async def test_the_screen_looks_as_it_did(
    shot: Shot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    if shot.plain:
        monkeypatch.setenv("NO_COLOR", "1")
    picture = await draw(shot, tmp_path)
    path = SHOTS / f"{shot.name}.svg"
    if os.environ.get("KEYFOB_SHOTS") == "write":
        path.write_text(picture, encoding="utf-8", newline="\n")
    assert picture == path.read_text(encoding="utf-8"), (
        f"{path.name} looks different now; draw it anew with KEYFOB_SHOTS=write if that is meant"
    )


def test_no_picture_is_left_of_a_screen_that_is_no_longer_drawn() -> None:
    assert {path.stem for path in SHOTS.glob("*.svg")} == {shot.name for shot in ALL}


def test_no_picture_holds_anything_like_a_key() -> None:
    shapes = re.compile(
        r"oy2[a-z2-7]{8}|cio[A-Za-z0-9]{20}|pypi-[A-Za-z0-9]{8}|kfob_[0-9A-Za-z]{6}"
    )
    for path in SHOTS.glob("*.svg"):
        assert not shapes.search(path.read_text(encoding="utf-8")), path.name
