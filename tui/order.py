"""An app in which what is typed lands where it was meant, however fast it was typed."""

from __future__ import annotations

from typing import Any

from textual.binding import Binding
from textual.screen import Screen
from textual.worker import get_current_worker

from tui.inert import InertApp


class OrderedApp(InertApp):
    """Tab moves the focus before the next key is handed on; a screen opens one dialog at a time.

    Textual's own binding waits until the field with the focus has seen all keys before it. Keys
    that arrive together, as a password manager types them or a slow line brings them, would all
    land in that field, the ones after the tab too.
    """

    BINDINGS = [
        Binding("tab", "app.focus_next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", show=False, priority=True),
    ]

    async def push_screen_wait(self, screen: Screen[Any] | str, *, mode: str | None = None) -> Any:
        """The dialog's result; None without showing it if the screen that asks is covered by now.

        Of two commands pressed in one beat the first opens its dialog: the second would lie over
        that, and leave it to be found again below.
        """
        asking = get_current_worker().node
        if isinstance(asking, Screen) and asking is not self.screen:
            return None
        return await super().push_screen_wait(screen, mode=mode)
