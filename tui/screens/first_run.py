"""First run: choose a password, keep the recovery code, arrive at an empty list."""

from __future__ import annotations

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static

from tui.desk import desk
from tui.say import line, say
from tui.screens.unlock import KEY
from tui.widgets.command_bar import CommandBar
from tui.widgets.fields import SecretField
from tui.widgets.lifeline import gauge
from tui.widgets.working import Working
from vault.errors import VaultError
from vault.strength import WEAK, Strength, strength
from vault.vault import Vault

_BAR = 24


class FirstRun(Screen[None]):
    """Says what a vault is, asks for a password twice, and creates the vault in a thread."""

    BINDINGS = [
        Binding("ctrl+q", "app.quit", "Quit", show=False),
        Binding("ctrl+j", "submit", "Create", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._strength: Strength | None = None
        self._warned = False

    def compose(self) -> ComposeResult:
        """Two sentences, two fields, and how good the password is."""
        with Vertical():
            yield Static(KEY + line("  ", ("Welcome to keyfob", "bold")), id="title")
            yield Static(
                "A vault is one encrypted file that holds your API keys.\n"
                "One password opens it, and nobody can reset it for you.",
                id="about",
            )
            yield SecretField(placeholder="Choose a password", id="first")
            yield Static("", id="strength")
            yield SecretField(placeholder="The same again", id="again")
            yield Static("", id="said")
            yield Working()
        yield CommandBar(
            [
                ("enter", "Next", "screen.submit"),
                ("tab", "Other field", "app.focus_next"),
                ("ctrl+q", "Quit", "app.quit"),
            ]
        )

    def on_mount(self) -> None:
        """Measure this machine while the user thinks, and take what was typed meanwhile."""
        desk(self).measure()
        desk(self).ready()

    @on(Input.Changed, "#first")
    def _weigh(self, event: Input.Changed) -> None:
        self._warned = False
        if event.value:
            self._estimate(event.value)
        else:
            self._strength = None
            self.query_one("#strength", Static).update("")

    @work(thread=True, exclusive=True, group="strength")
    def _estimate(self, password: str) -> None:
        self.app.call_from_thread(self._show_strength, strength(password))

    @on(Input.Submitted)
    def action_submit(self) -> None:
        """Go on to the second field, or create the vault."""
        first, again = self.query_one("#first", SecretField), self.query_one("#again", SecretField)
        if again.disabled:
            return
        if not first.value:
            first.focus()
            self._say("✗ Choose a password first.")
        elif not again.value:
            again.focus()
            self._say("")
        elif first.value != again.value:
            again.take()
            again.focus()
            self._say("✗ The two are not the same. Type the second one again.")
        elif self._strength is not None and self._strength.score < WEAK and not self._warned:
            self._warned = True
            self._say("! Easy to guess. Enter once more keeps it, or choose a longer one.")
        else:
            self._begin(first.take(), again)

    def _begin(self, password: str, again: SecretField) -> None:
        again.take()
        for field in self.query(SecretField):
            field.disabled = True
        self._say("")
        self.query_one(Working).begin("Creating the vault")
        self._create(password)

    @work(thread=True, exclusive=True, group="kdf")
    def _create(self, password: str) -> None:
        try:
            vault, code = desk(self).home.create(password)
        except VaultError as error:
            self.app.call_from_thread(self._failed, error)
        else:
            self.app.call_from_thread(desk(self).show, RecoveryCode(vault, code))

    def _failed(self, error: VaultError) -> None:
        self.query_one(Working).end()
        for field in self.query(SecretField):
            field.disabled = False
        self.query_one("#first").focus()
        self._say(f"✗ {error.message} {error.hint}")

    def _show_strength(self, found: Strength) -> None:
        if not self.query_one("#first", SecretField).value:
            return
        self._strength = found
        style = "$late" if found.score < WEAK else "$soon" if found.score == WEAK else "$fine"
        self.query_one("#strength", Static).update(
            line(
                gauge((found.score + 1) / 5, _BAR, style),
                f"  {found.word}",
                (f"  {found.advice}" if found.advice else "", "$quiet"),
            ).truncate(56, ellipsis=True)
        )

    def _say(self, text: str) -> None:
        style = "$soon" if text.startswith("!") else "$late"
        self.query_one("#said", Static).update(say(text, style))


class RecoveryCode(Screen[None]):
    """The recovery code, shown this one time."""

    ALLOW_SELECT = False
    BINDINGS = [
        Binding("enter", "go_on", "Go on", show=False),
        Binding("c", "copy_code", "Copy", show=False),
        Binding("ctrl+q", "app.quit", "Quit", show=False),
    ]

    def __init__(self, vault: Vault, code: str) -> None:
        super().__init__()
        self._vault = vault
        self._recovery = code

    def compose(self) -> ComposeResult:
        """The code and what it is for."""
        with Vertical():
            yield Static(KEY + line("  ", ("Your recovery code", "bold")))
            yield Static(Content(self._recovery), id="code")
            yield Static(
                "It opens the vault if you forget the password. Write it down\n"
                "now and keep it away from this machine: it is shown this\n"
                "once, and stored nowhere.",
                classes="quiet",
            )
        yield CommandBar(
            [
                ("enter", "I have written it down", "screen.go_on"),
                ("c", "Copy", "screen.copy_code"),
            ]
        )

    def action_copy_code(self) -> None:
        """Copy the code; the clipboard clears itself as for a secret."""
        desk(self).copy_text(self._recovery, "The recovery code")

    def action_go_on(self) -> None:
        """Forget the code and show the empty list."""
        self._recovery = ""
        desk(self).opened(self._vault)
