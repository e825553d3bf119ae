"""What a registry's API wants beside the key: account, password and one-time code, for one call."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from tui.say import say
from tui.widgets.fields import TextField
from tui.widgets.form_row import FormRow
from tui.widgets.line_field import LineField, SecretLine
from vault.apis.base import Login, Need
from vault.keys.secret import Secret

_LABELS: dict[Need, str] = {"account": "Account", "password": "Password", "otp": "One-time code"}


class LoginFields(Vertical):
    """One line for each thing the API wants; the one for a code is shown once it is asked for.

    What is typed stays in the fields, so that a code can be added, until `clear` empties them.
    """

    DEFAULT_CSS = """
    LoginFields { height: auto; margin-top: 1; }
    LoginFields #where { color: $quiet; height: auto; }
    LoginFields FormRow > .label { width: 15; }
    """

    def __init__(self, needs: Collection[Need], *, account: str, address: str) -> None:
        """Make the fields.

        Args:
            needs: What is wanted.
            account: What is proposed as the account's name.
            address: Where all of it goes.
        """
        super().__init__()
        self._needs = needs
        self._account = account
        self._address = address

    def compose(self) -> ComposeResult:
        """Where it goes, then a line each."""
        if not self._needs:
            self.display = False
            return
        yield Static(say(f"Your login at {self._address}; keyfob keeps none of it."), id="where")
        for need in self._needs:
            field = LineField(self._account, id=need) if need == "account" else SecretLine(id=need)
            row = FormRow(_LABELS[need], field)
            row.display = need != "otp"
            yield row

    @property
    def missing(self) -> TextField | None:
        """The first field of those shown that is empty, or None."""
        return next((field for field in self._shown() if not field.value.strip()), None)

    @property
    def wanted(self) -> bool:
        """Whether there is anything to type before a call is made."""
        return any(True for _ in self._shown())

    def start(self) -> None:
        """Focus the first field that is empty, else the last one."""
        shown = list(self._shown())
        field = self.missing or (shown[-1] if shown else None)
        if field is not None:
            field.focus()

    def login(self) -> Login:
        """What was typed, for one call; whoever makes it wipes the password."""
        password = self._value("password")
        return Login(
            self._value("account").strip(),
            Secret(password) if password else None,
            self._value("otp").strip(),
        )

    def ask_code(self) -> None:
        """Ask for a one-time code, anew if one was given."""
        if "otp" in self._needs:
            field = self.query_one("#otp", SecretLine)
            field.value = ""
            for row in self.query(FormRow):
                row.display = True
            field.focus()

    def hold(self, *, on: bool) -> None:
        """Take no input while a call is under way."""
        for field in self.query(Input):
            field.disabled = on

    def clear(self) -> None:
        """Empty what is secret."""
        for field in self.query(SecretLine):
            field.take()

    def on_unmount(self) -> None:
        """Keep nothing of it, however the dialog ended."""
        self.clear()

    def _shown(self) -> Iterable[TextField]:
        for row in self.query(FormRow):
            if row.display and isinstance(row.field, TextField):
                yield row.field

    def _value(self, need: Need) -> str:
        return self.query_one(f"#{need}", TextField).value if need in self._needs else ""
