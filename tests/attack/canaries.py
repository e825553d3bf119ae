"""Secrets to look for in all that the app lets out, and what drives the whole app meanwhile."""

from __future__ import annotations

import base64
import hashlib
import importlib
import logging
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

import tui
from tests.tui.conftest import NOW
from tests.tui.driving import Driver
from tests.tui.test_leaks import printed
from tui.app import KeyfobApp
from tui.commands import COMMANDS
from tui.screens.keys import Keys
from tui.screens.unlock import Unlock
from tui.widgets.fields import SecretField
from tui.widgets.key_list import KeyList
from vault.keys.glob import Glob
from vault.keys.grant import grants_for
from vault.keys.key import Draft
from vault.keys.lifetime import Lifetime
from vault.keys.place import Place
from vault.keys.secret import Secret
from vault.registries.loader import load
from vault.vault import Vault

PASSWORD = "canary-word " + hashlib.sha256(b"made-up password").hexdigest()[:30]
UNKNOWN = "nowhere.invalid"
"""A registry of which there is no profile."""
REGISTRIES = ("rubygems", "nuget.org", "own-feed", UNKNOWN)
"""Of one key each: one with an API, one with pasted secrets, one whose secrets keyfob makes."""
DAY = timedelta(days=1)
PASSWORD_SCREENS = {"FirstRun", "Unlock", "ChangePassword", "Upgrade", "Recovered"}
"""Screens whose secret fields are for the vault's password."""
MOST = 14
"""Most answers to one screen: the wizard asks the most."""

_PIECE = 12
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


def canary(number: int) -> str:
    """A made-up secret in the shape of nuget.org's, each part of it like no other text."""
    digest = hashlib.sha512(b"made-up secret %d" % number).digest()
    return "oy2" + "".join(_LETTERS[byte % 32] for byte in digest[:43])


def forms(text: str) -> Iterator[str]:
    """The pieces of a secret, as they are and as something on the way might write them."""
    for at in (0, len(text) // 2 - _PIECE // 2, len(text) - _PIECE):
        piece = text[at : at + _PIECE]
        yield piece
        yield piece.encode().hex()
    for shift in range(3):  # in base64 a text looks different at each of three places
        yield base64.b64encode(b"\0" * shift + text.encode()).decode()[4:24]


@dataclass
class Watch:
    """Everything that comes out of an app, and the secrets to look for in it.

    Attributes:
        home: The directory in which every file is looked at.
        said: What came out since it was last looked at: messages, log lines, reports.
        secrets: Password and secrets; more are made as they are typed.
        steps: How often was looked.
    """

    home: Path
    said: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=lambda: [PASSWORD])
    steps: int = 0

    def fresh(self) -> str:
        """A secret that no key has yet."""
        self.secrets.append(canary(len(self.secrets)))
        return self.secrets[-1]

    def look(self, app: KeyfobApp, when: str) -> None:
        """Fail if a piece of a secret is in anything that came out.

        Args:
            app: What is on its screens, and how all that lives in it shows itself.
            when: What was done just now, for the failure.
        """
        self.steps += 1
        told = {"said": "\n".join(self.said), **_shown(app)}
        self.said.clear()
        for path in self.home.rglob("*"):
            if path.is_file():
                told[f"file {path.name}"] = path.read_bytes().decode("latin-1")
        wanted = {form for secret in self.secrets for form in forms(secret)}
        for what, text in told.items():
            for form in wanted:
                if form in text:
                    at = text.index(form)
                    before = text[max(at - 200, 0) : at]
                    pytest.fail(f"after {when}, {what} holds a secret: {before}…")


def _shown(app: KeyfobApp) -> dict[str, str]:
    """The screen, the toasts, and the `repr` of everything that lives in the app."""
    told = {"title": f"{app.title} {app.sub_title} {app!r}"}
    told["toasts"] = "\n".join(repr(each) for each in app._notifications)
    told["workers"] = "\n".join(f"{worker!r} {worker.description}" for worker in app.workers)
    told["report"] = printed(app)
    if app.screen_stack:
        strips = app.screen._compositor.render_strips()
        told["screen"] = "\n".join(strip.text for strip in strips)
        nodes = [
            node
            for screen in app.screen_stack
            for node in screen.walk_children(Widget, with_self=True)
        ]
        told["widgets"] = "\n".join(f"{node!r} {node.tooltip} {node.loading}" for node in nodes)
    return told


def listening(home: Path, patch: pytest.MonkeyPatch, log: pytest.LogCaptureFixture) -> Watch:
    """A watch that hears every message, and every line of Textual's and Python's logs."""
    watch = Watch(home)
    post = MessagePump.post_message

    def heard(self: MessagePump, message: Message) -> bool:
        watch.said.append(repr(message))
        return post(self, message)

    def logged(_app: App[Any], *objects: Any, **fields: Any) -> None:
        watch.said.append(f"{objects!r} {objects[3:]} {fields!r}")

    class Lines(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            watch.said.append(self.format(record))

    patch.setattr(MessagePump, "post_message", heard)
    patch.setattr(App, "_log", logged)
    log.set_level(logging.DEBUG)
    handler = Lines()
    patch.setattr(logging.getLogger(), "handlers", [*logging.getLogger().handlers, handler])
    return watch


def fill_vault(vault: Vault, watch: Watch) -> None:
    """Keys of several registries, one that no profile knows, one that is expired, with places."""
    for number, registry in enumerate(REGISTRIES):
        profile = load(registry if registry != UNKNOWN else "own-feed")
        glob = Glob(profile.glob_example("contoso"), profile.matching)
        draft = Draft(
            name=f"bird-{number}",
            registry=registry,
            owner="contoso",
            grants=grants_for([profile.offered[0].id], [glob]),
            lifetime=Lifetime(NOW - 20 * DAY, NOW + (2 - number) * DAY),
        )
        with Secret(watch.fresh()) as secret:
            key = vault.add(draft, secret, recognised="nuget v4")
        vault.add_place(key.id, Place("machine", "build server", "true"))


@dataclass
class Walk:
    """A walk through every command of the main screen and every binding of what it opens.

    Attributes:
        it: The app.
        watch: What looks after each step.
        pressed: Which binding of which kind of screen or widget was pressed: each is once.
        seen: The screens that were on top.
        code: The last recovery code that was shown.
    """

    it: Driver
    watch: Watch
    pressed: set[tuple[str, str]] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    code: str = ""

    @property
    def screen(self) -> Screen[Any]:
        """What is on top."""
        return self.it.app.screen

    async def bindings(self) -> None:
        """Each command, and each binding of whatever it opens, and of what that opens."""
        commands = [row.keys.split(",")[0] for row in COMMANDS if row.action != "quit"]
        for command in ("home", *commands):
            found = True
            while found:
                await self.home()
                await self.press(command)
                found = await self.explore()

    async def commands(self, *, rows: int) -> None:
        """Each command, its form filled in and sent off; those on a key for so many keys."""
        for row in reversed(range(rows)):  # the last first: one of the commands removes a key
            for command in COMMANDS:
                if command.action != "quit" and (command.needs_key or row == 0):
                    await self.home()
                    await self.it.pilot.press("home", *["down"] * row)
                    await self.press(command.keys.split(",")[0])
                    await self.answer()

    async def explore(self) -> bool:
        """Press what was not pressed yet, on whatever is on top; whether there was any."""
        found = False
        while (key := self._next()) is not None:
            found = True
            self.fill()
            await self.press(key)
            if isinstance(self.screen, Keys) and key != "tab":
                return found
        await self.answer()
        return found

    def _next(self) -> str | None:
        own = {key for command in COMMANDS for key in command.keys.split(",")}
        for key, (node, binding, *_) in self.screen.active_bindings.items():
            mark = (type(node).__name__, f"{key} {binding.action}")
            if mark in self.pressed or "quit" in binding.action:
                continue
            if key not in own or not isinstance(self.screen, Keys):
                self.pressed.add(mark)
                return key
        return None

    async def answer(self) -> None:
        """Fill in what is empty and go on, until the main screen is back or nothing moves."""
        for _ in range(MOST):
            before = self.it.text
            self.fill()
            for key in ("enter", "ctrl+s"):
                if isinstance(self.screen, Keys | Unlock):
                    return
                await self.press(key)
            if self.it.text == before:
                return

    def fill(self) -> None:
        """Something for every empty field that is shown; secrets for those that take one."""
        name = type(self.screen).__name__
        for entry in self.screen.query(Input):
            if not all(node.display for node in entry.ancestors_with_self):
                continue
            if isinstance(entry, SecretField) and name in PASSWORD_SCREENS:
                entry.value = PASSWORD
            elif isinstance(entry, SecretField):
                entry.value = entry.value or self.watch.fresh()
            elif not entry.value and not isinstance(self.screen, Keys):
                entry.value = "Canary.*" if entry.id == "globs" else self._name()

    def _name(self) -> str:
        lists = [keys for each in self.it.app.screen_stack for keys in each.query(KeyList)]
        return next((keys.selected.name for keys in lists if keys.selected is not None), "bird")

    async def home(self) -> None:
        """Back to the list, through whatever asks; unlocked if it was locked."""
        for _ in range(MOST):
            if isinstance(self.screen, Unlock):
                await self.quiet()
                self.fill()
                await self.press("enter")
            elif isinstance(self.screen, Keys) and isinstance(self.screen.focused, KeyList):
                return
            else:
                await self.press("escape")
        pytest.fail(f"{self.screen!r} does not go away:\n{self.it.text}")

    async def press(self, key: str) -> None:
        """Press one key, wait until what it started is done, and look."""
        name = type(self.screen).__name__
        self.seen.add(name)
        await self.it.pilot.press(key)
        await self.quiet()
        self.watch.look(self.it.app, f"{key} on {name}")
        self.code = getattr(self.screen, "_recovery", self.code)

    async def quiet(self) -> None:
        """Wait for the threads; a worker of the default group waits for an answer itself."""
        for _ in range(500):
            await self.it.pilot.pause(0.01)
            workers = self.it.app.workers
            if not any(one.is_running and one.group != "default" for one in workers):
                break


def screens() -> set[str]:
    """The names of all screens of the app that no other one builds on."""
    found = set()
    for module in pkgutil.walk_packages(tui.__path__, "tui."):
        if module.name != "tui.__main__":  # which would be run
            for each in vars(importlib.import_module(module.name)).values():
                whole = isinstance(each, type) and not each.__subclasses__()
                if whole and issubclass(each, Screen):
                    found.add(each.__name__)
    return found
