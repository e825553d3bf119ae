"""Rotate: a new secret for the same key; name, owner, scope and length stay, the clock restarts."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content

from tui.desk import desk
from tui.say import say
from tui.screens.saving import SavingScreen, open_vault
from tui.widgets import keyless_line
from tui.widgets.keyless_line import KeylessLine
from tui.widgets.new_life import NewLife
from tui.widgets.step_bar import StepBar
from tui.wizard.defaults import profile_of
from tui.wizard.secret import SecretPart
from vault.errors import VaultError
from vault.keys.key import Draft, Key
from vault.rotation.steps import leaves_old


class RotateScreen(SavingScreen[Key | None]):
    """Says what becomes of the old value and how long the new one lives, then asks for it.

    Its result is the key with its new secret, or None if nothing was changed.
    """

    CSS = """
    RotateScreen { background: $background; }
    RotateScreen > #rotate { width: 76; max-height: 96%; padding: 1 2 0 2; }
    RotateScreen > #rotate.-keyless { padding: 0 2; }
    """
    BINDINGS = [
        Binding("escape", "cancel", "Cancel", show=False),
        Binding(keyless_line.KEY, "open_keyless", "Publish without a key", show=False),
    ]

    def __init__(self, key: Key) -> None:
        """Make the dialog.

        Args:
            key: The key to rotate; expired and revoked ones may be rotated back to life.
        """
        super().__init__()
        self._key = key
        self._leaving = False

    def compose(self) -> ComposeResult:
        """The new dates, then the part that the wizard has too."""
        with Vertical(id="rotate", classes="panel") as panel:
            panel.border_title = say(f"Rotate {self._key.name}", width=60)
            panel.border_subtitle = Content.from_markup(
                "[@click=screen.save_secret]enter save[/] · [@click=screen.cancel]esc cancel[/]"
            )
            self._life = self._key.lifetime.renewed(desk(self).clock())
            yield NewLife(self._key, self._life)
            keyless = KeylessLine(profile_of(self._key), self._key)
            panel.set_class(bool(keyless.found), "-keyless")
            yield keyless
            yield SecretPart()
        yield StepBar()

    def on_mount(self) -> None:
        """Show what is going to happen."""
        key, profile = self._key, profile_of(self._key)
        draft = Draft(key.name, key.registry, key.owner, key.grants, self._life, key.note)
        part = self.query_one(SecretPart)
        part.open(profile, draft, own=key)
        self.query_one(StepBar).show(
            (shown, label, f"screen.extra({action!r})") for shown, label, action in part.extras
        )

    async def action_extra(self, action: str) -> None:
        """Run one of the part's own actions, from a click on the bar."""
        await self.app.run_action(action, default_namespace=self.query_one(SecretPart))

    def action_open_keyless(self) -> None:
        """Open the registry's page on publishing without a key."""
        self.query_one(KeylessLine).visit(self.query_one(SecretPart).note)

    def action_cancel(self) -> None:
        """Leave everything as it is, asking once if a secret was pasted."""
        part = self.query_one(SecretPart)
        if self.saving:
            return
        if self._leaving or not part.touched:
            self.dismiss(None)
        else:
            self._leaving = True
            part.note.warn("esc again leaves, and the new secret is not kept.")

    @on(SecretPart.Submitted)
    def action_save_secret(self) -> None:
        """Take the secret and put it into the vault."""
        if self.saving:
            return
        self._leaving = False
        part = self.query_one(SecretPart)
        try:
            vault = open_vault(self)
            taken = part.take()
        except VaultError as error:
            part.note.refuse(error)
            return
        part.busy("Saving")
        retire = leaves_old(self._key, profile_of(self._key), desk(self).clock())
        self.save(
            lambda: vault.rotate(
                self._key.id,
                taken.secret,
                lifetime=taken.lifetime or self._life,
                recognised=taken.format,
                retire=retire,
            )
        )

    def saved(self, key: Key) -> None:
        """Wipe the secret, and hand the key on."""
        self.query_one(SecretPart).forget()
        self.dismiss(key)

    def failed(self, error: VaultError) -> None:
        """Say why; the secret is still held, enter tries again."""
        part = self.query_one(SecretPart)
        part.busy("")
        part.note.refuse(error)
