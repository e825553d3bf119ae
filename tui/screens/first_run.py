"""First run: choose a password, keep the recovery code, arrive at an empty list."""

from __future__ import annotations

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from tui.desk import desk
from tui.say import line
from tui.screens.unlock import KEY
from tui.widgets.choose_password import ChoosePassword
from tui.widgets.command_bar import CommandBar
from tui.widgets.working import Working
from vault.errors import VaultError
from vault.vault import Vault


class FirstRun(Screen[None]):
    """Says what a vault is, asks for a password twice, and creates the vault in a thread."""

    BINDINGS = [
        Binding("ctrl+q", "app.quit", "Quit", show=False),
        Binding("ctrl+j", "submit", "Create", show=False),
    ]

    def compose(self) -> ComposeResult:
        """Two sentences, two fields, and how good the password is."""
        with Vertical():
            yield Static(KEY + line("  ", ("Welcome to keyfob", "bold")), id="title")
            yield Static(
                "A vault is one encrypted file that holds your API keys.\n"
                "One password opens it, and nobody can reset it for you.",
                id="about",
            )
            yield ChoosePassword()
            yield Working()
        yield CommandBar(
            [
                ("enter", "Next", "screen.submit"),
                ("tab", "Other field", "app.focus_next"),
                ("ctrl+q", "Quit", "app.quit"),
            ]
        )

    def on_mount(self) -> None:
        """Measure this machine while the user thinks, and take what was typed meanwhile."""
        desk(self).measure()
        desk(self).ready()

    def action_submit(self) -> None:
        """Go on to the second field, or create the vault."""
        self.query_one(ChoosePassword).submit()

    @on(ChoosePassword.Chosen)
    def _begin(self, event: ChoosePassword.Chosen) -> None:
        part = self.query_one(ChoosePassword)
        part.clear()
        part.hold()
        self.query_one(Working).begin("Creating the vault")
        self._create(event.password)

    @work(thread=True, exclusive=True, group="kdf", description="create a vault")
    def _create(self, password: str) -> None:
        try:
            vault, code = desk(self).home.create(password)
        except VaultError as error:
            self.app.call_from_thread(self._failed, error)
        else:
            self.app.call_from_thread(desk(self).show, RecoveryCode(vault, code))

    def _failed(self, error: VaultError) -> None:
        self.query_one(Working).end()
        part = self.query_one(ChoosePassword)
        part.release()
        part.start()
        part.say(f"✗ {error.message} {error.hint}")


class RecoveryCode(Screen[None]):
    """The recovery code, shown this one time."""

    ALLOW_SELECT = False
    BINDINGS = [
        Binding("enter", "go_on", "Go on", show=False),
        Binding("c", "copy_code", "Copy", show=False),
        Binding("ctrl+q", "app.quit", "Quit", show=False),
    ]

    def __init__(self, vault: Vault, code: str, *, replaces: bool = False) -> None:
        """Make the screen.

        Args:
            vault: What to go on with.
            code: The code.
            replaces: Whether there was one before, which is void now.
        """
        super().__init__()
        self._replaces = replaces
        self._vault = vault
        self._recovery = code

    def compose(self) -> ComposeResult:
        """The code and what it is for."""
        with Vertical():
            yield Static(KEY + line("  ", ("Your recovery code", "bold")))
            yield Static(Content(self._recovery), id="code")
            yield Static(
                "It opens the vault if you forget the password. Write it down\n"
                "now and keep it away from this machine: it is shown this\n"
                "once, and stored nowhere."
                + ("\nThe code you had before opens nothing any more." * self._replaces),
                classes="quiet",
            )
        yield CommandBar(
            [
                ("enter", "I have written it down", "screen.go_on"),
                ("c", "Copy", "screen.copy_code"),
            ]
        )

    def action_copy_code(self) -> None:
        """Copy the code; the clipboard clears itself as for a secret."""
        desk(self).copy_text(self._recovery, "The recovery code")

    def action_go_on(self) -> None:
        """Forget the code and show the empty list."""
        self._recovery = ""
        desk(self).opened(self._vault)
