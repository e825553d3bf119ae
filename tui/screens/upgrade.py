"""Upgrade: the same password, wrapped anew so that a guess costs what it should today."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tui.desk import desk
from tui.screens.saving import Saving, open_vault
from tui.widgets.command_bar import CommandBar
from tui.widgets.fields import SecretField
from tui.widgets.note_line import NoteLine
from tui.widgets.working import Working
from vault.errors import VaultError


class Upgrade(ModalScreen[bool], Saving[bool, None]):
    """Asks for the password, which is not kept while the vault is open. Whether it was done."""

    CSS = """
    Upgrade Static { height: auto; }
    Upgrade NoteLine, Upgrade Working { margin: 0 2; }
    """
    BINDINGS = [
        Binding("escape", "cancel", "Cancel", show=False),
        Binding("ctrl+j", "submit", "Upgrade", show=False),
    ]

    def compose(self) -> ComposeResult:
        """The panel."""
        with Vertical(classes="panel") as panel:
            panel.border_title = "Upgrade the protection"
            panel.border_subtitle = "enter upgrade · esc cancel"
            yield Static(
                "The password stays the same. Each guess at it will cost an\n"
                "attacker more, and unlocking takes you about half a second.",
                classes="quiet",
            )
            yield SecretField(placeholder="Password")
            yield NoteLine()
            yield Working()
        yield CommandBar(
            [("enter", "Upgrade", "screen.submit"), ("esc", "Cancel", "screen.cancel")]
        )

    def on_mount(self) -> None:
        """Measure this machine while the user types."""
        desk(self).measure()

    @on(Input.Submitted)
    def action_submit(self) -> None:
        """Wrap the vault's key anew."""
        field, note = self.query_one(SecretField), self.query_one(NoteLine)
        if field.disabled:
            return
        password = field.take()
        if not password:
            note.refuse("Type the password.")
            return
        try:
            vault, home = open_vault(self), desk(self).home
        except VaultError as error:
            note.refuse(error)
            return
        field.disabled = True
        note.silence()
        self.query_one(Working).begin("Upgrading")
        self.save(lambda: vault.strengthen(password, cost=home.measure()))

    def saved(self, _: None) -> None:
        """Done."""
        self.dismiss(True)  # noqa: FBT003 - the screen's result

    def failed(self, error: VaultError) -> None:
        """Say why nothing was changed."""
        self.query_one(Working).end()
        field = self.query_one(SecretField)
        field.disabled = False
        field.focus()
        self.query_one(NoteLine).refuse(error)

    def action_cancel(self) -> None:
        """Change nothing."""
        if not self.saving:
            self.dismiss(False)  # noqa: FBT003 - the screen's result
