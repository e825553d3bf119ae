"""The commands of the main screen: one row each, from which come key, bar, palette and help."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from textual.binding import Binding


class Shown(StrEnum):
    """Where in the command bar a command appears."""

    ALWAYS = "always"
    WIDE = "wide"
    """Only from 110 columns."""
    MENU = "menu"
    """Not in the bar: in palette and help only."""
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Command:
    """One thing a user can do on the main screen.

    Attributes:
        action: Name of the screen's `action_...` method.
        keys: Keys that do it, comma-separated; the first is the one shown.
        label: Its name in the bar, one word where possible.
        help: What it does, for palette and help screen; ends without a full stop.
        group: Heading in the help screen.
        shown: Where it appears in the bar.
        needs_key: Whether a key of the list must be selected.
        verb: The same on the command line, or "".
    """

    action: str
    keys: str
    label: str
    help: str
    group: str
    shown: Shown = Shown.ALWAYS
    needs_key: bool = False
    verb: str = ""

    @property
    def key(self) -> str:
        """The key that is shown, as people write it."""
        return display(self.keys.split(",", 1)[0])

    @property
    def binding(self) -> Binding:
        """The Textual binding of this command."""
        return Binding(self.keys, self.action, self.label, show=False, id=f"keys.{self.action}")


_DISPLAY = {
    "slash": "/",
    "question_mark": "?",
    "escape": "esc",
    "delete": "del",
    "ctrl+p": "^p",
}


def display(key: str) -> str:
    """A Textual key name as people write it."""
    return _DISPLAY.get(key, key)


COMMANDS = (
    Command("new", "n", "New", "Create a key, step by step", "Keys", verb="new"),
    Command(
        "copy_secret",
        "c",
        "Copy",
        "Copy the secret; the clipboard clears itself",
        "This key",
        needs_key=True,
        verb="copy",
    ),
    Command(
        "edit",
        "e",
        "Edit",
        "Change name, owner, scope, packages or date",
        "This key",
        needs_key=True,
        verb="edit",
    ),
    Command(
        "rotate",
        "r",
        "Rotate",
        "Put a new secret in; the clock restarts",
        "This key",
        needs_key=True,
        verb="rotate",
    ),
    Command(
        "places",
        "i",
        "Places",
        "See where it is installed; tick places off",
        "This key",
        Shown.MENU,
        needs_key=True,
        verb="place",
    ),
    Command(
        "revoke",
        "x",
        "Revoke",
        "Mark as revoked; the settings stay",
        "This key",
        needs_key=True,
        verb="revoke",
    ),
    Command(
        "remove",
        "d,delete",
        "Delete",
        "Delete the key and its secret from the vault",
        "This key",
        Shown.WIDE,
        needs_key=True,
        verb="remove",
    ),
    Command("find", "slash", "Find", "Filter the list as you type", "Keys", verb="list"),
    Command(
        "which",
        "w",
        "Who may",
        "Ask who may push a package, and why not",
        "Keys",
        Shown.WIDE,
        verb="which",
    ),
    Command(
        "doctor",
        "o",
        "Doctor",
        "See what is wrong, and what mends it",
        "Keys",
        Shown.MENU,
        verb="doctor",
    ),
    Command(
        "timeline",
        "v",
        "Timeline",
        "See what falls due when, along the time",
        "Keys",
        Shown.MENU,
        verb="check",
    ),
    Command(
        "clear_find",
        "escape",
        "All keys",
        "Show all keys again",
        "Keys",
        Shown.NEVER,
    ),
    Command(
        "password",
        "p",
        "Password",
        "Change the password",
        "Vault",
        Shown.MENU,
        verb="password",
    ),
    Command(
        "upgrade",
        "u",
        "Upgrade",
        "Make each guess at the password cost more",
        "Vault",
        Shown.NEVER,
    ),
    Command("lock", "l", "Lock", "Lock the vault and clear the clipboard", "Vault"),
    Command("help", "question_mark,f1", "Help", "Show every key of this screen", "Vault"),
    Command("theme", "t", "Light/dark", "Switch between the two themes", "Vault", Shown.WIDE),
    Command("quit", "q", "Quit", "Quit and clear the clipboard", "Vault"),
)
