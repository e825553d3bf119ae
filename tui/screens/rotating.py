"""The commands of the main screen that give a key a new secret, everywhere it is installed."""

from __future__ import annotations

from abc import abstractmethod

from textual import work

from tui.desk import desk
from tui.screens.asking import Asking
from vault.keys.key import Key
from vault.records import Record
from vault.rotation.pending import half_done, is_half_done

_NAMED = 3


def _may_be_behind(record: Record) -> bool:
    """Whether it is worth making the key: of thousands, most know no place."""
    return bool(record.places) or record.retire is not None


class Rotating(Asking):
    """A screen over an open vault, with the actions `rotate` and `places`."""

    @abstractmethod
    def one(self) -> Key | None:
        """The key under the cursor."""

    @abstractmethod
    def reload(self, select: str | None = None) -> None:
        """Show the vault as it is now."""

    def on_mount(self) -> None:
        """Offer again what was left half done, once while the app runs."""
        app = desk(self)
        if app.vault is None or app.half_done_offered:
            return
        app.half_done_offered = True
        entries = [entry for entry in app.vault.entries if _may_be_behind(entry.record)]
        left = half_done(entry.key for entry in entries)
        if left:
            names = ", ".join(key.name for key in left[:_NAMED])
            more = f" and {len(left) - _NAMED} more" if len(left) > _NAMED else ""
            self.notify(
                f"Not everywhere yet: {names}{more}. i shows where each is installed.",
                timeout=15,
                markup=False,
            )

    @work
    async def action_rotate(self) -> None:
        """Open the rotation of the key under the cursor, copy the new secret, then its places."""
        from tui.screens.rotate import RotateScreen

        key = self.one()
        if key is None:
            return
        rotated = await self.app.push_screen_wait(RotateScreen(key))
        if rotated is not None:
            self.reload(key.id)
            desk(self).copy_secret(rotated)
            if is_half_done(rotated):
                await self._show_places(rotated)

    @work
    async def action_places(self) -> None:
        """See where the key under the cursor is installed."""
        key = self.one()
        if key is not None:
            await self._show_places(key)

    async def _show_places(self, key: Key) -> None:
        from tui.screens.places import PlacesScreen

        await self.app.push_screen_wait(PlacesScreen(key))
        self.reload(key.id)
