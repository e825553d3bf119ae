"""After unlocking with the recovery code: a new password, and then a new code."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Static

from tui.desk import desk
from tui.say import line
from tui.screens.first_run import RecoveryCode
from tui.screens.saving import Saving
from tui.screens.unlock import KEY
from tui.widgets.choose_password import ChoosePassword
from tui.widgets.command_bar import CommandBar
from tui.widgets.working import Working
from vault.errors import VaultError
from vault.vault import Vault


class Recovered(Saving[None, str]):
    """Leads to a new password at once; esc goes on without one."""

    CSS = """
    Recovered { align: center middle; }
    Recovered > Vertical { width: 60; height: auto; }
    Recovered #title { height: 1; margin-bottom: 1; }
    Recovered #about { height: auto; color: $quiet; margin-bottom: 1; }
    """
    BINDINGS = [
        Binding("escape", "skip", "Not now", show=False),
        Binding("ctrl+q", "app.quit", "Quit", show=False),
        Binding("ctrl+j", "submit", "Next", show=False),
    ]

    def __init__(self, vault: Vault) -> None:
        """Make the screen.

        Args:
            vault: The vault, opened with its recovery code.
        """
        super().__init__()
        self._vault = vault

    def compose(self) -> ComposeResult:
        """What this is about, and the fields."""
        with Vertical():
            yield Static(KEY + line("  ", ("Choose a new password", "bold")), id="title")
            yield Static(
                "The recovery code opened the vault. The new password\n"
                "replaces the forgotten one, and a new code the used one.",
                id="about",
            )
            yield ChoosePassword("New password")
            yield Working()
        yield CommandBar(
            [
                ("enter", "Next", "screen.submit"),
                ("tab", "Other field", "app.focus_next"),
                ("esc", "Not now", "screen.skip"),
            ]
        )

    def on_mount(self) -> None:
        """Measure this machine while the user thinks."""
        desk(self).measure()

    def action_submit(self) -> None:
        """Go on to the second field, or set the password."""
        self.query_one(ChoosePassword).submit()

    @on(ChoosePassword.Chosen)
    def _begin(self, event: ChoosePassword.Chosen) -> None:
        vault, home, password = self._vault, desk(self).home, event.password
        self.query_one(ChoosePassword).hold()
        self.query_one(Working).begin("Setting the password")
        # A lock meanwhile would swallow the new code, which nobody else will ever show.
        desk(self).vault = None
        self.save(lambda: vault.recover(password, cost=home.measure()))

    def saved(self, code: str) -> None:
        """Show the new code; nothing locks until it is read."""
        self.query_one(ChoosePassword).clear()
        desk(self).show(RecoveryCode(self._vault, code, replaces=True))

    def failed(self, error: VaultError) -> None:
        """Say why; what was typed is still there."""
        desk(self).vault = self._vault
        self.query_one(Working).end()
        part = self.query_one(ChoosePassword)
        part.release()
        part.start()
        part.say(f"✗ {error.message} {error.hint}")

    def action_skip(self) -> None:
        """Leave password and code as they are."""
        if self.saving:
            return
        desk(self).opened(self._vault)
        self.app.notify(
            "Password and recovery code are as they were. p sets a new password:"
            " type the code where it asks for the present one.",
            markup=False,
        )
