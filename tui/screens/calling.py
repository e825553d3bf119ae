"""A dialog that has a registry's API do something, in a thread, with what the user typed for it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import TypeVar

from textual import on
from textual.screen import ModalScreen
from textual.widgets import Input

from tui.screens.saving import Saving
from tui.widgets.login_fields import LoginFields
from tui.widgets.note_line import NoteLine
from tui.widgets.working import Working
from vault.apis.base import ApiUnreachableError, Login, OtpNeededError
from vault.errors import VaultError
from vault.keys.key import Key

Result = TypeVar("Result")


class Calling(ModalScreen[Result], Saving[Result, Key]):
    """The part of such a dialog that calls. It has `LoginFields`, a `NoteLine` and `Working`.

    What was typed for the call is wiped when it is over. It stays in the fields only if the same
    is wanted once more: with a one-time code, or because nobody was reached.
    """

    DEFAULT_CSS = """
    Calling NoteLine { margin-top: 1; min-height: 2; max-height: 7; }
    Calling Working { display: none; }
    Calling.-calling NoteLine { min-height: 0; }
    Calling.-calling Working { display: block; }
    """

    @abstractmethod
    def action_call(self) -> None:
        """Make the call, unless something has to be typed first."""

    def call(self, what: str, do: Callable[[Login], Key]) -> None:
        """Make a call in a thread, unless something has to be typed first.

        Args:
            what: What is being done, for as long as it takes.
            do: Calls, and answers the key as it is then.
        """
        fields = self.query_one(LoginFields)
        missing = fields.missing
        if self.saving:
            return
        if missing is not None:
            missing.focus()
            return
        # What runs a thread keeps what it was given for a while: an empty list.
        held = [fields.login()]

        def run() -> Key:
            login = held.pop()
            try:
                return do(login)
            finally:
                if login.password is not None:
                    login.password.wipe()

        fields.hold(on=True)
        self.begin(what)
        self.save(run)

    def begin(self, what: str) -> None:
        """Show what is being done."""
        self.query_one(NoteLine).silence()
        self.add_class("-calling")
        self.query_one(Working).begin(what)

    def over(self) -> None:
        """Show that nothing is awaited any more."""
        self.query_one(LoginFields).hold(on=False)
        self.query_one(Working).end()
        self.remove_class("-calling")

    def failed(self, error: VaultError) -> None:
        """Say why, and ask for what is missing."""
        self.over()
        fields = self.query_one(LoginFields)
        self.query_one(NoteLine).refuse(error)
        if isinstance(error, OtpNeededError):
            fields.ask_code()
        elif not isinstance(error, ApiUnreachableError):
            fields.clear()

    @on(Input.Submitted)
    def _typed(self) -> None:
        self.action_call()
