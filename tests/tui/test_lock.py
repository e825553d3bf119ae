"""After a lock nothing decrypted can be reached from the app any more."""

from __future__ import annotations

import gc
import sys
import types
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from textual import events
from textual.screen import Screen

from tests.tui.apis import FakeApi
from tests.tui.conftest import NOW, AppMaker
from tests.tui.driving import Driver
from tui.screens.edit import EditScreen
from tui.screens.end_old import EndOld
from tui.screens.password import ChangePassword
from tui.screens.places import PlacesScreen
from tui.screens.renew import RenewScreen
from tui.screens.rotate import RotateScreen
from tui.screens.timeline import TimelineScreen
from tui.screens.unlock import Unlock
from tui.screens.upgrade import Upgrade
from tui.screens.which import WhichScreen
from tui.wizard.screen import CreateWizard
from tui.wizard.secret import SecretPart
from vault import Draft, Glob, Grant, Lifetime
from vault.apis.base import OtpNeededError
from vault.clipboard.memory import MemoryClipboard
from vault.errors import StorageError
from vault.home import Home
from vault.keys.key import Key
from vault.keys.secret import Secret
from vault.records import Entry, Record
from vault.sealing.vaultfile import VaultKey
from vault.vault import Vault


class Hand(Driver):
    """A driver that does not wait for a dialog to be closed, which is what opened it waits for."""

    async def settle(self) -> None:
        threads = [worker for worker in self.app.workers if worker._thread_worker]
        if threads:
            await self.app.workers.wait_for_complete(threads)
        await self.pilot.pause()


def hidden(text: str) -> str:
    """A text backwards: the search would find a constant of this module, which is no leak."""
    return text[::-1]


SECRET = "enog eb tsum taht eulav pu-edam a"
PASSED = "drowssap eht sa sessap tahw"
CHOSEN = "drowssap txen eht eb thgim tahw"
PASTED = "ihg" + "4nv7q" * 8 + "2yo"  # of this file alone: what other tests typed may be cached

_PASSED_OVER = (type, types.ModuleType, types.FrameType, types.CodeType)


def reachable(root: object) -> Iterator[object]:
    """Everything that can be reached from an object, modules and classes left out."""
    seen = {id(root)}
    queue = [root]
    while queue:
        for thing in gc.get_referents(queue.pop()):
            if id(thing) not in seen and not isinstance(thing, _PASSED_OVER):
                seen.add(id(thing))
                queue.append(thing)
                yield thing


def fill(home: Home) -> bytes:
    """Make a vault with one key; answers its vault key."""
    vault, _ = home.create(hidden(PASSED))
    grants = (Grant("push", Glob("Contoso.*")),)
    life = Lifetime(NOW, NOW + timedelta(days=30))
    draft = Draft("landing-bot", "nuget.org", "contoso", grants, life)
    vault.add(draft, Secret(hidden(SECRET)))
    key = bytes(vault._session.key.reveal_bytes())
    vault.lock()
    return key


async def nothing(it: Driver) -> None:
    """Only the copy that every case makes."""


async def find(it: Driver) -> None:
    await it.press("slash", *"bot", "enter")


async def wizard_with_a_secret(it: Driver) -> None:
    await it.app.push_screen(CreateWizard())
    await it.go("Name")
    await it.fill("#name", "another")
    await it.go("Secret")
    await it.fill("SecretField", hidden(PASTED))


async def rotation_with_a_secret(it: Driver) -> None:
    await it.press("r")
    await it.fill("SecretField", hidden(PASTED))


async def rotation_that_cannot_be_saved(it: Driver) -> None:
    await rotation_with_a_secret(it)

    def refuse(*_: object, **__: object) -> None:
        raise StorageError("The disk is full.")

    it.vault._store.replace = refuse  # type: ignore[method-assign]
    await it.press("enter", "enter")  # it is of no shape that nuget.org's keys have
    assert "The disk is full." in it.flat
    assert it.app.screen.query_one(SecretPart).touched  # it is held for another try


async def renewal_asked_for_a_code(it: Driver) -> None:
    await renewal(it, RenewScreen, "up", "enter")


async def end_of_the_old_asked_for_a_code(it: Driver) -> None:
    await renewal(it, EndOld)


async def renewal(it: Driver, screen: type[RenewScreen | EndOld], *keys: str) -> None:
    """Typed, sent, and kept in the field for the code that was asked for."""
    [key] = it.vault.keys
    key = it.vault.rotate(key.id, Secret(hidden(SECRET)), retire=True, former="17")
    api = FakeApi(needs=("password", "otp"), retire_needs=("password", "otp"))
    api.answers = [OtpNeededError("A one-time code is wanted.")]
    await it.app.push_screen(screen(key, api))
    await it.press(*keys)
    await it.fill("#password", hidden(PASSED))
    await it.press("enter")
    assert "A one-time code is wanted." in it.flat
    await it.fill("#otp", hidden(CHOSEN))


async def edit(it: Driver) -> None:
    await it.press("e")


async def revoke(it: Driver) -> None:
    await it.press("x")


async def remove(it: Driver) -> None:
    await it.press("d", *"land")


async def password(it: Driver) -> None:
    await it.press("p")
    assert isinstance(it.app.screen, ChangePassword)
    await it.fill("#old", hidden(PASSED))
    await it.fill("#first", hidden(CHOSEN))
    await it.fill("#again", hidden(CHOSEN))


async def wrong_password(it: Driver) -> None:
    await it.press("p")
    await it.fill("#old", hidden(PASSED) + "!")
    await it.fill("#first", hidden(CHOSEN))
    await it.press("enter")
    await it.fill("#again", hidden(CHOSEN))
    await it.press("enter")
    assert "another one" in it.flat


async def upgrade(it: Driver) -> None:
    await it.app.push_screen(Upgrade())
    await it.fill("SecretField", hidden(PASSED))


async def palette(it: Driver) -> None:
    await it.press("ctrl+p", *"copy")


DOING: tuple[Callable[[Driver], Awaitable[None]], ...] = (
    nothing,
    find,
    wizard_with_a_secret,
    rotation_with_a_secret,
    rotation_that_cannot_be_saved,
    renewal_asked_for_a_code,
    end_of_the_old_asked_for_a_code,
    edit,
    revoke,
    remove,
    password,
    wrong_password,
    upgrade,
    palette,
)


@pytest.mark.parametrize("doing", DOING, ids=lambda doing: doing.__name__)
async def test_nothing_decrypted_is_reachable_after_a_lock(
    make_app: AppMaker,
    home: Home,
    clipboard: MemoryClipboard,
    doing: Callable[[Driver], Awaitable[None]],
) -> None:
    older = [thing for thing in reachable(vars(sys.modules[__name__])) if is_domain(thing)]
    key = fill(home)
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        it = Hand(app, pilot)
        await it.settle()
        await it.fill("SecretField", hidden(PASSED))
        await it.press("enter", "c")
        await doing(it)
        await app.animator.wait_for_idle()
        before = list(leaks(app, key, older))
        assert {"a Vault", "a Key", "the vault key"} <= set(before)
        app.lock()
        assert isinstance(app.screen, Unlock)
        await it.settle()
        clipboard.copies.clear()  # what the test's clipboard records, not the app
        gc.collect()
        assert sum(1 for _ in reachable(app)) > 1000
        assert list(leaks(app, key, older)) == []


@pytest.mark.parametrize("key", ["n", "e", "r", "x", "d", "i", "w", "o", "v", "p"])
async def test_a_lock_comes_before_a_screen_that_was_about_to_open(
    make_app: AppMaker, key: str
) -> None:
    app = make_app(demo=True)
    async with app.run_test() as pilot:
        await Driver(app, pilot).settle()
        for pressed in (key, "l"):
            app.post_message(events.Key(pressed, pressed))  # both before the app does anything
        await Driver(app, pilot).settle()
        assert isinstance(app.screen, Unlock)


@pytest.mark.parametrize(
    "make",
    [
        lambda _: CreateWizard(),
        EditScreen,
        RotateScreen,
        lambda key: RenewScreen(key, FakeApi()),
        lambda key: EndOld(key, FakeApi(retire_needs=("password",))),
        PlacesScreen,
        lambda _: ChangePassword(),
        lambda _: Upgrade(),
        lambda key: WhichScreen([key]),
        lambda key: TimelineScreen({}, select=key.id),
    ],
    ids=["wizard", "edit", "rotate", "renew", "end", "places", "password", "upgrade", "which", "v"],
)
async def test_a_lock_may_come_before_a_screen_was_drawn(
    make_app: AppMaker, make: Callable[[Key], Screen[Any]]
) -> None:
    app = make_app(demo=True)
    async with app.run_test() as pilot:
        await Driver(app, pilot).settle()
        app.push_screen(make(Driver(app, pilot).vault.keys[0]))
        app.lock()
        await Driver(app, pilot).settle()
        assert isinstance(app.screen, Unlock)


_TEXTS = {
    "the secret": SECRET,
    "the password": PASSED,
    "the new password": CHOSEN,
    "what was pasted": PASTED,
}


def is_domain(thing: object) -> bool:
    return isinstance(thing, Vault | Key | Entry | Record | Secret | VaultKey)


def leaks(app: object, key: bytes, older: Sequence[object]) -> Iterator[str]:
    """What can be reached from the app of all that a lock must forget.

    What was there before the test is other tests' own, found by way of what modules hold.
    """
    theirs = {id(thing) for thing in older}
    for thing in reachable(app):
        if id(thing) in theirs:
            continue
        if isinstance(thing, Vault | Key | Entry | Record):
            yield f"a {type(thing).__name__}"
        if isinstance(thing, Secret | VaultKey) and thing._buffer:
            yield f"a {type(thing).__name__} with its value"
        if isinstance(thing, str | bytes | bytearray):
            if not isinstance(thing, str) and key in thing:
                yield "the vault key"
            text = thing if isinstance(thing, str) else bytes(thing).decode(errors="replace")
            yield from (what for what, backwards in _TEXTS.items() if backwards in text[::-1])
