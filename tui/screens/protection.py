"""The commands of the main screen that concern the password."""

from __future__ import annotations

from textual import work
from textual.screen import Screen

from tui.desk import desk


class Protection(Screen[None]):
    """A screen over an open vault, with the actions `password` and `upgrade`."""

    def on_mount(self) -> None:
        """Offer an upgrade of a password that is protected too little, once while the app runs."""
        app = desk(self)
        vault = app.vault
        if vault is None or app.upgrade_offered or vault.opened_with == "recovery":
            return
        if app.home.is_weak(vault):
            app.upgrade_offered = True
            self.notify(
                "This vault's password protection is from an older machine; u upgrades it.",
                timeout=15,
                markup=False,
            )

    @work
    async def action_password(self) -> None:
        """Change the password."""
        from tui.screens.password import ChangePassword

        if desk(self).demo:
            self.notify("The demo has no password to change.", markup=False)
        elif await self.app.push_screen_wait(ChangePassword()):
            self.notify("The password was changed.", markup=False)

    @work
    async def action_upgrade(self) -> None:
        """Have a guess at the password cost what it should today."""
        from tui.screens.upgrade import Upgrade

        vault = desk(self).vault
        if vault is None:
            return
        if not desk(self).home.is_weak(vault):
            self.notify("Nothing to upgrade: a guess at the password costs enough.", markup=False)
        elif await self.app.push_screen_wait(Upgrade()):
            self.notify("A guess at the password costs more now.", markup=False)
