"""What the app's tests share: a fixed clock, a vault in memory, and a clipboard that remembers."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tui.app import KeyfobApp
from tui.presence import Instant
from vault.clipboard.memory import MemoryClipboard
from vault.demo import demo_vault
from vault.home import Home
from vault.sealing.kdf import CHEAPEST
from vault.settings import Settings
from vault.store.memory import MemoryStore

PASSWORD = "correct horse battery staple"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class MovableClock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.time = NOW
        self.asleep = 0.0

    def __call__(self) -> datetime:
        return self.time

    def forward(self, **by: float) -> None:
        self.time += timedelta(**by)

    def sleep(self, **by: float) -> None:
        """The machine sleeps for so long."""
        self.forward(**by)
        self.asleep += timedelta(**by).total_seconds()

    def instant(self) -> Instant:
        passed = (self.time - NOW).total_seconds()
        return Instant(passed, passed - self.asleep)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def clipboard() -> MemoryClipboard:
    return MemoryClipboard()


@pytest.fixture
def home(clock: MovableClock) -> Home:
    return Home(MemoryStore(), clock=clock, cost=CHEAPEST)


AppMaker = Callable[..., KeyfobApp]


@pytest.fixture
def make_app(
    tmp_path: Path, clock: MovableClock, clipboard: MemoryClipboard, home: Home
) -> AppMaker:
    """Makes an app over the fixture's empty home, or over the demo's keys, unlocked."""

    def make(*, demo: bool = False, pages: list[str] | None = None) -> KeyfobApp:
        place, vault = home, None
        opened = pages if pages is not None else []

        def open_page(address: str) -> bool:
            opened.append(address)
            return True

        if demo:
            place, vault = demo_vault(clock=clock, entropy=random.Random(7).randbytes)
        app = KeyfobApp(
            place,
            clipboard=clipboard,
            settings=Settings(),
            directory=tmp_path,
            vault=vault,
            clock=clock,
            instant=clock.instant,
            open_page=open_page,
        )
        # A demo never locks; these tests want everything else of a real vault.
        app.demo = False
        return app

    return make
