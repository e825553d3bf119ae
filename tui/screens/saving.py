"""A screen that changes the vault: in a thread, with what went wrong said inline."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from textual import on, work
from textual.dom import DOMNode
from textual.message import Message
from textual.screen import ModalScreen, Screen
from textual.worker import Worker, WorkerState

from tui.desk import desk
from vault.errors import LockedError, NewVaultKeyError, VaultError
from vault.keys.key import Key
from vault.vault import Vault

Result = TypeVar("Result")
Outcome = TypeVar("Outcome")


class Saving(Screen[Result], Generic[Result, Outcome]):
    """A screen with `save`, and two answers to it: `saved` and `failed`.

    Attributes:
        saving: Whether a save is under way; nothing else should happen meanwhile.
    """

    saving = False

    class Saved(Message):
        """The change is in the vault; from the saving thread."""

        def __init__(self, outcome: Any) -> None:
            super().__init__()
            self.outcome = outcome

    class Failed(Message):
        """Nothing was changed; from the saving thread."""

        def __init__(self, error: VaultError) -> None:
            super().__init__()
            self.error = error

    def save(self, change: Callable[[], Outcome]) -> None:
        """Run a change of the vault in a thread."""
        self.saving = True
        self._run(change)

    @abstractmethod
    def saved(self, outcome: Outcome, /) -> None:
        """What the change answered: it is in the vault."""

    @abstractmethod
    def failed(self, error: VaultError) -> None:
        """Why nothing was changed."""

    @work(thread=True, exclusive=True, exit_on_error=False, group="save")
    def _run(self, change: Callable[[], Outcome]) -> None:
        app = self.app
        try:
            outcome = change()
        except VaultError as error:
            if not self.post_message(self.Failed(error)):  # closed since, by a lock
                app.call_from_thread(
                    app.notify,
                    "The change that was being saved as the vault was locked is not in it.",
                    severity="error",
                    timeout=15,
                    markup=False,
                )
        else:
            self.post_message(self.Saved(outcome))

    @on(Saved)
    def _saved(self, event: Saved) -> None:
        self.saving = False
        if self._still_open():
            self.saved(event.outcome)

    @on(Failed)
    def _failed(self, event: Failed) -> None:
        self.saving = False
        if isinstance(event.error, NewVaultKeyError):
            desk(self).complain(event.error)
        elif self._still_open():
            self.failed(event.error)

    def _still_open(self) -> bool:
        """Whether the dialog is still open; what lies over it is taken away.

        Locking may have closed it during the save, and a terminal made too small covered it. A
        dialog closes by taking away the topmost screen, whichever that is.
        """
        if self not in self.app.screen_stack:
            return False
        if not self.is_active:
            self.pop_until_active()
        return True

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A mistake of ours is not swallowed."""
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            raise event.worker.error


class SavingScreen(ModalScreen[Result], Saving[Result, Key]):
    """A dialog that changes a key: `saved` is told the key as it is now."""


def keys_at_hand(node: DOMNode) -> Sequence[Key]:
    """The vault's keys; none after a lock, which may come before a screen is drawn at all."""
    vault = desk(node).vault
    return () if vault is None or vault.locked else vault.keys


def open_vault(node: DOMNode) -> Vault:
    """The open vault.

    Raises:
        LockedError: It was locked meanwhile.
    """
    vault = desk(node).vault
    if vault is None:
        raise LockedError("The vault is locked.", "Open it again with the password.")
    return vault
