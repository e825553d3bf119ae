"""A dialog that changes the vault: in a thread, with what went wrong said inline."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import TypeVar

from textual import on, work
from textual.dom import DOMNode
from textual.message import Message
from textual.screen import ModalScreen
from textual.worker import Worker, WorkerState

from tui.desk import desk
from vault.errors import LockedError, VaultError
from vault.keys.key import Key
from vault.vault import Vault

Result = TypeVar("Result")


class SavingScreen(ModalScreen[Result]):
    """A modal screen with `save`, and two answers to it: `saved` and `failed`.

    Attributes:
        saving: Whether a save is under way; nothing else should happen meanwhile.
    """

    saving = False

    class Saved(Message):
        """The change is in the vault; from the saving thread."""

        def __init__(self, key: Key) -> None:
            super().__init__()
            self.key = key

    class Failed(Message):
        """Nothing was changed; from the saving thread."""

        def __init__(self, error: VaultError) -> None:
            super().__init__()
            self.error = error

    def save(self, change: Callable[[], Key]) -> None:
        """Run a change of the vault in a thread."""
        self.saving = True
        self._run(change)

    @abstractmethod
    def saved(self, key: Key) -> None:
        """The key as it is now in the vault."""

    @abstractmethod
    def failed(self, error: VaultError) -> None:
        """Why nothing was changed."""

    @work(thread=True, exclusive=True, exit_on_error=False, group="save")
    def _run(self, change: Callable[[], Key]) -> None:
        try:
            key = change()
        except VaultError as error:
            self.post_message(self.Failed(error))
        else:
            self.post_message(self.Saved(key))

    @on(Saved)
    def _saved(self, event: Saved) -> None:
        self.saving = False
        self.saved(event.key)

    @on(Failed)
    def _failed(self, event: Failed) -> None:
        self.saving = False
        self.failed(event.error)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A mistake of ours is not swallowed."""
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            raise event.worker.error


def open_vault(node: DOMNode) -> Vault:
    """The open vault.

    Raises:
        LockedError: It was locked meanwhile.
    """
    vault = desk(node).vault
    if vault is None:
        raise LockedError("The vault is locked.", "Open it again with the password.")
    return vault
