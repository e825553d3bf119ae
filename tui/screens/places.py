"""Where a key is installed, and what is left to do after its last rotation."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from threading import Event
from typing import TYPE_CHECKING, TypeAlias

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.desk import desk
from tui.say import line, say
from tui.screens.add_place import KIND_WORDS, AddPlace
from tui.screens.confirm import Confirm
from tui.screens.saving import Saving, open_vault
from tui.widgets.command_bar import CommandBar
from tui.widgets.note_line import NoteLine
from tui.widgets.rows import Row, RowList
from tui.widgets.working import Working
from tui.wizard.defaults import profile_of
from vault.errors import VaultError
from vault.keys.key import Key
from vault.keys.place import Place, behind, places_behind
from vault.rotation.installing import install

if TYPE_CHECKING:  # asked only where an API can end an old value
    from vault.apis.base import RegistryApi

Outcome: TypeAlias = tuple[Key, str]
"""The key as it is now, and what to say."""

_RETIRE = "retire"


class PlacesScreen(ModalScreen[None], Saving[None, Outcome]):
    """The key's places, each with what is known of it, and the old value if that is to be ended.

    Enter on a place runs its command, or takes the user's word that it was done by hand.
    """

    BINDINGS = [
        Binding("escape", "leave", "Back", show=False),
        Binding("a", "add", "Add", show=False),
        Binding("w", "waive", "Not needed", show=False),
        Binding("d,delete", "remove", "Remove", show=False),
        Binding("h", "by_hand", "Done by hand", show=False),
    ]
    DEFAULT_CSS = """
    PlacesScreen RowList { height: auto; max-height: 11; margin: 1 0; }
    PlacesScreen NoteLine { min-height: 2; }
    PlacesScreen Working, PlacesScreen.-busy NoteLine { display: none; }
    PlacesScreen.-busy Working { display: block; }
    """

    def __init__(self, key: Key) -> None:
        """Show the places of a key."""
        super().__init__()
        self._key = key
        self._stop = Event()

    def compose(self) -> ComposeResult:
        """The panel."""
        with Vertical(classes="panel wide") as panel:
            panel.border_title = say(f"Where {self._key.name} is installed", width=60)
            yield Static("", id="left")
            yield RowList()
            yield NoteLine()
            yield Working()
        yield CommandBar(
            [
                ("enter", "Install", "screen.install"),
                ("h", "Done by hand", "screen.by_hand"),
                ("w", "Not needed", "screen.waive"),
                ("a", "Add", "screen.add"),
                ("d", "Remove", "screen.remove"),
                ("esc", "Back", "screen.leave"),
            ]
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is done to a place needs one."""
        del parameters
        if action in {"waive", "remove"}:
            return True if self._key.places else None
        if action in {"install", "by_hand"}:
            return True if self._key.places or self._key.retire else None
        return True

    def on_mount(self) -> None:
        """Show the places, the first that is behind under the cursor."""
        self.query_one(RowList).focus()
        left = places_behind(self._key)
        self._show(at=left[0].where if left else None)

    def on_unmount(self) -> None:
        """End a command that still runs."""
        self._stop.set()

    @on(RowList.Chosen)
    def _chosen(self) -> None:
        self.action_install()

    @work
    async def action_install(self) -> None:
        """Run the command of the place under the cursor, once it was agreed to.

        On the old value: have the registry end it, where its API can.
        """
        place, row, api = self._place(), self.query_one(RowList).here, self._ending()
        if self.saving:
            return
        if api is not None and row is not None and row.id == _RETIRE:
            await self._end_old(api)
            return
        if place is None or not place.command or desk(self).demo:  # a demo starts nothing
            self.action_by_hand()
            return
        sentences = [f"$ {place.command}", "The secret goes to it on its standard input."]
        if not await self.app.push_screen_wait(
            Confirm(f"Install at {place.where}?", sentences, do="Run")
        ):
            return
        vault, where = open_vault(self), place.where
        self._busy(f"Installing at {where}")

        def run() -> Outcome:
            ran = install(vault, self._key.id, where, os.environ, stop=self._stop)
            said = f" It said: {ran.lines[-1]}" if ran.lines and not ran.ok else ""
            return vault.key(self._key.id), f"{where}: {ran.sentence}{said}"

        self.save(run)

    async def _end_old(self, api: RegistryApi) -> None:
        from tui.screens.end_old import EndOld

        key = await self.app.push_screen_wait(EndOld(self._key, api))
        if key is not None:
            left = "Another old value is left." if key.retire else "The old value is gone."
            self.saved((key, left))

    def action_by_hand(self) -> None:
        """Remember that what is under the cursor was done by hand."""
        row, place = self.query_one(RowList).here, self._place()
        revision, vault = self._key.revision, open_vault(self)
        if row is not None and row.id == _RETIRE:
            self._change(
                lambda: vault.retire_done(self._key.id, revision=revision), "The old value is gone."
            )
        elif place is not None:
            where = place.where
            self._change(
                lambda: vault.confirm_place(self._key.id, where, revision=revision),
                f"{where} has the present secret.",
            )

    def action_waive(self) -> None:
        """Remember that the place under the cursor need not have the present secret."""
        place, vault, revision = self._place(), open_vault(self), self._key.revision
        if place is not None:
            where = place.where
            self._change(
                lambda: vault.waive_place(self._key.id, where, revision=revision),
                f"{where} does without it.",
            )

    @work
    async def action_remove(self) -> None:
        """Ask, then forget the place under the cursor."""
        place, vault = self._place(), open_vault(self)
        if place is None or self.saving:
            return
        where = place.where
        sentences = ["The next rotation will not come by there; its command is forgotten, too."]
        if await self.app.push_screen_wait(Confirm(f"Forget {where}?", sentences, do="Forget")):
            self._change(lambda: vault.remove_place(self._key.id, where), f"{where} is forgotten.")

    @work
    async def action_add(self) -> None:
        """Ask for one more place."""
        place = await self.app.push_screen_wait(AddPlace())
        if place is not None:
            vault = open_vault(self)
            self._change(
                lambda: vault.add_place(self._key.id, place), f"{place.where} is one of its places."
            )

    def action_leave(self) -> None:
        """Go back; a command that runs is waited for."""
        if not self.saving:
            self.dismiss(None)

    def saved(self, outcome: Outcome) -> None:
        """Show the key as it is now, what came of it, and what is to be done next."""
        self._busy("")
        before = self._key
        self._key, said = outcome
        self._show(at=self._next(before))
        self.query_one(NoteLine).whisper(said)

    def failed(self, error: VaultError) -> None:
        """Say why nothing was changed."""
        self._busy("")
        self.query_one(NoteLine).refuse(error)

    def _busy(self, what: str) -> None:
        """Say what is being done in the place of what was said last; nothing if it is over."""
        self.set_class(bool(what), "-busy")
        working = self.query_one(Working)
        if what:
            working.begin(what)
        else:
            working.end()

    def _change(self, change: Callable[[], Key], said: str) -> None:
        if not self.saving:
            self.save(lambda: (change(), said))

    def _ending(self) -> RegistryApi | None:
        """The registry's API, if it can end the old value."""
        if not any(self._key.former) or desk(self).demo:  # a demo asks nobody
            return None
        from vault.apis import api_of
        from vault.rotation.by_api import retirable

        api = api_of(profile_of(self._key))
        return api if api is not None and retirable(self._key, api) else None

    def _place(self) -> Place | None:
        row = self.query_one(RowList).here
        wanted = None if row is None else row.id
        return next((place for place in self._key.places if place.where == wanted), None)

    def _next(self, before: Key) -> str | None:
        """Where the cursor goes: to a place just added, or from one just settled to what is left.

        None if it stays where it is.
        """
        known = {place.where for place in before.places}
        added = [place.where for place in self._key.places if place.where not in known]
        left = [place.where for place in places_behind(self._key)]
        if added or len(left) == len(places_behind(before)):
            return next(iter(added), None)
        wheres = [place.where for place in self._key.places]
        below = wheres[self.query_one(RowList).cursor :]
        return next((where for where in below if where in left), next(iter(left), _RETIRE))

    def _show(self, at: str | None = None) -> None:
        left = len(places_behind(self._key))
        many = len(self._key.places)
        if left:
            counted = "1 place" if many == 1 else f"{many} places"
            words = f"{left} of {counted} {'is' if left == 1 else 'are'} left to do."
        elif self._key.retire:
            words = "Every place is done; the old value is left."
        elif many:
            words = "Every place is done."
        else:
            words = "No place is known yet: a adds one, so that the next rotation forgets none."
        mark = ("! ", "bold $soon") if left or self._key.retire else ("✓ ", "$fine")
        self.query_one("#left", Static).update(line(mark if many else "", (words, "$quiet")))
        self.query_one(RowList).show(self._rows(), at=at)
        self.query_one(CommandBar).refresh()

    def _rows(self) -> Iterator[Row]:
        for place in self._key.places:
            yield Row(
                place.where,
                place.where,
                self._detail(place),
                aside=KIND_WORDS.get(place.kind, place.kind),
            )
        if self._key.retire is not None:
            title = profile_of(self._key).title
            todo = "Revoke or delete it there, then enter."
            if self._ending() is not None:
                todo = f"enter lets {title} end it, or h once it was done by hand."
            yield Row(_RETIRE, f"The old value at {title}", f"! {todo}")

    def _detail(self, place: Place) -> str:
        if behind(place, self._key):
            how = f"$ {place.command}" if place.command else "install it by hand, then enter"
            # Before the first rotation it may well be there: nobody has said so yet.
            state = "not there yet" if self._key.history else "not confirmed yet"
            return f"! {state}: {how}"
        return "○ does without it" if place.waived else "✓ has it"
