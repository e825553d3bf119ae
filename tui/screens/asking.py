"""The commands of the main screen that ask something of all keys, and go to one of them."""

from __future__ import annotations

from abc import abstractmethod

from textual import work

from tui.desk import desk
from tui.screens.protection import Protection
from vault.doctor.finding import Finding, Mend
from vault.errors import VaultError


class Asking(Protection):
    """A screen over an open vault, with the actions `which` and `doctor`."""

    @abstractmethod
    def select(self, key_id: str) -> None:
        """Go to a key, whatever the list shows now."""

    @work
    async def action_which(self) -> None:
        """Ask who may push a package, then go to the key that may."""
        from tui.screens.which import WhichScreen

        vault = desk(self).vault
        if vault is not None:
            key_id = await self.app.push_screen_wait(WhichScreen(vault.keys))
            if key_id is not None:
                self.select(key_id)

    @work
    async def action_doctor(self) -> None:
        """See what is wrong, then mend what was chosen."""
        from tui.screens.doctor import DoctorScreen

        found = self._examine()
        if found is None:
            return
        one = await self.app.push_screen_wait(DoctorScreen(found))
        if one is not None:
            self.select(one.key_id)
            action = {
                Mend.ROTATE: "rotate",
                Mend.EDIT: "edit",
                Mend.REMOVE: "remove",
                Mend.PLACES: "places",
            }.get(one.mend)
            if action is not None:
                await self.run_action(f"screen.{action}")

    def _examine(self) -> list[Finding] | None:
        vault = desk(self).vault
        if vault is None:
            return None
        if desk(self).demo:
            from vault.doctor.examine import examine

            return examine(vault, desk(self).clock())
        try:
            return desk(self).home.examine(vault)
        except VaultError as error:
            desk(self).complain(error)
            return None
