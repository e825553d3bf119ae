"""End a key's former value at its registry, by the registry's own API."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Static

from tui.say import line, say
from tui.screens.calling import Calling
from tui.screens.saving import open_vault
from tui.widgets.command_bar import CommandBar
from tui.widgets.login_fields import LoginFields
from tui.widgets.note_line import NoteLine
from tui.widgets.working import Working
from vault.apis.base import RegistryApi
from vault.keys.key import Key
from vault.keys.place import places_behind
from vault.rotation.by_api import retire
from vault.text import safe

_NAMED, _WIDTH = 3, 40
"""Places that are named, and characters of each."""


class EndOld(Calling[Key | None]):
    """Says what becomes of the former value, and has the registry end it once that is agreed to.

    Its result is the key as it is then, or None if nothing was asked.
    """

    BINDINGS = [
        Binding("escape", "cancel", "Cancel", show=False),
        Binding("enter", "call", "End it", show=False),
    ]

    def __init__(self, key: Key, api: RegistryApi) -> None:
        """Make the dialog.

        Args:
            key: The key, with its present value; one of whose former values the API knows.
            api: Its registry's API, which can end such a value.
        """
        super().__init__()
        self._key = key
        self._api = api

    def compose(self) -> ComposeResult:
        """What will happen, and what the API wants for it."""
        left = [safe(place.where, _WIDTH) for place in places_behind(self._key)]
        more = f" and {len(left) - _NAMED} more" if len(left) > _NAMED else ""
        behind = ", ".join(left[:_NAMED]) + more
        with Vertical(classes="panel wide") as panel:
            panel.border_title = say(f"End the old value of {self._key.name}?", width=60)
            asks = f"keyfob asks {self._api.address} to end it: what still uses it stops working."
            yield Static(say(asks))
            if behind:
                yield Static(line(("! ", "bold $soon"), f"Not known to have the new one: {behind}"))
            yield LoginFields(
                self._api.retire_needs or (), account=self._key.owner, address=self._api.address
            )
            yield NoteLine()
            yield Working()
        yield CommandBar([("enter", "End it", "screen.call"), ("esc", "Back", "screen.cancel")])

    def on_mount(self) -> None:
        """Ask for the first thing that is missing."""
        self.query_one(LoginFields).start()
        if self._api.warning:
            self.query_one(NoteLine).warn(self._api.warning)

    def action_call(self) -> None:
        """Ask the registry to end it."""
        vault = open_vault(self)
        self.call(
            f"Asking {self._api.title}",
            lambda login: retire(vault, self._key.id, self._api, login),
        )

    def action_cancel(self) -> None:
        """Go back, unless the registry is being asked."""
        if self.saving:
            self.query_one(NoteLine).warn(f"{self._api.title} was asked: its answer is awaited.")
        else:
            self.dismiss(None)

    def saved(self, key: Key) -> None:
        """Hand the key on."""
        self.over()
        self.query_one(LoginFields).clear()
        self.dismiss(key)
