"""Change the password: the old one, the new one twice, and what becomes of copies."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tui.desk import desk
from tui.screens.saving import Saving, open_vault
from tui.widgets.choose_password import ChoosePassword
from tui.widgets.command_bar import CommandBar
from tui.widgets.fields import SecretField
from tui.widgets.working import Working
from vault.errors import VaultError, WrongPasswordError


class ChangePassword(ModalScreen[bool], Saving[bool, None]):
    """Asks for the old password and the new one. Its result is whether it was changed."""

    CSS = """
    ChangePassword Static { height: auto; }
    ChangePassword Working { margin: 0 2; }
    """
    BINDINGS = [
        Binding("escape", "cancel", "Cancel", show=False),
        Binding("ctrl+j", "submit", "Change", show=False),
    ]

    def compose(self) -> ComposeResult:
        """The panel."""
        with Vertical(classes="panel") as panel:
            panel.border_title = "Change the password"
            panel.border_subtitle = "enter change · esc cancel"
            yield Static(
                "The old one then opens neither the vault nor its backup;\n"
                "copies you made elsewhere still open with it.",
                classes="quiet",
            )
            yield SecretField(placeholder="Present password, or recovery code", id="old")
            yield ChoosePassword("New password")
            yield Working()
        yield CommandBar(
            [
                ("enter", "Change", "screen.submit"),
                ("tab", "Other field", "app.focus_next"),
                ("esc", "Cancel", "screen.cancel"),
            ]
        )

    def on_mount(self) -> None:
        """Measure this machine while the user types."""
        desk(self).measure()

    @on(Input.Submitted, "#old")
    def action_submit(self) -> None:
        """Go on to the next field, or change the password."""
        part = self.query_one(ChoosePassword)
        if self._old.has_focus and self._old.value:
            part.start()
        else:
            part.submit()

    @on(ChoosePassword.Chosen)
    def _begin(self, event: ChoosePassword.Chosen) -> None:
        part = self.query_one(ChoosePassword)
        if not self._old.value:
            self._old.focus()
            part.say("✗ Type the present password too.")
            return
        try:
            vault = open_vault(self)
        except VaultError as error:
            self.failed(error)
            return
        old, new, home = self._old.value, event.password, desk(self).home

        def change() -> None:
            vault.check_password(old)
            vault.change_password(new, cost=home.measure())

        self._old.disabled = True
        part.hold()
        self.query_one(Working).begin("Changing the password")
        self.save(change)

    def saved(self, _: None) -> None:
        """Forget what was typed."""
        self._old.take()
        self.query_one(ChoosePassword).clear()
        self.dismiss(True)  # noqa: FBT003 - the screen's result

    def failed(self, error: VaultError) -> None:
        """Say why; the new password is still there."""
        self.query_one(Working).end()
        self._old.disabled = False
        part = self.query_one(ChoosePassword)
        part.release()
        if isinstance(error, WrongPasswordError):
            self._old.take()
            self._old.focus()
            part.say("✗ The present password is another one. The new one is still below.")
        else:
            part.start()
            part.say(f"✗ {error.message} {error.hint}")

    def action_cancel(self) -> None:
        """Change nothing."""
        if not self.saving:
            self.dismiss(False)  # noqa: FBT003 - the screen's result

    @property
    def _old(self) -> SecretField:
        return self.query_one("#old", SecretField)
