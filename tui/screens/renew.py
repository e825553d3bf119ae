"""Rotate by the registry's own API: it makes the new value, and nobody pastes anything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical

from tui.desk import desk
from tui.say import say
from tui.screens.calling import Calling
from tui.screens.saving import open_vault
from tui.widgets import keyless_line
from tui.widgets.command_bar import CommandBar
from tui.widgets.keyless_line import KeylessLine
from tui.widgets.login_fields import LoginFields
from tui.widgets.new_life import NewLife
from tui.widgets.note_line import NoteLine
from tui.widgets.rows import Row, RowList
from tui.widgets.working import Working
from tui.wizard.defaults import profile_of
from vault.apis.base import ApiUnsureError, RegistryApi
from vault.errors import VaultError
from vault.keys.key import Key
from vault.rotation.by_api import UnsavedError, renew, renewal

ByHand: TypeAlias = Literal["by hand"]
"""The user wants to paste the new value."""
BY_HAND: ByHand = "by hand"

State: TypeAlias = Literal["asking", "typing", "unsure", "unsaved", "done"]
"""Which way; what the API wants; no answer came; the new value is not in the vault; it is, and
there is something to say."""


class RenewScreen(Calling[Key | ByHand | None]):
    """Offers to let the registry make the new value, or to paste it by hand.

    Its result is the key with its new secret, `BY_HAND`, or None if nothing was changed. Once the
    registry was asked the screen stays until the answer is in the vault, or the user lets go of it.
    """

    BINDINGS = [
        Binding("escape", "cancel", "Cancel", show=False),
        Binding(keyless_line.KEY, "open_keyless", "Publish without a key", show=False),
    ]
    CSS = """
    RenewScreen { background: $background; }
    RenewScreen.-after NewLife, RenewScreen.-after KeylessLine { display: none; }
    """

    def __init__(self, key: Key, api: RegistryApi) -> None:
        """Make the dialog.

        Args:
            key: The key to rotate.
            api: Its registry's API.
        """
        super().__init__()
        self._key = key
        self._api = api
        self._profile = profile_of(key)
        self._state: State = "asking"
        self._unsaved: UnsavedError | None = None
        self._leaving = False
        self._told: list[str] = []

    def compose(self) -> ComposeResult:
        """The new dates, the ways, what the API wants, what there is to say."""
        self._life = renewal(self._key, self._profile, desk(self).clock())
        with Vertical(classes="panel wide") as panel:
            panel.border_title = say(f"Rotate {self._key.name}", width=60)
            yield NewLife(self._key, self._life)
            yield KeylessLine(self._profile, self._key)
            yield RowList()
            yield LoginFields(self._api.needs, account=self._key.owner, address=self._api.address)
            yield NoteLine()
            yield Working()
        yield CommandBar(
            [
                ("enter", "Go on", "screen.choose"),
                *([("tab", "Other field", "app.focus_next")] if self._api.needs else []),
                ("esc", "Back", "screen.cancel"),
            ]
        )

    def on_mount(self) -> None:
        """Propose the API where the key alone can ask, else the way by hand."""
        rows = self.query_one(RowList)
        dead = self._key.lifetime.state(desk(self).clock()).dead
        by_hand = dead or self.query_one(LoginFields).wanted
        rows.show(self._rows(), at="hand" if by_hand else "api")
        rows.focus()
        self.query_one(LoginFields).display = False
        owed = (
            f"{self._api.title} was asked for a new value before, and no answer came. It is asked"
            " first whether the present one is alive; a dead one is not used again."
        )
        said = [self._api.warning, owed if self._key.asked is not None else ""]
        if any(said):
            self.query_one(NoteLine).warn(" ".join(filter(None, said)))

    def on_unmount(self) -> None:
        """Let go of a value that was not saved."""
        desk(self).presence.hold("")
        if self._unsaved is not None:
            self._unsaved.secret.wipe()

    @on(RowList.Chosen)
    def action_choose(self) -> None:
        """Do what is under the cursor."""
        row = self.query_one(RowList).here
        if row is None or self.saving:
            return
        match row.id:
            case "api":
                self.action_call()
            case "hand":
                self.dismiss(BY_HAND)
            case "page":
                page = self._profile.page("manage", key=self._key)
                unknown = f"The address of {self._profile.title}'s page is not known here."
                self.query_one(NoteLine).visit(page, unknown)
            case "save":
                self._save_again()
            case "copy":
                self._copy()
            case _:
                self.dismiss(self._key)

    def action_call(self) -> None:
        """Ask the registry for the new value, once what it wants was typed."""
        if self._state != "typing" and self.query_one(LoginFields).wanted:
            self._become("typing")
            return
        vault, title = open_vault(self), self._api.title
        self.call(
            f"Asking {title}",
            lambda login: renew(
                vault,
                self._key.id,
                self._api,
                login,
                profile=self._profile,
                expires=self._life.expires,
                tell=self._told.append,
                clock=desk(self).clock,
            ),
        )
        if self.saving:
            self.query_one(RowList).disabled = True
            desk(self).presence.hold(f"{title} is making the new value.")

    def action_open_keyless(self) -> None:
        """Open the registry's page on publishing without a key."""
        self.query_one(KeylessLine).visit(self.query_one(NoteLine))

    def action_cancel(self) -> None:
        """Go back; not while an answer is awaited, and not at once from what would be lost."""
        note = self.query_one(NoteLine)
        if self.saving:
            note.warn(f"{self._api.title} was asked: its answer is awaited, or it would be lost.")
        elif self._state == "unsaved" and not self._leaving:
            self._leaving = True
            note.warn("esc again leaves, and the new value is not kept.")
        elif self._state == "typing":
            self.query_one(LoginFields).clear()
            note.silence()
            self._become("asking")
        else:
            self.dismiss(self._key if self._state == "done" else None)

    def saved(self, key: Key) -> None:
        """Hand the key on, once what there is to say was read."""
        self.over()
        desk(self).presence.hold("")
        self.query_one(LoginFields).clear()
        self._key = key
        if not self._told:
            self.dismiss(key)
            return
        self._become("done")
        self.query_one(NoteLine).warn(" ".join(self._told))

    def failed(self, error: VaultError) -> None:
        """Say why, and what can be done now."""
        super().failed(error)
        if isinstance(error, UnsavedError):
            self._unsaved = error.with_traceback(None)
            self._unsaved.__context__ = None  # its frames hold what was typed
            desk(self).presence.hold("The new value is not in the vault yet.")
            self._become("unsaved")
            return
        desk(self).presence.hold("")
        if isinstance(error, ApiUnsureError):
            self._become("unsure")
        else:
            self._become("typing" if self.query_one(LoginFields).wanted else "asking")

    def _become(self, state: State) -> None:
        rows, fields = self.query_one(RowList), self.query_one(LoginFields)
        before: set[State] = {"asking", "typing"}
        same = {state, self._state} <= before
        self.set_class(state not in before, "-after")
        self._state, self._leaving = state, False
        fields.display, rows.display = state == "typing", state != "typing"
        rows.disabled = False
        if state == "typing":
            fields.start()
            return
        shown = tuple(self._rows())
        rows.show(shown, at=None if same else shown[0].id)
        rows.focus()

    def _save_again(self) -> None:
        unsaved = self._unsaved
        if unsaved is None:
            return

        def save() -> Key:
            try:
                key = unsaved.save()
            except VaultError as error:  # whatever it is, the value stays in hand
                raise UnsavedError(error.message, unsaved.secret, unsaved.save) from None
            unsaved.secret.wipe()
            return key

        self.query_one(RowList).disabled = True
        self.begin("Saving")
        self.save(save)

    def _copy(self) -> None:
        if self._unsaved is not None:
            desk(self).copy_text(self._unsaved.secret.reveal(), f"{self._key.name}, new value")

    def _rows(self) -> Iterator[Row]:
        title = self._api.title
        by_hand = Row("hand", "Paste it by hand", f"You make it on {title}'s page.")
        if self._state in {"asking", "typing"}:
            old = "stops working at once" if self._api.ends_old else "works until it is ended"
            asks = f"keyfob asks {self._api.address} for it; the old value {old}."
            yield Row("api", f"Let {title} make it", asks)
            yield by_hand
        elif self._state == "unsure":
            yield Row("page", f"Look at {title}'s page", "It tells which values work.")
            yield by_hand
            if self._api.ends_old:
                alive = f"{title} is asked first; if it is, {title} makes the new one."
                yield Row("api", "See whether the present value is alive", alive)
        elif self._state == "unsaved":
            yield Row("save", "Save it again")
            yield Row("copy", "Copy the new value", "The clipboard clears itself again.")
        else:
            yield Row("done", "Go on")
