"""An app in which what is typed lands where the focus was when it was typed."""

from __future__ import annotations

from textual.binding import Binding

from tui.inert import InertApp


class OrderedApp(InertApp):
    """Tab moves the focus before the next key is handed on.

    Textual's own binding waits until the field with the focus has seen all keys before it. Keys
    that arrive together, as a password manager types them or a slow line brings them, would all
    land in that field, the ones after the tab too.
    """

    BINDINGS = [
        Binding("tab", "app.focus_next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", show=False, priority=True),
    ]
