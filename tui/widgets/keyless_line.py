"""The line that says that a CI could do without the key, before a new secret is made for it."""

from __future__ import annotations

from textual.content import Content
from textual.style import Style
from textual.widgets import Static

from tui.say import say
from tui.widgets.note_line import NoteLine
from vault.keys.key import Key
from vault.registries.profile import Profile
from vault.registries.trusted import Keyless, keyless_places

KEY = "f3"
"""Opens the page; the screen binds it to its action `open_keyless`."""


class KeylessLine(Static):
    """One line with the key that opens the page to set it up; nothing where no place is a CI's.

    Attributes:
        found: The places that could do without the key.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    KeylessLine { height: auto; max-height: 2; margin-bottom: 1; }
    """

    def __init__(self, profile: Profile, key: Key) -> None:
        """Look at the places of a key.

        Args:
            profile: Its registry.
            key: The key that is about to get a new secret.
        """
        super().__init__()
        self.auto_links = False  # Textual would underline it
        self.found: tuple[Keyless, ...] = keyless_places(profile, key)
        if not self.found:
            self.display = False

    def visit(self, note: NoteLine) -> None:
        """Open the page, if there is one to open.

        Args:
            note: Where to say what came of it.
        """
        if self.found:
            note.visit(self.found[0].page, "The address of that page is not known here.")

    def render(self) -> Content:
        """The line."""
        if not self.found:
            return Content("")
        opens = Content.assemble((KEY, "bold $brass"), " opens the page.")
        return say(f"{self.found[0].ci} can publish without a key: ", "$quiet") + opens.stylize(
            Style.from_meta({"@click": "screen.open_keyless"})
        )
