"""The main screen: the keys by urgency, the selected one in full, and what can be done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from tui.commands import COMMANDS, Shown
from tui.desk import desk
from tui.rows import make_rows, narrowed
from tui.say import say
from tui.screens.confirm import Confirm
from tui.screens.rotating import Rotating
from tui.widgets.command_bar import CommandBar
from tui.widgets.fields import TextField
from tui.widgets.filter_pane import FilterPane
from tui.widgets.key_details import KeyDetails
from tui.widgets.key_list import KeyList, Row
from tui.widgets.summary import Summary
from vault.errors import VaultError
from vault.keys.key import Key
from vault.keys.lifetime import State
from vault.registries.loader import known

if TYPE_CHECKING:
    from tui.wizard.screen import Created

REMOTE_STILL = "This changes only the vault: {page} still honours the key until you {do} it there."
REMOTE_MAYBE = "This changes only the vault: if {page} still honours the key, {do} it there."


class Keys(Rotating):
    """Composes list, details and pane; each command opens what does the work."""

    BINDINGS = [
        *(command.binding for command in COMMANDS),
        Binding("ctrl+q", "quit", "Quit", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Row] = []
        self._profiles = {profile.id: profile for profile in known()}

    def compose(self) -> ComposeResult:
        """Summary, pane, list, details, bar."""
        yield Summary()
        with Horizontal(id="main"):
            yield FilterPane(id="side")
            with Vertical():
                with Vertical(id="keys") as panel:
                    panel.border_title = "Keys"
                    yield Static("", id="heading")
                    yield KeyList(now=desk(self).clock())
                    yield Static("", id="empty")
                    yield TextField(placeholder="name, package, owner, registry…", id="find")
                yield KeyDetails(self._profiles)
        bar = [(row.key, row.label, f"screen.{row.action}", row.shown) for row in COMMANDS]
        yield CommandBar(
            [entry[:3] for entry in bar if entry[3] is Shown.ALWAYS],
            [
                *(entry[:3] for entry in bar if entry[3] is Shown.WIDE),
                ("^p", "All", "app.command_palette"),
            ],
        )
        finding = [
            ("enter", "Go to the keys", "screen.found"),
            ("esc", "All keys", "screen.clear_find"),
        ]
        typing = CommandBar(finding, id="typing")
        typing.display = False
        yield typing

    def on_mount(self) -> None:
        """Fill the list, then look for package ids in the directory."""
        self.reload()
        # Not by its message: that comes after the letter was painted, so that all is painted twice.
        self.watch(self.query_one("#find"), "value", self._filter, init=False)
        self.query_one(KeyList).focus()
        self.set_interval(30, self.reload)
        desk(self).show_status()
        desk(self).find_packages()
        desk(self).ready()

    def on_unmount(self) -> None:
        """Forget the keys: a timer may hold on to this screen after the vault was locked."""
        self._rows = []

    def reload(self, select: str | None = None) -> None:
        """Show the vault as it is now."""
        vault = desk(self).vault
        if vault is None or vault.locked:
            return
        now = desk(self).clock()
        self._rows = make_rows(vault.entries, self._profiles, now)
        counts: Counter[State] = Counter([row.state for row in self._rows])
        self.query_one(Summary).counts = counts
        self.query_one(FilterPane).show(self._rows)
        details = self.query_one(KeyDetails)
        details.now = now
        self.show_packages()
        self._narrow(select)

    def show_packages(self) -> None:
        """Show what the selected key covers of the packages that were found."""
        self.query_one(KeyDetails).packages = desk(self).packages

    def _narrow(self, select: str | None = None) -> None:
        wanted = self.query_one("#find", TextField).value
        rows = narrowed(self._rows, wanted, self.query_one(FilterPane).chosen)
        if self.has_class("-empty"):  # the list has its width once it is back
            self.call_after_refresh(self._head)
        self._explain_emptiness(rows, wanted)
        self.query_one(KeyList).show(rows, desk(self).clock(), select=select)
        self._head()
        self._show_selected()

    def _explain_emptiness(self, rows: Sequence[Row], wanted: str) -> None:
        self.set_class(not rows, "-empty")
        if rows:
            return
        if self._rows:
            text = Content.assemble(
                say(f"Nothing matches “{wanted}”." if wanted else "No key here.", width=60),
                ("\nesc shows all keys again", "$quiet"),
            )
        else:
            text = Content.assemble(
                ("No keys yet.\n\n", "bold"),
                "Press ",
                ("n", "bold $brass"),
                " to create the first one.\n",
                ("It asks for registry, name, owner, scope, packages and lifetime.\n\n", "$quiet"),
                "keyfob import",
                (" in a shell takes in the keys that you have.", "$quiet"),
            )
        self.query_one("#empty", Static).update(text)

    @on(KeyList.Moved)
    def _show_selected(self) -> None:
        keys, details = self.query_one(KeyList), self.query_one(KeyDetails)
        key = keys.selected
        if (key is None) != (details.key is None):  # the bar's commands on a key come and go
            self.query_one(CommandBar).refresh()
        details.key = key
        where = f"most urgent first · {keys.cursor + 1} of {keys.total:,}" if keys.total else ""
        self.query_one("#keys").border_subtitle = where

    def on_resize(self) -> None:
        """Draw the heading for the list's new width."""
        self.call_after_refresh(self._rehead)

    def _rehead(self) -> None:
        if self in self.app.screen_stack:  # a lock may have taken it away meanwhile
            self._head()

    def _head(self) -> None:
        keys = self.query_one(KeyList)
        width = keys.scrollable_content_region.width
        self.query_one("#heading", Static).update(keys.heading(width), layout=False)

    @on(KeyList.Chosen)
    def _chosen(self) -> None:
        self.action_copy_secret()

    @on(FilterPane.Picked)
    def _filter(self) -> None:
        self._narrow()

    def action_find(self) -> None:
        """Open the filter."""
        self.add_class("-finding")
        self.query_one("#find").focus()

    def on_descendant_focus(self) -> None:
        """Show the keys that work: in the filter's field letters are text."""
        typing = self.query_one("#find").has_focus
        for bar in self.query(CommandBar):
            bar.display = typing == (bar.id == "typing")

    def action_clear_find(self) -> None:
        """Close the filter and show all keys."""
        self.query_one("#find", TextField).value = ""
        self.query_one(FilterPane).clear()
        self.remove_class("-finding")
        self.query_one(KeyList).focus()
        self._narrow()

    @on(Input.Submitted, "#find")
    def action_found(self) -> None:
        """From the filter to what it left."""
        self.query_one(KeyList).focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Commands on one key are greyed while none is selected."""
        del parameters
        needs = any(row.needs_key for row in COMMANDS if row.action == action)
        if needs and self.is_mounted and self.query_one(KeyList).selected is None:
            return None
        return True

    def action_copy_secret(self) -> None:
        """Copy the selected key's secret; an expired or revoked one after a second press."""
        key = self.query_one(KeyList).selected
        if key is not None:
            desk(self).copy_secret(key)

    @work
    async def action_new(self) -> None:
        """Open the wizard, then copy what it made: the pasted value leaves the clipboard soon."""
        from tui.wizard.screen import CreateWizard

        created: Created | None = await self.app.push_screen_wait(CreateWizard())
        if created is not None:
            self.action_clear_find()
            self.reload(created.key.id)
            desk(self).copy_secret(created.key)

    def select(self, key_id: str) -> None:
        """Go to a key, whatever the list shows now."""
        self.action_clear_find()
        self.reload(key_id)

    @work
    async def action_timeline(self) -> None:
        """Show what falls due when, then go to the key that was chosen there."""
        from tui.screens.timeline import TimelineScreen

        key = self.one()
        screen = TimelineScreen(self._profiles, select=key.id if key else None)
        key_id = await self.app.push_screen_wait(screen)
        if key_id is not None:
            self.action_clear_find()
            self.reload(key_id)

    @work
    async def action_edit(self) -> None:
        """Open the form of the selected key."""
        from tui.screens.edit import EditScreen

        key = self.one()
        if key is not None and await self.app.push_screen_wait(EditScreen(key)) is not None:
            self.reload(key.id)

    @work
    async def action_revoke(self) -> None:
        """Ask, then mark the selected key as revoked."""
        key = self.one()
        if key is None:
            return
        if key.lifetime.revoked is not None:
            desk(self).tell("It is revoked already.")
            return
        sentences = [
            "It is marked as revoked; name, scope and packages stay, and r puts a new secret in.",
            REMOTE_STILL.format(page=self._title(key), do="revoke"),
        ]
        if await self.app.push_screen_wait(Confirm(f"Revoke {key.name}?", sentences, do="Revoke")):
            self._change(key, "revoke")

    @work
    async def action_remove(self) -> None:
        """Ask for the name, then forget the selected key."""
        key = self.one()
        if key is None:
            return
        still = REMOTE_STILL if key.lifetime.revoked is None else REMOTE_MAYBE
        sentences = [
            "Key and secret leave the vault. There is no way back.",
            still.format(page=self._title(key), do="delete"),
        ]
        confirm = Confirm(f"Delete {key.name}?", sentences, do="Delete", typed=key.name)
        if await self.app.push_screen_wait(confirm):
            self._change(key, "remove")

    @work(thread=True, group="save")
    def _change(self, key: Key, how: str) -> None:
        vault = desk(self).vault
        if vault is None:
            return
        try:
            if how == "revoke":
                vault.revoke(key.id)
            else:
                vault.remove(key.id)
        except VaultError as error:
            self.app.call_from_thread(desk(self).complain, error)
        self.app.call_from_thread(self.reload)

    def action_lock(self) -> None:
        """Lock the vault."""
        desk(self).lock()

    def action_help(self) -> None:
        """Show every key."""
        from tui.screens.help import Help

        self.app.push_screen(Help())

    def action_theme(self) -> None:
        """Switch between light and dark, and remember it."""
        desk(self).switch_theme()

    async def action_quit(self) -> None:
        """Quit."""
        await self.app.action_quit()

    def one(self) -> Key | None:
        """The key under the cursor."""
        return self.query_one(KeyList).selected

    def _title(self, key: Key) -> str:
        profile = self._profiles.get(key.registry)
        return profile.title if profile else key.registry
