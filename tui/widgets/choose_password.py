"""Choosing a password: two fields, how good it is, and what is wrong with it."""

from __future__ import annotations

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from tui.say import line, say
from tui.widgets.fields import SecretField
from tui.widgets.lifeline import gauge
from vault.strength import WEAK, Strength, strength

_BAR = 24


class ChoosePassword(Vertical):
    """Asks for a new password twice, and twice again before it takes one that is easy to guess."""

    DEFAULT_CSS = """
    ChoosePassword { height: auto; }
    ChoosePassword #strength { height: 2; margin: 0 2; }
    ChoosePassword #said { height: 2; margin: 0 2; }
    """

    class Chosen(Message):
        """A password was typed twice; the fields still hold it."""

        def __init__(self, password: str) -> None:
            super().__init__()
            self.password = password

    def __init__(self, placeholder: str = "Choose a password") -> None:
        """Make the part.

        Args:
            placeholder: What stands in the first field.
        """
        super().__init__()
        self._placeholder = placeholder
        self._strength: Strength | None = None
        self._warned = False

    def compose(self) -> ComposeResult:
        """Field, strength, field, line."""
        yield SecretField(placeholder=self._placeholder, id="first")
        yield Static("", id="strength")
        yield SecretField(placeholder="The same again", id="again")
        yield Static("", id="said")

    def start(self) -> None:
        """Put the focus on the first field."""
        self.query_one("#first").focus()

    def hold(self) -> None:
        """Take no more input."""
        for field in self.query(SecretField):
            field.disabled = True

    def release(self) -> None:
        """Take input again."""
        for field in self.query(SecretField):
            field.disabled = False

    def clear(self) -> None:
        """Empty both fields."""
        for field in self.query(SecretField):
            field.take()

    def say(self, text: str) -> None:
        """Say what is wrong (`✗ ...`) or worth knowing (`! ...`), or nothing."""
        style = "$soon" if text.startswith("!") else "$late"
        self.query_one("#said", Static).update(say(text, style))

    @on(Input.Changed, "#first")
    def _weigh(self, event: Input.Changed) -> None:
        self._warned = False
        if event.value:
            self._estimate(event.value)
        else:
            self._strength = None
            self.query_one("#strength", Static).update("")

    # A description of its own: Textual would make one from the arguments and keep it.
    @work(thread=True, exclusive=True, group="strength", description="judge a password")
    def _estimate(self, password: str) -> None:
        self.app.call_from_thread(self._show_strength, strength(password))

    def _show_strength(self, found: Strength) -> None:
        if not self.is_attached or not self.query_one("#first", SecretField).value:
            return
        self._strength = found
        style = "$late" if found.weak else "$soon" if found.score == WEAK else "$fine"
        bar = line(gauge((found.score + 1) / 5, _BAR, style), f"  {found.word}")
        text = Content("\n").join([bar, say(found.advice, "$quiet")])
        self.query_one("#strength", Static).update(text)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.submit()

    def submit(self) -> None:
        """Go on to the second field, or hand the password on."""
        first, again = self.query_one("#first", SecretField), self.query_one("#again", SecretField)
        if again.disabled:
            return
        if not first.value:
            first.focus()
            self.say("✗ Choose a password first.")
        elif not again.value:
            again.focus()
            self.say("")
        elif first.value != again.value:
            again.take()
            again.focus()
            self.say("✗ The two are not the same. Type the second one again.")
        elif self._strength is not None and self._strength.weak and not self._warned:
            self._warned = True
            self.say("! Easy to guess. Enter once more keeps it, or choose a longer one.")
        else:
            self.say("")
            self.post_message(self.Chosen(first.value))
