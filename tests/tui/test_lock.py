"""After a lock nothing decrypted can be reached from the app any more."""

from __future__ import annotations

import gc
import types
from collections.abc import Iterator
from datetime import timedelta

import pytest
from textual.pilot import Pilot

from tests.tui.conftest import NOW, PASSWORD, AppMaker
from tui.widgets.fields import SecretField
from vault import Draft, Glob, Grant, Lifetime
from vault.clipboard.memory import MemoryClipboard
from vault.home import Home
from vault.keys.key import Key
from vault.keys.secret import Secret
from vault.records import Entry, Record
from vault.vault import Vault

SECRET_BACKWARDS = "enog eb tsum taht eulav pu-edam a"
"""Backwards, or the search would find this very line."""

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


def fill(home: Home) -> None:
    vault, _ = home.create(PASSWORD)
    grants = (Grant("push", Glob("Contoso.*")),)
    life = Lifetime(NOW, NOW + timedelta(days=30))
    draft = Draft("release-bot", "nuget.org", "contoso", grants, life)
    vault.add(draft, Secret(SECRET_BACKWARDS[::-1]))
    vault.lock()


async def settle(pilot: Pilot[None]) -> None:
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


@pytest.mark.parametrize("keys", [("slash", *"bot", "enter"), ("n", "enter"), ("e",), ("r",)])
async def test_nothing_decrypted_is_reachable_after_a_lock(
    make_app: AppMaker, home: Home, clipboard: MemoryClipboard, keys: tuple[str, ...]
) -> None:
    fill(home)
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        app.screen.query_one(SecretField).value = PASSWORD
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("c", *keys)
        await app.animator.wait_for_idle()
        assert any(isinstance(thing, Key) for thing in reachable(app))
        app.lock()
        await pilot.pause()
        clipboard.copies.clear()  # what the test's clipboard records, not the app
        gc.collect()
        left = list(reachable(app))
    assert len(left) > 1000
    for thing in left:
        assert not isinstance(thing, Vault | Key | Entry | Record)
        if isinstance(thing, Secret):
            assert thing.reveal()[::-1] != SECRET_BACKWARDS
        if isinstance(thing, str | bytes | bytearray):
            text = thing if isinstance(thing, str) else bytes(thing).decode(errors="replace")
            assert SECRET_BACKWARDS not in text[::-1]
