"""Unlock: one field, and what falls due, which needs no password to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static

from tui import collector
from tui.desk import desk
from tui.say import line, say
from tui.widgets.command_bar import CommandBar
from tui.widgets.fields import SecretField
from tui.widgets.summary import count_words
from tui.widgets.working import Working
from vault.due import Report
from vault.errors import VaultError

if TYPE_CHECKING:
    from vault.vault import Vault

KEY = Content.from_markup("[$brass]○━━┯┯[/]")


class Unlock(Screen[None]):
    """Asks for the password (the recovery code does as well) and opens the vault in a thread."""

    BINDINGS = [
        Binding("ctrl+q", "app.quit", "Quit", show=False),
        Binding("ctrl+j", "submit", "Unlock", show=False),
        Binding("escape", "clear", "Clear", show=False),
    ]

    def __init__(self, said: str = "") -> None:
        """Make the screen.

        Args:
            said: Why the vault is locked, or nothing.
        """
        super().__init__()
        self._said = said

    def compose(self) -> ComposeResult:
        """One field, a line above and a line below."""
        report, problem = None, Content("")
        try:
            report = desk(self).home.report()
        except VaultError as error:
            problem = _refusal(error.message, error.hint)
        with Vertical():
            yield Static(KEY + line("  ", ("keyfob", "bold")), id="title")
            yield Static(_due(report), id="due")
            yield SecretField(placeholder="Password, or recovery code")
            yield Static(say(self._said, "$quiet") if self._said else problem, id="said")
            yield Working()
        yield CommandBar([("enter", "Unlock", "screen.submit"), ("ctrl+q", "Quit", "app.quit")])

    def on_mount(self) -> None:
        """Take what was typed while the app was starting."""
        desk(self).ready()
        self.call_after_refresh(self._prepare)

    @work(thread=True, group="prepare")
    def _prepare(self) -> None:
        """Make ready to open the vault while the password is typed: the first paint comes first."""
        desk(self).home.prepare()

    def action_clear(self) -> None:
        """Empty the field."""
        self.query_one(SecretField).value = ""

    @on(Input.Submitted)
    def action_submit(self) -> None:
        """Open the vault with what was typed."""
        field = self.query_one(SecretField)
        if field.disabled:
            return
        password = field.take()
        if not password:
            self._say("Type the password, or the recovery code.")
            return
        field.disabled = True
        collector.pause()  # until the list is ready
        self._say("")
        self.query_one(Working).begin("Opening the vault")
        self._open([password])

    @work(thread=True, exclusive=True, group="kdf", description="open a vault")
    def _open(self, typed: list[str]) -> None:
        # What the list starts keeps this worker, and the worker what it was given: an empty list.
        try:
            vault = desk(self).home.open(typed.pop())
        except VaultError as error:
            self.app.call_from_thread(self._refused, error)
        else:
            self.app.call_from_thread(self._opened, vault)

    def _opened(self, vault: Vault) -> None:
        # Under the list, where this screen stays, a moving bar would have everything redrawn.
        self.query_one(Working).end()
        if vault.opened_with == "recovery":
            from tui.screens.recovered import Recovered

            desk(self).vault = vault  # so that it locks when nobody is there
            collector.resume(blind=False)
            desk(self).show(Recovered(vault))
        else:
            desk(self).opened(vault)

    def _refused(self, error: VaultError) -> None:
        collector.resume(blind=False)
        self.query_one(Working).end()
        field = self.query_one(SecretField)
        field.disabled = False
        field.focus()
        self._say(error.message, error.hint)

    def _say(self, problem: str, hint: str = "") -> None:
        self.query_one("#said", Static).update(_refusal(problem, hint))


def _refusal(problem: str, hint: str) -> Content:
    return line(
        (f"✗ {problem}" if problem else "", "$late"), (f" {hint}".replace("\n", " "), "$quiet")
    )


def _due(report: Report | None) -> Content:
    if report is None:
        return Content("")
    words = count_words(report.counts)
    parts: list[Content] = []
    for text, style in words:
        parts.append(say(text, style))
    return Content.styled(" · ", "$quiet").join(parts)
