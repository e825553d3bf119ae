"""What the tests of the dialogs share: open one, look at the screen, click what stands there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from textual.content import Content
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import ContentSwitcher, Input

from tui.app import KeyfobApp
from tui.wizard.screen import CreateWizard
from vault.demo import PACKAGES
from vault.keys.key import Draft, Key
from vault.keys.secret import Secret
from vault.packages import PackageId
from vault.vault import Vault

V4 = "oy2" + "k4tq7" * 8 + "abc"
"""A made-up nuget.org key: the right shape, and no key at all."""
OTHER_V4 = "oy2" + "p3xw5" * 8 + "def"
V5 = "a" * 52 + "JQQJ99ALN5Z0000LZENeS003NUGT3OrW"
"""The example of NuGetGallery's own tests: 5 December 2024, 13:30 to 13:45 UTC."""


def the_key(app: KeyfobApp) -> Key:
    """The key `ci`, as the vault has it now."""
    assert app.vault is not None
    return app.vault.find("ci")


def secret_of(app: KeyfobApp) -> str:
    """The secret of the key `ci`."""
    assert app.vault is not None
    with app.vault.secret(the_key(app).id) as secret:
        return secret.reveal()


@dataclass
class Driver:
    """One dialog in a running app.

    Attributes:
        results: What the dialog was dismissed with, once it was.
    """

    app: KeyfobApp
    pilot: Pilot[None]
    results: list[Any] = field(default_factory=list)

    @property
    def vault(self) -> Vault:
        assert self.app.vault is not None
        return self.app.vault

    @property
    def wizard(self) -> CreateWizard:
        assert isinstance(self.app.screen, CreateWizard)
        return self.app.screen

    @property
    def step(self) -> str:
        return self.wizard.step.label

    @property
    def text(self) -> str:
        """The screen as it is, line by line."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in strips)

    @property
    def flat(self) -> str:
        """The same without the rail, with every run of blanks one, so that wraps do not matter."""
        panes = list(self.app.screen.query(ContentSwitcher))
        left = panes[0].region.x if panes else 0
        lines = [line[left:] for line in self.text.splitlines()]
        return " ".join(" ".join(lines).replace("│", " ").split())

    async def settle(self) -> None:
        await self.app.workers.wait_for_complete()
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    async def until(self, said: str) -> None:
        """Wait for what is said once a thread is done, where `settle` would wait for a dialog."""
        for _ in range(400):
            await self.pilot.pause(0.02)
            if said in self.flat:
                return
        raise AssertionError(f"{said!r} was not said:\n{self.text}")

    async def fill(self, selector: str, text: str) -> None:
        self.app.screen.query_one(selector, Input).value = text
        await self.pilot.pause()  # only what hears of it starts what is waited for
        await self.settle()

    async def click(self, text: str) -> None:
        """Click where this text stands on the screen."""
        for y, line in enumerate(self.text.splitlines()):
            if text in line:
                await self.pilot.click(offset=(line.index(text) + 1, y))
                await self.settle()
                return
        raise AssertionError(f"{text!r} is not on the screen:\n{self.text}")

    async def go(self, label: str) -> None:
        """Enter until this step is shown, with what is proposed, and `Contoso.*` as the globs."""
        for _ in range(8):
            if self.step == label:
                return
            if self.step == "Packages" and not self.app.screen.query_one("#globs", Input).value:
                await self.fill("#globs", "Contoso.*")
            await self.press("enter")
        assert self.step == label, self.text


def found(*ids: str) -> tuple[PackageId, ...]:
    """Packages as the working directory would show them."""
    return tuple(PackageId(package_id, "nuget", "here.csproj") for package_id in ids)


@asynccontextmanager
async def dialog(
    app: KeyfobApp, screen: Screen[Any] | None = None, *, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Driver]:
    """The app with a dialog over its list; the wizard unless another one is given."""
    async with app.run_test(size=size) as pilot:
        driver = Driver(app, pilot)
        await driver.settle()
        app.found_packages(PACKAGES)
        app.push_screen(screen or CreateWizard(), driver.results.append)
        await driver.settle()
        yield driver


def hoard(app: KeyfobApp, secret: str) -> list[str]:
    """The widgets, on every screen, that hold this text in any attribute or show it."""
    found = []
    for screen in app.screen_stack:
        for node in screen.walk_children(Widget, with_self=True):
            texts = [str(node.render()) if isinstance(node.render(), Content) else ""]
            texts += [str(value) for value in vars(node).values()]
            if any(secret in text for text in texts):
                found.append(repr(node))
    return found


def fits(screen: Screen[Any]) -> list[str]:
    """What sticks out of the screen or can be scrolled, of everything that is shown."""
    wrong = []
    whole = screen.region
    for widget in screen.query("*"):
        if not widget.is_on_screen or not all(part.display for part in widget.ancestors_with_self):
            continue
        sideways = widget.show_horizontal_scrollbar and not isinstance(widget, Input)
        if widget.show_vertical_scrollbar or sideways:
            wrong.append(f"{widget!r} scrolls")
        parent = widget.parent
        inside = parent.region if isinstance(parent, Widget) else whole
        if widget.region.area and not inside.contains_region(widget.region):
            wrong.append(f"{widget!r} {widget.region} sticks out of {inside}")
    return wrong


def add(vault: Vault, draft: Draft, secret: str) -> Key:
    """Put a key into a vault as it is, unchecked: as another program might have."""
    with Secret(secret) as held:
        return vault.add(draft, held, recognised="nuget v4")
