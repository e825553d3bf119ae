"""The lines that say how long a key lives once it has a new secret."""

from __future__ import annotations

from textual.widgets import Static

from tui.dates import say_end, say_length
from tui.say import line
from vault.keys.key import Key
from vault.keys.lifetime import Lifetime


class NewLife(Static):
    """What stays as it was, and the new dates."""

    DEFAULT_CSS = """
    NewLife { height: auto; margin-bottom: 1; }
    """

    def __init__(self, key: Key, life: Lifetime) -> None:
        """Say it of a key.

        Args:
            key: The key that is about to get a new secret.
            life: Its dates then, unless the new secret tells others.
        """
        length, ends = life.duration, say_end(life)
        if length is None:
            words = "without an end" + (", as before" if key.lifetime.expires is None else "")
        elif length == key.lifetime.duration:
            words = f"{say_length(length)} again, {ends}"
        else:
            words = ends
        super().__init__(
            line(("Same name, owner, scope and packages. ", "$quiet"), f"It lives {words}.")
        )
