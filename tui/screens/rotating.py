"""The commands of the main screen that give a key a new secret, everywhere it is installed."""

from __future__ import annotations

from abc import abstractmethod

from textual import work

from tui.desk import desk
from tui.screens.asking import Asking
from tui.wizard.defaults import profile_of
from vault.keys.key import Key
from vault.records import Record
from vault.rotation.pending import half_done, is_half_done

_NAMED = 3


def _may_be_behind(record: Record) -> bool:
    """Whether it is worth making the key: of thousands, most know no place."""
    return bool(record.places) or record.retire is not None or record.asked is not None


class Rotating(Asking):
    """A screen over an open vault, with the actions `rotate` and `places`."""

    @abstractmethod
    def one(self) -> Key | None:
        """The key under the cursor."""

    @abstractmethod
    def reload(self, select: str | None = None) -> None:
        """Show the vault as it is now."""

    def on_mount(self) -> None:
        """Offer again what was left half done, the cursor on it, once while the app runs."""
        app = desk(self)
        if app.vault is None or app.half_done_offered:
            return
        app.half_done_offered = True
        entries = [entry for entry in app.vault.entries if _may_be_behind(entry.record)]
        left = half_done(entry.key for entry in entries)
        if left:
            # What a registry owes an answer about may work no more: that comes first.
            owed = [key for key in left if key.asked is not None]
            keys = owed or left
            self.reload(keys[0].id)
            names = ", ".join(key.name for key in keys[:_NAMED])
            more = f" and {len(keys) - _NAMED} more" if len(keys) > _NAMED else ""
            said = f"Not everywhere yet: {names}{more}. i shows where it is installed."
            if owed:
                said = f"A new value was asked for, and no answer came: {names}{more}. r finds out."
            self.notify(said, timeout=15, markup=False)

    @work
    async def action_rotate(self) -> None:
        """Open the rotation of the key under the cursor, copy the new secret, then its places."""
        key = self.one()
        rotated = None if key is None else await self._renewed(key)
        if rotated is not None:
            self.reload(rotated.id)
            desk(self).copy_secret(rotated)
            if is_half_done(rotated):
                await self._show_places(rotated)

    async def _renewed(self, key: Key) -> Key | None:
        """The key with its new secret: made by its registry, or pasted; None if nothing changed."""
        from tui.screens.rotate import RotateScreen
        from vault.apis import api_of

        api = None if desk(self).demo else api_of(profile_of(key))  # a demo asks nobody
        if api is not None:
            from tui.screens.renew import RenewScreen

            renewed = await self.app.push_screen_wait(RenewScreen(key, api))
            if renewed is None:
                self.reload(key.id)  # it may owe an answer now
            if renewed != "by hand":
                return renewed
        return await self.app.push_screen_wait(RotateScreen(key))

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
